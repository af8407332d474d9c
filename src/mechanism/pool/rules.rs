//! Who pays an overspend and who keeps an underspend: the rules as they are written.

use crate::language::{Figure, Item, Key, KeyKind, Section};
use crate::sheet::Row;
use crate::vocabulary::{Diagnostic, Money, Name, Place, Rate, Unit};

const SHARES: Key = Key::optional(
    "shares",
    KeyKind::FiguresBy("organisation", Unit::Rate),
    "fixed: each partner's part; they add to 100%",
);
const CAP: Key = Key::optional(
    "cap",
    KeyKind::Yearly(Unit::Rate),
    "capped: the most that anybody pays, as a part of its own contribution",
);
const CAPS: Key = Key::optional(
    "caps",
    KeyKind::FiguresBy("organisation", Unit::Rate),
    "capped: the same, by partner; who is not named has no cap",
);
const RESIDUAL: Key = Key::optional(
    "residual",
    KeyKind::Text,
    "capped: who takes what the caps leave: a partner, \"uncapped\" (those without a cap, by contribution) or \"carry\" (next year's variance)",
);
const TIERS: Key = Key::optional(
    "tiers",
    KeyKind::Groups(&TIER),
    "tiered: slices one after another, each with its amount and shares; the last has no amount",
);
const LEAD: Key = Key::optional("lead", KeyKind::Reference("organisation"), "lead: the partner who takes all of it");
const SOURCE: Key = Key::optional("source", KeyKind::Text, "where the agreement says so");

/// The keys of `overspend`.
pub(super) const OVERSPEND: Section = Section {
    name: "",
    help: "who pays when a pool spends more than is paid in",
    keys: &[
        Key::required(
            "rule",
            KeyKind::Choice(&["proportional", "fixed", "capped", "tiered", "lead", "own_lines"]),
            "\"proportional\" to contributions; \"fixed\" shares; \"capped\" at a part of one's contribution; \"tiered\" slices; one \"lead\"; \"own_lines\": each bears its own",
        ),
        SHARES,
        CAP,
        CAPS,
        RESIDUAL,
        TIERS,
        LEAD,
        SOURCE,
    ],
    belongs: false,
};

/// The keys of `underspend`.
pub(super) const UNDERSPEND: Section = Section {
    name: "",
    help: "who keeps what is left when a pool spends less than is paid in",
    keys: &[
        Key::required(
            "rule",
            KeyKind::Choice(&["proportional", "fixed", "capped", "tiered", "lead", "own_lines", "kept"]),
            "as for an overspend, or \"kept\": paid into the risk pool",
        ),
        SHARES,
        CAP,
        CAPS,
        RESIDUAL,
        TIERS,
        LEAD,
        SOURCE,
    ],
    belongs: false,
};

const TIER: Section = Section {
    name: "",
    help: "a slice of what is over or under",
    keys: &[
        Key::optional(
            "amount",
            KeyKind::Yearly(Unit::Money),
            "how much of it; left out in the last, which takes the rest",
        ),
        Key::required(
            "shares",
            KeyKind::FiguresBy("organisation", Unit::Rate),
            "each partner's part of the slice; they add to 100%",
        ),
    ],
    belongs: false,
};

/// A rule as resolved. Shares and caps stand in name order.
#[derive(Debug)]
pub(super) enum Rule {
    Proportional,
    Fixed(Vec<(Name, Figure)>),
    Capped { caps: Caps, residual: Residual },
    Tiered(Vec<Tier>),
    Lead(Name),
    OwnLines,
    Kept,
}

/// The most that partners pay, as a part of their own contribution.
#[derive(Debug)]
pub(super) enum Caps {
    All(Figure),
    Some(Vec<(Name, Figure)>),
}

/// Who takes what the caps leave.
#[derive(Debug)]
pub(super) enum Residual {
    Partner(Name),
    Uncapped,
    Carry,
}

/// A slice, and how it is split; the last has no amount.
#[derive(Debug)]
pub(super) struct Tier {
    pub amount: Option<Figure>,
    pub shares: Vec<(Name, Figure)>,
}

/// A rule as reports say it.
#[derive(Debug, Clone, Default)]
pub struct RuleFacts {
    /// Its word.
    pub rule: &'static str,
    /// Fixed shares.
    pub shares: Vec<(Name, Row<Rate>)>,
    /// Caps of single partners.
    pub caps: Vec<(Name, Row<Rate>)>,
    /// The cap of every partner.
    pub cap: Option<Row<Rate>>,
    /// Who takes what the caps leave: a partner, "uncapped" or "carry".
    pub residual: Option<String>,
    /// Slices.
    pub tiers: Vec<TierFacts>,
    /// Who takes all of it.
    pub lead: Option<Name>,
}

/// A slice as reports say it.
#[derive(Debug, Clone)]
pub struct TierFacts {
    /// How much of it; the last takes the rest.
    pub amount: Option<Row<Money>>,
    /// Each partner's part.
    pub shares: Vec<(Name, Row<Rate>)>,
}

/// Tells when a rule names somebody who pays nothing in.
pub(super) fn is_partner(item: &Item<'_>, name: &Name, partners: &[Name], place: Place) -> Option<()> {
    if partners.contains(name) {
        return Some(());
    }
    let all: Vec<&str> = partners.iter().map(Name::as_str).collect();
    item.tell(
        Diagnostic::error("pool_partners", format!("{name} is no partner of `{}`", item.path))
            .at(place)
            .hint(format!("its partners are {}; give {name} a contribution, 0 if it pays nothing in", all.join(", "))),
    );
    None
}

/// The keys that go with a rule, needed and allowed.
fn keys_of(rule: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match rule {
        "fixed" => (&["shares"], &["shares"]),
        "capped" => (&["residual"], &["cap", "caps", "residual"]),
        "tiered" => (&["tiers"], &["tiers"]),
        "lead" => (&["lead"], &["lead"]),
        _ => (&[], &[]),
    }
}

impl Rule {
    /// Reads a rule of a pool.
    pub(super) fn read(pool: &Item<'_>, group: &Item<'_>, partners: &[Name]) -> Option<Self> {
        let rule = group.choice("rule")?;
        let _ = group.text("source");
        let (needed, allowed) = keys_of(rule);
        let foreign: Vec<&str> = ["shares", "cap", "caps", "residual", "tiers", "lead"]
            .into_iter()
            .filter(|key| !allowed.contains(key))
            .collect();
        group.refuse(&foreign, &format!("the rule is \"{rule}\""));
        for key in needed.iter().filter(|k| !group.has(k)) {
            missing(group, key, rule);
        }
        match rule {
            "proportional" => Some(Self::Proportional),
            "fixed" => shares(pool, group, partners).map(Self::Fixed),
            "capped" => Self::capped(pool, group, partners),
            "tiered" => tiers(pool, group, partners).map(Self::Tiered),
            "lead" => {
                let lead = group.reference("lead")?;
                is_partner(pool, &lead, partners, group.place_of("lead"))?;
                Some(Self::Lead(lead))
            }
            "own_lines" => Some(Self::OwnLines),
            _ => Some(Self::Kept),
        }
    }

    fn capped(pool: &Item<'_>, group: &Item<'_>, partners: &[Name]) -> Option<Self> {
        let residual = match group.text("residual")?.as_str() {
            "uncapped" => Residual::Uncapped,
            "carry" => Residual::Carry,
            other => {
                let place = group.place_of("residual");
                let name = pool.resolve("organisation", other, place)?;
                is_partner(pool, &name, partners, place)?;
                Residual::Partner(name)
            }
        };
        let caps_of_some = !group.names_in("caps").is_empty();
        let caps = match (group.has("cap"), caps_of_some) {
            (true, false) => Caps::All(group.figure("cap")?),
            (false, true) => {
                let mut caps = group.figures_by("caps");
                for (name, _) in &caps {
                    is_partner(pool, name, partners, group.place_of("caps"))?;
                }
                caps.sort_by(|a, b| a.0.cmp(&b.0));
                Caps::Some(caps)
            }
            (false, false) => {
                missing(group, "cap", "capped");
                return None;
            }
            (true, true) => {
                group.refuse(&["cap"], "`caps` says the cap of each partner");
                return None;
            }
        };
        let everybody = match &caps {
            Caps::All(_) => true,
            Caps::Some(caps) => partners.iter().all(|p| caps.iter().any(|(name, _)| name == p)),
        };
        if everybody && matches!(residual, Residual::Uncapped) {
            pool.tell(
                Diagnostic::error(
                    "pool_rule",
                    format!("`{}`: every partner has a cap, so nobody is uncapped", group.path),
                )
                .at(group.place_of("residual"))
                .hint("name a partner, write residual = \"carry\", or leave somebody out of `caps`"),
            );
            return None;
        }
        Some(Self::Capped { caps, residual })
    }

    /// Whether it goes with what else the pool says.
    pub(super) fn fits(&self, pool: &Item<'_>, partners: &[Name]) -> bool {
        let tell = |message: String, hint: &str| {
            pool.tell(Diagnostic::error("pool_rule", message).at(pool.place).hint(hint));
            false
        };
        match self {
            Self::Kept if !pool.has("risk_pool") => {
                pool.tell(
                    Diagnostic::error(
                        "key_missing",
                        format!("`{}` needs `risk_pool`: what an underspend that is kept is paid into", pool.path),
                    )
                    .at(pool.place_of("underspend"))
                    .hint("add risk_pool = { opening = 0 }"),
                );
                false
            }
            Self::OwnLines if pool.has("risk_pool") => tell(
                format!("`{}`: where each bears its own lines there is nothing for a risk pool to meet", pool.path),
                "leave `risk_pool` out, or share by another rule",
            ),
            Self::OwnLines => {
                let by: Vec<Name> = pool.names_in("spend_by");
                match partners.iter().find(|p| !by.contains(p)) {
                    Some(partner) => tell(
                        format!("`{}`: own_lines needs `spend_by` for every partner; {partner} has none", pool.path),
                        "write what is spent on each partner's own part: spend_by = { a = 21, b = 31 }",
                    ),
                    None => true,
                }
            }
            Self::Capped { residual: Residual::Carry, .. } => {
                let own_lines = |key: &str| {
                    let rule = pool.node(key).and_then(|n| n.as_table()).and_then(|t| t.get("rule"));
                    rule.and_then(|n| n.as_text()) == Some("own_lines")
                };
                !(own_lines("overspend") || own_lines("underspend"))
                    || tell(
                        format!("`{}`: what is carried is nobody's own line", pool.path),
                        "name a partner as residual, or share by another rule than own_lines",
                    )
            }
            _ => true,
        }
    }
}

fn missing(group: &Item<'_>, key: &str, rule: &str) {
    let hint = match key {
        "shares" => "add shares = { a = \"50%\", b = \"50%\" }",
        "residual" => "add residual = a partner's name, \"uncapped\" or \"carry\"",
        "tiers" => "add tiers = [{ amount = 1, shares = { a = \"50%\", b = \"50%\" } }, { shares = { b = \"100%\" } }]",
        "lead" => "add lead = a partner's name",
        _ => "add cap = \"2.5%\" (of one's own contribution) for all, or caps = { a = \"2.5%\" } by partner",
    };
    group.tell(
        Diagnostic::error("key_missing", format!("`{}` needs `{key}`: the rule is \"{rule}\"", group.path))
            .at(group.place)
            .hint(hint),
    );
}

/// Shares by partner, in name order, that add to 100% in every year.
fn shares(pool: &Item<'_>, group: &Item<'_>, partners: &[Name]) -> Option<Vec<(Name, Figure)>> {
    let mut shares = group.figures_by("shares");
    let place = group.place_of("shares");
    if !group.has("shares") || shares.len() < group.names_in("shares").len() {
        return None;
    }
    for (name, _) in &shares {
        is_partner(pool, name, partners, place)?;
    }
    shares.iter().for_each(|(_, share)| pool.refuse_range_of_part(share));
    for t in pool.reading.rules.horizon.plan() {
        let published: Option<Vec<i128>> = shares.iter().map(|(_, figure)| figure.at(t).steps).collect();
        let Some(all) = published else { continue };
        let sum: i128 = all.iter().sum();
        if sum != 1_000_000_000 {
            let shown = crate::vocabulary::number::decimal(sum, 7).normalize();
            pool.tell(
                Diagnostic::error(
                    "shares_not_whole",
                    format!("the shares of `{}` add to {shown}%, not 100%", group.path),
                )
                .at(place)
                .hint("give every penny to somebody: the shares of a year add to 100%"),
            );
            return None;
        }
    }
    shares.sort_by(|a, b| a.0.cmp(&b.0));
    Some(shares)
}

fn tiers(pool: &Item<'_>, group: &Item<'_>, partners: &[Name]) -> Option<Vec<Tier>> {
    let groups = group.groups("tiers");
    let tell = |place: Place, message: String| {
        group.tell(
            Diagnostic::error("pool_tiers", message)
                .at(place)
                .hint("give every tier but the last an `amount`; the last takes the rest"),
        );
    };
    let Some(last) = groups.len().checked_sub(1) else {
        if group.has("tiers") {
            tell(group.place_of("tiers"), format!("`{}` has no tiers", group.path));
        }
        return None;
    };
    let mut tiers = Vec::new();
    for (n, tier) in groups.iter().enumerate() {
        let amount = tier.figure("amount");
        if tier.has("amount") == (n == last) {
            let message = if n == last {
                format!("the last tier of `{}` has an amount, so nobody takes what lies beyond it", group.path)
            } else {
                format!("`{}` has no amount, so no tier after it is ever reached", tier.path)
            };
            tell(tier.place, message);
            return None;
        }
        let shares = shares(pool, tier, partners);
        if tier.has("amount") && amount.is_none() {
            return None;
        }
        tiers.push(Tier { amount, shares: shares? });
    }
    Some(tiers)
}

//! # Pooled budgets
//!
//! **What you write**: `[pool.better_care]` with its `host`, the `contribution` of each partner,
//! what it spends (`spend` in money, the host's own `lines`, or `spend_by` partner), and separately
//! who pays an `overspend` and who keeps an `underspend`. If they have them: a `risk_pool`, `settle`
//! and `rebase`.
//!
//! **What it means**, in each year, each amount to the penny:
//!
//! 1. *variance* = spend − contributions; a variance carried from the year before is added to it;
//! 2. an overspend takes what the *risk pool* holds first, which is charged to nobody;
//! 3. the rest is shared by the rule: `proportional` to contributions, `fixed` shares, `capped` at a
//!    part of each partner's own contribution, `tiered`, the `lead` alone, or `own_lines`. An
//!    underspend has a rule of its own, which may also be `kept`: paid into the risk pool;
//! 4. a partner *costs* its contribution + its share. Everybody but the host pays that to the host;
//!    the host spends what the pool spends and is left with its own contribution and share.
//!
//! Amounts are split by running totals in name order, `R(V × C_i ÷ C) − R(V × C_{i−1} ÷ C)`, so that
//! the parts always add up. Σ shares + risk pool used − paid in + carried on − carried in = variance.
//!
//! A contribution that a budget line already holds says so (`within`): it is not counted again.
//! Contributions recur; shares are one-off. With `settle = "next_year"` the others pay their share a
//! year later and the host carries it meanwhile. `rebase` sets the contributions of later years to
//! last year's spend × (1 + growth), split as in year 1: cost moves from share to contribution and
//! nobody saves by it.
//!
//! Spend depends on lines and on last year only, and never on what partners do about their share, so
//! there is no circle. Without a rule the variance stays with the host, and a finding says so.
//!
//! **Source**: NHS Act 2006 s75 and the partnership regulations SI 2000/617; the rules are those of
//! published section 75 agreements.

mod parties;
mod rows;
mod rules;
mod shares;

use super::Mechanism;
use super::context::{Build, Head};
use crate::language::{Figure, Item, Key, KeyKind, RateSource, Section};
use crate::sheet::Row;
use crate::vocabulary::{Diagnostic, Money, Name, Place, Unit};
use rules::{OVERSPEND, Rule, UNDERSPEND};
pub use rules::{RuleFacts, TierFacts};

/// The keys of a pooled budget.
pub const SECTION: Section = Section {
    name: "pool",
    help: "a budget that several organisations pay into and one of them hosts (section 75); it makes its own payments",
    keys: &[
        Key::required("host", KeyKind::Reference("organisation"), "who holds the budget and spends it"),
        Key::required(
            "contribution",
            KeyKind::GroupsBy("organisation", &CONTRIBUTION),
            "what each partner pays in, the host included",
        ),
        Key::optional("spend", KeyKind::Yearly(Unit::Money), "what the pool spends in each year"),
        Key::optional(
            "lines",
            KeyKind::References("line"),
            "instead: the lines of the host whose budgets, less the savings on them, are what the pool spends, so that price and demand drive it",
        ),
        Key::optional(
            "spend_by",
            KeyKind::FiguresBy("organisation", Unit::Money),
            "instead: what is spent on each partner's own part; the rule \"own_lines\" needs it",
        ),
        Key::optional(
            "overspend",
            KeyKind::Group(&OVERSPEND),
            "who pays when it spends more than is paid in; without it the host does",
        ),
        Key::optional(
            "underspend",
            KeyKind::Group(&UNDERSPEND),
            "who keeps what is left when it spends less; without it the host does",
        ),
        Key::optional(
            "risk_pool",
            KeyKind::Group(&RISK_POOL),
            "a balance held in the pool: used first for an overspend, and charged to nobody",
        ),
        Key::default(
            "settle",
            KeyKind::Choice(&["in_year", "next_year"]),
            "in_year",
            "\"next_year\": the others pay their share a year later, and the host carries it meanwhile",
        ),
        Key::optional(
            "rebase",
            KeyKind::Group(&REBASE),
            "contributions of later years follow what was spent the year before",
        ),
    ],
    belongs: false,
};

const CONTRIBUTION: Section = Section {
    name: "",
    help: "what one partner pays into a pool",
    keys: &[
        Key::required("amount", KeyKind::Yearly(Unit::Money), "what it pays in, in each year; 0 for nothing"),
        Key::optional(
            "within",
            KeyKind::Text,
            "the partner's own line whose budget already holds it (\"line.older_people\"), so that it is not counted again",
        ),
        Key::optional("source", KeyKind::Text, "where the contribution is written"),
    ],
    belongs: false,
};

const RISK_POOL: Section = Section {
    name: "",
    help: "a balance held in a pool",
    keys: &[
        Key::required("opening", KeyKind::Single(Unit::Money), "the balance at the start of the first plan year"),
        Key::optional("source", KeyKind::Text, "where the balance is written"),
    ],
    belongs: false,
};

const REBASE: Section = Section {
    name: "",
    help: "contributions that follow last year's spend",
    keys: &[
        Key::required("growth", KeyKind::RateOrDriver, "what is added to last year's spend: a rate, or a driver"),
        Key::optional("source", KeyKind::Text, "where the agreement says so"),
    ],
    belongs: false,
};

/// What reports say of a pool. Partners stand in the order of their names.
#[derive(Debug, Clone)]
pub struct PoolFacts {
    /// Its name.
    pub name: Name,
    /// Its title.
    pub title: String,
    /// Who holds it.
    pub host: Name,
    /// Its partners.
    pub partners: Vec<PartnerFacts>,
    /// What is paid in.
    pub contribution: Row<Money>,
    /// What it spends.
    pub spend: Row<Money>,
    /// Spend less contributions.
    pub variance: Row<Money>,
    /// What the risk pool pays, what is paid into it, and what it holds, where there is one.
    pub risk_pool: Option<[Row<Money>; 3]>,
    /// What stays in the pool at the end of the year and what came in from the year before, where a
    /// rule may leave anything.
    pub carried: Option<(Row<Money>, Row<Money>)>,
    /// Whether contributions follow last year's spend.
    pub rebased: bool,
    /// Whether shares are paid a year later.
    pub next_year: bool,
    /// Who pays an overspend, where the scenario says.
    pub overspend: Option<RuleFacts>,
    /// Who keeps an underspend, where the scenario says.
    pub underspend: Option<RuleFacts>,
    /// The lines it spends.
    pub lines: Vec<Name>,
    /// Where it stands.
    pub place: Place,
}

/// A partner of a pool.
#[derive(Debug, Clone)]
pub struct PartnerFacts {
    /// Which organisation.
    pub name: Name,
    /// What it pays in.
    pub contribution: Row<Money>,
    /// Its share of what is over, or (negative) under.
    pub share: Row<Money>,
    /// Its contribution and share.
    pub cost: Row<Money>,
    /// The line that holds its contribution, what of it that is, and the line's budget.
    pub within: Option<(Name, Row<Money>, Row<Money>)>,
}

#[derive(Debug)]
struct Pool {
    head: Head,
    host: Name,
    /// In name order.
    partners: Vec<Partner>,
    spend: Spend,
    overspend: Option<Rule>,
    underspend: Option<Rule>,
    risk_pool: Option<Figure>,
    next_year: bool,
    rebase: Option<RateSource>,
}

/// A partner as written.
#[derive(Debug)]
struct Partner {
    name: Name,
    amount: Figure,
    within: Option<(Name, Place)>,
}

/// What a pool spends.
#[derive(Debug)]
enum Spend {
    Given(Figure),
    Lines(Vec<(Name, Place)>),
    ByPartner(Vec<(Name, Figure)>),
}

/// Reads a pool.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let host = item.reference("host");
    let mut partners: Vec<Partner> =
        item.groups_by("contribution").into_iter().filter_map(|(name, group)| partner(item, name, &group)).collect();
    partners.sort_by(|a, b| a.name.cmp(&b.name));
    let next_year = item.choice("settle") == Some("next_year");
    let risk_pool = item.group("risk_pool").and_then(|group| {
        let _ = group.text("source");
        group.figure("opening")
    });
    let rebase = item.group("rebase").and_then(|group| {
        let _ = group.text("source");
        group.rate("growth")
    });
    let host = host?;
    let written: Vec<Name> = item.names_in("contribution");
    if !written.contains(&host) || written.len() < 2 {
        if item.node("contribution").is_some_and(|node| node.as_table().is_some()) {
            item.tell(
                Diagnostic::error(
                    "pool_partners",
                    if written.contains(&host) {
                        format!("`{}` has one partner, and a pool has several", item.path)
                    } else {
                        format!("the host {host} of `{}` is not among those who contribute", item.path)
                    },
                )
                .at(item.place_of("contribution"))
                .hint(format!(
                    "name every partner with what it pays in, the host too: {host} = {{ amount = 0 }} if it pays nothing"
                )),
            );
        }
        return None;
    }
    let spend = spend(item, &host, &written);
    let rule = |key: &str| item.group(key).and_then(|group| Rule::read(item, &group, &written));
    let (overspend, underspend) = (rule("overspend"), rule("underspend"));
    let fits = [&overspend, &underspend].into_iter().flatten().all(|rule| rule.fits(item, &written));
    if rebase.is_some() {
        rebased_amounts(item, &partners);
    }
    let spend = spend?;
    if let Spend::Lines(lines) = &spend {
        for (line, place) in partners.iter().filter_map(|p| p.within.as_ref()) {
            if lines.iter().any(|(own, _)| own == line) {
                item.tell(
                    Diagnostic::error(
                        "key_unused",
                        format!(
                            "`{}`: `within` would change nothing: `line.{line}` is what the pool spends",
                            item.path
                        ),
                    )
                    .at(*place)
                    .hint("leave `within` out: the host's own line is counted once already"),
                );
                return None;
            }
        }
    }
    if !fits || partners.len() < written.len() {
        return None;
    }
    Some(Box::new(Pool { head: head?, host, partners, spend, overspend, underspend, risk_pool, next_year, rebase }))
}

fn partner(item: &Item<'_>, name: Name, group: &Item<'_>) -> Option<Partner> {
    let amount = group.figure("amount");
    let _ = group.text("source");
    let within = match group.text("within") {
        None => None,
        Some(text) => {
            let place = group.place_of("within");
            let line = item.resolve("line", text.strip_prefix("line.").unwrap_or(&text), place)?;
            belongs_to(item, &line, &name, place)?;
            Some((line, place))
        }
    };
    Some(Partner { name, amount: amount?, within })
}

/// Tells when a line is not this organisation's.
fn belongs_to(item: &Item<'_>, line: &Name, organisation: &Name, place: Place) -> Option<()> {
    let theirs = item.reading.names.find("line", line.as_str()).and_then(|(_, d)| d.organisation.clone())?;
    if theirs == *organisation {
        return Some(());
    }
    item.tell(
        Diagnostic::error(
            "other_organisation",
            format!("`{}` names line `{line}` for {organisation}, and it belongs to {theirs}", item.path),
        )
        .at(place)
        .hint(format!("name a line of {organisation}")),
    );
    None
}

/// Exactly one of the three ways to say what is spent.
fn spend(item: &Item<'_>, host: &Name, partners: &[Name]) -> Option<Spend> {
    let given: Vec<&str> = ["spend", "lines", "spend_by"].into_iter().filter(|k| item.has(k)).collect();
    let none = |message: String| {
        item.tell(
            Diagnostic::error("pool_spend", message)
                .at(given.first().map_or(item.place, |key| item.place_of(key)))
                .hint("give one of: spend = 52; lines = [\"…\"], lines of the host; spend_by = { a = 21, b = 31 }"),
        );
        None
    };
    match given.as_slice() {
        ["spend"] => item.figure("spend").map(Spend::Given),
        ["lines"] => {
            let mut lines: Vec<(Name, Place)> = Vec::new();
            let written = item.texts("lines");
            for (text, place) in &written {
                let line = item.resolve("line", text, *place)?;
                belongs_to(item, &line, host, *place)?;
                // A line named twice is spent once.
                if !lines.iter().any(|(name, _)| *name == line) {
                    lines.push((line, *place));
                }
            }
            if lines.is_empty() {
                return none(format!("`{}` names no line that it spends", item.path));
            }
            Some(Spend::Lines(lines))
        }
        ["spend_by"] => {
            let all = item.figures_by("spend_by");
            for (name, _) in &all {
                rules::is_partner(item, name, partners, item.place_of("spend_by"))?;
            }
            if item.node("spend_by").and_then(|n| n.as_table()).is_some_and(|t| t.entries.is_empty()) {
                return none(format!("`{}` does not say what it spends", item.path));
            }
            Some(Spend::ByPartner(all))
        }
        [] => none(format!("`{}` does not say what it spends", item.path)),
        several => none(format!("`{}` says what it spends more than once: {}", item.path, several.join(", "))),
    }
}

/// Amounts that rebasing replaces are nowhere, unless a line holds them.
fn rebased_amounts(item: &Item<'_>, partners: &[Partner]) {
    for partner in partners.iter().filter(|p| p.within.is_none()) {
        let first = partner.amount.at(1).steps;
        if let Some(other) = partner.amount.points.iter().find(|p| p.steps != first) {
            item.tell(
                Diagnostic::error(
                    "key_unused",
                    format!(
                        "`{}`: amounts of {} after the first year would change nothing: contributions are rebased",
                        item.path, partner.name
                    ),
                )
                .at(other.place.unwrap_or(item.place))
                .hint("write the first year's amount alone, or leave `rebase` out"),
            );
        }
    }
}

impl Mechanism for Pool {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        self.check(b);
        self.rows(b);
    }
}

impl Pool {
    /// A line that holds a contribution cannot be what another pool spends.
    fn check_within(&self, b: &Build<'_>) {
        for (line, place) in self.partners.iter().filter_map(|p| p.within.as_ref()) {
            if let Some(other) = b.facts.pools.iter().find(|p| p.lines.contains(line)) {
                self.spent_and_held(b, line, *place, other);
            }
        }
    }

    fn spent_and_held(&self, b: &Build<'_>, line: &Name, place: Place, other: &PoolFacts) {
        let message = format!(
            "`line.{line}` is what one pool spends and holds a contribution to another: `{}` and `pool.{}`",
            self.head.path(),
            other.name
        );
        b.tell(
            Diagnostic::error("line_in_two_pools", message)
                .at(place)
                .also(other.place, "the other pool")
                .hint("its money would count once and be spent twice: give the contribution a line of its own"),
        );
    }

    /// What can only be seen beside other items: a payment entered twice, a line spent twice.
    fn check(&self, b: &Build<'_>) {
        for partner in self.partners.iter().filter(|p| p.name != self.host) {
            for flow in b.paid.iter().filter(|f| f.from == partner.name && f.to == self.host) {
                let same = |t: i32| {
                    let steps = partner.amount.at(t).steps;
                    steps.is_some() && steps == flow.amount.at(t).steps
                };
                if !partner.amount.is_nought() && b.horizon.plan().all(same) {
                    let flow_path = flow.head.path();
                    b.tell(
                        Diagnostic::error(
                            "pool_flow_repeated",
                            format!(
                                "`{flow_path}` repeats what {} pays into `{}`",
                                partner.name,
                                self.head.path()
                            ),
                        )
                        .at(flow.head.place)
                        .also(self.head.place, "the pool, which makes its own payments")
                        .hint(format!("leave `{flow_path}` out; a payment for something else differs in a year or goes another way")),
                    );
                }
            }
        }
        self.check_within(b);
        let held = self.partners.iter().filter_map(|p| p.within.as_ref());
        for (line, place) in held {
            let income = |c: &super::contribution::Contribution| c.item == ("line", line.clone()) && c.income;
            if b.facts.contributions.iter().any(income) {
                b.tell(
                    Diagnostic::error(
                        "pool_spend",
                        format!(
                            "`{}` says that `line.{line}`, which is income, holds a contribution",
                            self.head.path()
                        ),
                    )
                    .at(*place)
                    .hint("name the line of expenditure whose budget holds it"),
                );
            }
        }
        let Spend::Lines(lines) = &self.spend else { return };
        for (line, place) in lines {
            if let Some(other) = b
                .facts
                .pools
                .iter()
                .find(|p| p.partners.iter().any(|q| q.within.as_ref().is_some_and(|w| w.0 == *line)))
            {
                self.spent_and_held(b, line, *place, other);
            }
            if b.facts.items.iter().any(|i| i.kind == "line" && i.name == *line && i.memo) {
                b.tell(
                    Diagnostic::error(
                        "part_joined",
                        format!(
                            "`{}` cannot spend `line.{line}`, which is part of another line and enters no total",
                            self.head.path()
                        ),
                    )
                    .at(*place)
                    .hint("name the line it is a part of"),
                );
            }
            if let Some(other) = b.facts.pools.iter().find(|p| p.lines.contains(line)) {
                b.tell(
                    Diagnostic::error(
                        "line_in_two_pools",
                        format!("`line.{line}` is what both `{}` and `pool.{}` spend", self.head.path(), other.name),
                    )
                    .at(*place)
                    .also(other.place, "the other pool")
                    .hint("a line is spent once: leave it out of one of them"),
                );
            }
        }
    }
}

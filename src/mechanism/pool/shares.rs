//! What each partner pays of an overspend, or keeps of an underspend: one function a rule. Amounts
//! here are magnitudes; the pool gives them their sign.

use super::parties::{By, Parties};
use super::rules::{Caps, Residual, Rule, RuleFacts, Tier, TierFacts};
use crate::language::Figure;
use crate::mechanism::context::Build;
use crate::sheet::{Product, Row, Sign};
use crate::vocabulary::{Money, Name, Rate};

/// Which side of the contributions the spend is on.
#[derive(Clone, Copy)]
pub(super) struct Side {
    /// The first part of the names of its rows.
    pub code: &'static str,
    /// Its words.
    pub words: &'static str,
    /// Whether it is the overspend.
    pub over: bool,
}

/// Amounts by partner; who is not there has none.
type Parts = Vec<(usize, Row<Money>)>;

/// Rates by partner.
type Rates = Vec<(Name, Row<Rate>)>;

/// What a rule leaves.
pub(super) struct Shared {
    /// Partners' shares, as magnitudes; who is not there has none.
    pub shares: Parts,
    /// What stays in the pool.
    pub left: Option<Row<Money>>,
    /// The rule for reports.
    pub facts: RuleFacts,
}

/// What own lines are compared with: what is spent on each partner's part, and the variance.
pub(super) struct Own<'a> {
    pub spend_by: &'a [(Name, Row<Money>)],
    pub to_settle: Row<Money>,
}

/// Shares an amount by a rule.
pub(super) fn share(
    b: &mut Build<'_>,
    parties: &Parties,
    side: Side,
    rule: &Rule,
    amount: Row<Money>,
    own: &Own<'_>,
) -> Shared {
    let mut facts = RuleFacts::default();
    let mut left = None;
    let shares = match rule {
        Rule::Proportional => {
            facts.rule = "proportional";
            let named = (format!("{}_share", side.code), format!("share of {}", side.words));
            pro_rata(b, parties, side, amount, (&named.0, &named.1))
        }
        Rule::Fixed(shares) => {
            facts.rule = "fixed";
            let (parts, rates) = fixed(b, parties, side, "share", shares, amount);
            facts.shares = rates;
            parts
        }
        Rule::Capped { caps, residual } => {
            let (parts, carried, said) = capped(b, parties, side, caps, residual, amount);
            (left, facts) = (carried, said);
            parts
        }
        Rule::Tiered(tiers) => {
            let (parts, said) = tiered(b, parties, side, tiers, amount);
            facts = RuleFacts { rule: "tiered", tiers: said, ..facts };
            parts
        }
        Rule::Lead(lead) => {
            facts = RuleFacts { rule: "lead", lead: Some(lead.clone()), ..facts };
            vec![(parties.index(lead), amount)]
        }
        Rule::OwnLines => {
            facts.rule = "own_lines";
            own_lines(b, parties, side, own)
        }
        Rule::Kept => {
            facts.rule = "kept";
            Vec::new()
        }
    };
    Shared { shares, left, facts }
}

/// In proportion to contributions.
fn pro_rata(b: &mut Build<'_>, parties: &Parties, side: Side, amount: Row<Money>, named: (&str, &str)) -> Parts {
    let all = parties.all();
    let (running, whole) = parties.weights(b, &all, &format!("{}_", side.code));
    parties.split(b, amount, &all, parties.host, &By::Amounts(&running, whole), named)
}

/// By shares that add to 100%.
fn fixed(
    b: &mut Build<'_>,
    parties: &Parties,
    side: Side,
    what: &str,
    shares: &[(Name, Figure)],
    amount: Row<Money>,
) -> (Parts, Rates) {
    let prefix = format!("{}_{what}", side.code);
    let members: Vec<usize> = shares.iter().map(|(name, _)| parties.index(name)).collect();
    let mut rates: Vec<Row<Rate>> = Vec::new();
    let mut running: Vec<Row<Rate>> = Vec::new();
    for ((name, figure), i) in shares.iter().zip(&members) {
        let title = &parties.titles[*i];
        let measure = format!("{prefix}_rate_{name}");
        let rate = b.given_as::<Rate>(parties.subject, measure.into(), format!("part of {title}").into(), figure);
        let to = parties.row::<Rate>(b, format!("{prefix}_rate_to_{name}"), format!("parts up to {title}"));
        for t in b.horizon.plan() {
            let earlier = running.last().map(|row| (Sign::Plus, row.at(t)));
            b.sheet.sum(to.at(t), earlier.into_iter().chain([(Sign::Plus, rate.at(t))]));
        }
        rates.push(rate);
        running.push(to);
    }
    let taker = members.last().copied().unwrap_or(parties.host);
    let words = format!("share of {}", side.words);
    let parts = parties.split(b, amount, &members, taker, &By::Shares(&running), (&prefix, &words));
    (parts, shares.iter().map(|(name, _)| name.clone()).zip(rates).collect())
}

/// min(share in proportion, cap), and what the caps leave to whoever takes it.
fn capped(
    b: &mut Build<'_>,
    parties: &Parties,
    side: Side,
    caps: &Caps,
    residual: &Residual,
    amount: Row<Money>,
) -> (Parts, Option<Row<Money>>, RuleFacts) {
    let mut facts = RuleFacts { rule: "capped", ..RuleFacts::default() };
    let code = side.code;
    let named = (format!("{code}_before_cap"), format!("share of {} before any cap", side.words));
    let shares = pro_rata(b, parties, side, amount, (&named.0, &named.1));
    let mut bounded = Vec::new();
    let one = match caps {
        Caps::All(figure) => {
            let words = "most that anybody pays, as a part of its own contribution";
            Some(b.given_as::<Rate>(parties.subject, format!("{code}_cap").into(), words.into(), figure))
        }
        Caps::Some(_) => None,
    };
    facts.cap = one;
    let mut uncapped = Vec::new();
    for (i, before) in &shares {
        let (name, title) = (&parties.names[*i], &parties.titles[*i]);
        let rate = match caps {
            Caps::All(_) => one,
            Caps::Some(caps) => caps.iter().find(|(n, _)| n == name).map(|(_, figure)| {
                let words = format!("most that {title} pays, as a part of its own contribution");
                b.given_as::<Rate>(parties.subject, format!("{code}_cap_{name}").into(), words.into(), figure)
            }),
        };
        let Some(rate) = rate else {
            uncapped.push(*i);
            bounded.push((*i, *before));
            continue;
        };
        if one.is_none() {
            facts.caps.push((name.clone(), rate));
        }
        let most = parties.row::<Money>(b, format!("{code}_most_{name}"), format!("most that {title} pays"));
        let row = parties.row::<Money>(
            b,
            format!("{code}_up_to_cap_{name}"),
            format!("share of {} up to the cap: {title}", side.words),
        );
        for t in b.horizon.plan() {
            b.sheet.product(most.at(t), &Product::of(parties.contributions[*i].at(t)).times(rate.at(t)));
            b.sheet.min(row.at(t), &[before.at(t), most.at(t)]);
        }
        bounded.push((*i, row));
    }
    let terms: Vec<_> =
        [(Sign::Plus, amount)].into_iter().chain(bounded.iter().map(|(_, row)| (Sign::Minus, *row))).collect();
    let left = parties.sum(b, format!("{code}_beyond_caps"), format!("{} beyond the caps", side.words), &terms);
    let more = match residual {
        Residual::Partner(name) => {
            facts.residual = Some(name.to_string());
            vec![(parties.index(name), left)]
        }
        Residual::Uncapped => {
            facts.residual = Some("uncapped".into());
            // What is left is theirs even where none of them pays anything in.
            let taker = uncapped.iter().copied().find(|i| *i == parties.host).or(uncapped.last().copied());
            let (running, whole) = parties.weights(b, &uncapped, &format!("{code}_uncapped_"));
            let named = (format!("{code}_beyond_caps"), format!("{} beyond the caps", side.words));
            let by = By::Amounts(&running, whole);
            parties.split(b, left, &uncapped, taker.unwrap_or(parties.host), &by, (&named.0, &named.1))
        }
        Residual::Carry => {
            facts.residual = Some("carry".into());
            Vec::new()
        }
    };
    let carried = matches!(residual, Residual::Carry).then_some(left);
    let parts = bounded
        .into_iter()
        .map(|(i, row)| {
            let extra: Vec<_> = more.iter().filter(|(j, _)| *j == i).map(|(_, row)| (Sign::Plus, *row)).collect();
            if extra.is_empty() {
                return (i, row);
            }
            let rows: Vec<_> = [(Sign::Plus, row)].into_iter().chain(extra).collect();
            let (name, title) = (&parties.names[i], &parties.titles[i]);
            (i, parties.sum(b, format!("{code}_share_{name}"), format!("share of {}: {title}", side.words), &rows))
        })
        .collect();
    (parts, carried, facts)
}

/// Slices one after another, each split by its own shares.
fn tiered(
    b: &mut Build<'_>,
    parties: &Parties,
    side: Side,
    tiers: &[Tier],
    amount: Row<Money>,
) -> (Parts, Vec<TierFacts>) {
    let code = side.code;
    let mut left = amount;
    let mut facts = Vec::new();
    let mut of: Vec<Vec<(Sign, Row<Money>)>> = vec![Vec::new(); parties.names.len()];
    for (n, tier) in (1..).zip(tiers) {
        let (slice, limit) = match &tier.amount {
            None => (left, None),
            Some(figure) => {
                let measure = format!("{code}_tier_{n}_amount");
                let words = format!("most that tier {n} takes");
                let limit = b.given_as::<Money>(parties.subject, measure.into(), words.into(), figure);
                let slice = parties.row::<Money>(b, format!("{code}_tier_{n}"), format!("{} in tier {n}", side.words));
                let rest = parties.row::<Money>(
                    b,
                    format!("{code}_beyond_tier_{n}"),
                    format!("{} beyond tier {n}", side.words),
                );
                for t in b.horizon.plan() {
                    b.sheet.min(slice.at(t), &[left.at(t), limit.at(t)]);
                    b.sheet.sum(rest.at(t), [(Sign::Plus, left.at(t)), (Sign::Minus, slice.at(t))]);
                }
                left = rest;
                (slice, Some(limit))
            }
        };
        let (parts, shares) = fixed(b, parties, side, &format!("tier_{n}_share"), &tier.shares, slice);
        for (i, row) in parts {
            of[i].push((Sign::Plus, row));
        }
        facts.push(TierFacts { amount: limit, shares });
    }
    let mut shares = Vec::new();
    for (i, rows) in of.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
        let (name, title) = (&parties.names[i], &parties.titles[i]);
        let words = format!("share of {}, all tiers: {title}", side.words);
        shares.push((i, parties.sum(b, format!("{code}_share_{name}"), words, &rows)));
    }
    (shares, facts)
}

/// Each partner's own: what is spent on its part less its contribution, in years when the whole is on
/// this side.
fn own_lines(b: &mut Build<'_>, parties: &Parties, side: Side, own: &Own<'_>) -> Parts {
    let mut shares = Vec::new();
    for i in parties.all() {
        let (name, title) = (&parties.names[i], &parties.titles[i]);
        let Some((_, spent)) = own.spend_by.iter().find(|(n, _)| n == name) else { continue };
        let (sign, words) = if side.over {
            (Sign::Plus, format!("its own spend less its contribution: {title}"))
        } else {
            (Sign::Minus, format!("its contribution less its own spend: {title}"))
        };
        let rows = [(sign, *spent), (sign.opposite(), parties.contributions[i])];
        let apart = parties.sum(b, format!("{}_own_{name}", side.code), words, &rows);
        let words = format!("share of {}: {title}", side.words);
        let row = parties.row::<Money>(b, format!("{}_share_{name}", side.code), words);
        for t in b.horizon.plan() {
            // A variance of nought counts as an overspend of nought.
            let (over, under) = if side.over { (apart.at(t), parties.nought) } else { (parties.nought, apart.at(t)) };
            b.sheet.choose(row.at(t), own.to_settle.at(t), over, under);
        }
        shares.push((i, row));
    }
    shares
}

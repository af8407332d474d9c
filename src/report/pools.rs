//! Pooled budgets: what each partner pays in, what is spent, who pays what is over, and the rule in
//! words.

use super::Reader;
use super::table::{RowStyle, Sentence, Sums, Table, TableRow};
use crate::mechanism::pool::{PartnerFacts, PoolFacts, RuleFacts};
use crate::sheet::{Row, Run, Sign};
use crate::vocabulary::{Money, Name, Valued};

/// One table a pool. No saving changes what a pool spends, so both runs show the same.
#[must_use]
pub fn tables(r: &Reader<'_>) -> Vec<Table> {
    let tables: Vec<Table> = r.plan().facts.pools.iter().map(|pool| table(r, pool)).collect();
    if tables.is_empty() {
        let mut none = Table::new(r.year_columns(""));
        none.title = Some("Pooled budgets".to_owned());
        none.notes = vec!["this scenario has no [pool.…]".into()];
        return vec![none];
    }
    tables
}

/// A table in the making.
struct Rows<'r, 'a> {
    r: &'r Reader<'a>,
    pool: &'r PoolFacts,
    table: Table,
}

impl Rows<'_, '_> {
    fn add(&mut self, style: RowStyle, indent: u8, label: &str, row: Row<Money>, parts: Sums) -> usize {
        let row = TableRow::new(style, label, self.r.cells_of(row, Run::Plan)).indented(indent);
        self.table.push(if parts.is_empty() { row } else { row.sum_of(parts) })
    }

    fn part(&mut self, label: &str, row: Row<Money>, sign: Sign) -> (usize, Sign) {
        (self.add(RowStyle::Plain, 2, label, row, Vec::new()), sign)
    }

    /// A row a partner.
    fn each(&mut self, of: impl Fn(&PartnerFacts) -> Row<Money>) -> Sums {
        let (r, pool) = (self.r, self.pool);
        pool.partners.iter().map(|p| self.part(&title(r, &p.name), of(p), Sign::Plus)).collect()
    }
}

fn table(r: &Reader<'_>, pool: &PoolFacts) -> Table {
    let mut table = Table::new(r.year_columns(""));
    table.title = Some(format!("{}: pooled budget, hosted by {}", pool.title, title(r, &pool.host)));
    table.key = Some("overspend positive; underspend in brackets".to_owned());
    let mut rows = Rows { r, pool, table };
    let parts = rows.each(|p| p.contribution);
    let paid_in = rows.add(RowStyle::Subtotal, 1, "contributions", pool.contribution, parts);
    let spend = rows.add(RowStyle::Plain, 1, "spent by the pool", pool.spend, Vec::new());
    let sums = vec![(spend, Sign::Plus), (paid_in, Sign::Minus)];
    rows.add(RowStyle::Headline, 1, "variance: overspend, (underspend)", pool.variance, sums);
    let mut parts = rows.each(|p| p.share);
    if let Some([used, into, _]) = pool.risk_pool {
        parts.push(rows.part("met from the risk pool", used, Sign::Plus));
        parts.push(rows.part("less paid into the risk pool", into, Sign::Minus));
    }
    if let Some((carried, brought)) = pool.carried {
        parts.push(rows.part("carried to next year", carried, Sign::Plus));
        parts.push(rows.part("less carried from the year before", brought, Sign::Minus));
    }
    rows.add(RowStyle::Subtotal, 1, "shares of the variance", pool.variance, parts);
    for partner in &pool.partners {
        let label = format!("{}: contribution and share", title(r, &partner.name));
        rows.add(RowStyle::Total, 1, &label, partner.cost, Vec::new());
    }
    if let Some([_, _, balance]) = pool.risk_pool {
        rows.add(RowStyle::Muted, 1, "risk pool at the end of the year", balance, Vec::new());
    }
    rows.table.notes = notes(r, pool);
    rows.table
}

/// The rules in words, and what else a reader must know.
fn notes(r: &Reader<'_>, pool: &PoolFacts) -> Vec<Sentence> {
    let mut notes = vec![over(r, pool), under(r, pool)];
    if pool.next_year {
        let host = title(r, &pool.host);
        notes.push(format!("shares are paid a year later, and {host} carries them meanwhile").into());
    }
    if pool.rebased {
        let words = "contributions follow last year's spend: that moves cost from the share to the contribution and saves nothing";
        notes.push(words.into());
    }
    for (partner, (line, ..)) in pool.partners.iter().filter_map(|p| Some((p, p.within.as_ref()?))) {
        notes.push(format!("the contribution of {} is in line {line} already", title(r, &partner.name)).into());
    }
    notes
}

/// Who pays an overspend of each pool, for the page of a partner or of the system.
#[must_use]
pub fn facts(r: &Reader<'_>, organisation: Option<&Name>) -> Vec<(String, Sentence)> {
    let concerns = |pool: &&PoolFacts| organisation.is_none_or(|o| pool.partners.iter().any(|p| p.name == *o));
    let fact = |pool: &PoolFacts| {
        let mut sentence = over(r, pool);
        let variance = r.of(pool.variance, 1, Run::Plan);
        if let Some(pence) = variance.verdict().filter(|p| *p != 0) {
            let (amount, words) = if pence > 0 { (variance, "over") } else { (variance.turned(), "under") };
            sentence = sentence.text(format!("; {}: ", r.year(1))).figure(amount.in_words()).text(format!(" {words}"));
            let lead = if pence > 0 { ", of which " } else { ", shares " };
            for (n, partner) in pool.partners.iter().enumerate() {
                let share = r.of(partner.share, 1, Run::Plan);
                let share = if pence > 0 { share } else { share.turned() };
                sentence = sentence
                    .text(if n == 0 { lead } else { ", " })
                    .text(format!("{} ", title(r, &partner.name)))
                    .figure(share.in_words());
            }
        }
        (format!("{} (pooled budget)", pool.title), sentence)
    };
    r.plan().facts.pools.iter().filter(concerns).map(fact).collect()
}

/// The title of an organisation.
pub(super) fn title(r: &Reader<'_>, name: &Name) -> String {
    r.plan().organisations.iter().find(|o| o.name == *name).map_or_else(|| name.to_string(), |o| o.title.clone())
}

fn over(r: &Reader<'_>, pool: &PoolFacts) -> Sentence {
    let Some(rule) = &pool.overspend else {
        return format!("who pays an overspend is not said: it stays with the host, {}", title(r, &pool.host)).into();
    };
    let first = if pool.risk_pool.is_some() { "an overspend beyond the risk pool" } else { "an overspend" };
    shared(r, rule, Sentence::from(first).text(" is "), "paid", "pays")
}

fn under(r: &Reader<'_>, pool: &PoolFacts) -> Sentence {
    match &pool.underspend {
        None => format!("who keeps an underspend is not said: it stays with the host, {}", title(r, &pool.host)).into(),
        Some(rule) => shared(r, rule, "an underspend is ".into(), "kept", "keeps"),
    }
}

/// A rule in words.
fn shared(r: &Reader<'_>, rule: &RuleFacts, sentence: Sentence, done: &str, does: &str) -> Sentence {
    match rule.rule {
        "proportional" => sentence.text("shared in proportion to contributions"),
        "fixed" => by_shares(r, sentence.text("shared "), &rule.shares),
        "capped" => capped(r, rule, sentence, done, does),
        "tiered" => {
            let last = rule.tiers.len().saturating_sub(1);
            let mut sentence = sentence.text("shared in tiers: ");
            for (n, tier) in rule.tiers.iter().enumerate() {
                let lead = match n {
                    0 if n == last => "all of it ",
                    0 => "the first ",
                    n if n == last => "; the rest ",
                    _ => "; the next ",
                };
                sentence = sentence.text(lead);
                if let Some(amount) = tier.amount {
                    sentence = figure(r, sentence, amount).text(" ");
                }
                sentence = by_shares(r, sentence, &tier.shares);
            }
            sentence
        }
        "lead" => {
            let lead = rule.lead.as_ref().map_or_else(String::new, |name| title(r, name));
            sentence.text(format!("{done} by {lead} alone"))
        }
        "own_lines" => {
            sentence.text(format!("not shared: each {does} what is spent on its own part less what it pays in"))
        }
        _ => sentence.text("kept: paid into the risk pool"),
    }
}

fn capped(r: &Reader<'_>, rule: &RuleFacts, sentence: Sentence, done: &str, does: &str) -> Sentence {
    let mut sentence = sentence.text("shared in proportion to contributions; ");
    if let Some(cap) = rule.cap {
        sentence = figure(r, sentence.text(format!("nobody {does} more than ")), cap).text(" of its own contribution");
    }
    for (n, (name, cap)) in rule.caps.iter().enumerate() {
        let lead = if n == 0 { String::new() } else { ", ".to_owned() };
        sentence = figure(r, sentence.text(format!("{lead}{} at most ", title(r, name))), *cap);
    }
    if !rule.caps.is_empty() {
        sentence = sentence.text(" of its own contribution");
    }
    match rule.residual.as_deref() {
        Some("carry") => sentence.text("; what is left is carried to next year"),
        Some("uncapped") => sentence.text(format!("; what is left is {done} by those without a cap")),
        Some(name) => {
            let name = name.parse::<Name>().map_or_else(|_| name.to_owned(), |name| title(r, &name));
            sentence.text(format!("; what is left is {done} by {name}"))
        }
        None => sentence,
    }
}

fn by_shares(r: &Reader<'_>, sentence: Sentence, shares: &[(Name, Row<crate::vocabulary::Rate>)]) -> Sentence {
    shares.iter().enumerate().fold(sentence, |sentence, (n, (name, share))| {
        let lead = if n == 0 { "" } else { ", " };
        figure(r, sentence.text(format!("{lead}{} ", title(r, name))), *share)
    })
}

/// The first year's figure, saying so where later years differ.
fn figure<T: Valued>(r: &Reader<'_>, sentence: Sentence, row: Row<T>) -> Sentence {
    let first = r.of(row, 1, Run::Plan);
    let differs = r.horizon().plan().any(|t| r.of(row, t, Run::Plan).steps != first.steps);
    let sentence = sentence.figure(first.in_words());
    if differs { sentence.text(format!(" ({})", r.year(1))) } else { sentence }
}

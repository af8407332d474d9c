//! The rows of a pool: contributions, spend and variance, the risk pool, shares, and what each
//! partner's requirement takes of it.

use super::parties::{By, Parties};
use super::rules::{Residual, Rule};
use super::shares::{Own, Shared, Side, share};
use super::{PartnerFacts, Pool, PoolFacts, Spend};
use crate::mechanism::context::Build;
use crate::mechanism::contribution::{Contribution, OneOff, Recurrence, Step, Total};
use crate::mechanism::flow::Flowing;
use crate::sheet::{Product, Row, Sign};
use crate::vocabulary::{Money, Name};

const OVER: Side = Side { code: "overspend", words: "the overspend", over: true };
const UNDER: Side = Side { code: "underspend", words: "the underspend", over: false };

/// What the risk pool does: what it pays, what is paid in, what it holds.
type RiskPool = [Row<Money>; 3];

impl Pool {
    /// Makes every row and says which of them count.
    pub(super) fn rows(&self, b: &mut Build<'_>) {
        let subject = b.subject(&self.head);
        let nought = b.nought();
        let title = |name: &Name| {
            b.organisations.iter().find(|o| o.name == *name).map_or_else(|| name.to_string(), |o| o.title.clone())
        };
        let mut parties = Parties {
            subject,
            names: self.partners.iter().map(|p| p.name.clone()).collect(),
            titles: self.partners.iter().map(|p| title(&p.name)).collect(),
            host: self.partners.iter().position(|p| p.name == self.host).unwrap_or(0),
            nought,
            contributions: Vec::new(),
        };
        let (spend, spend_by) = self.spend_rows(b, &parties);
        let entered = self.contributions(b, &mut parties, spend);
        let paid_in: Vec<_> = parties.contributions.iter().map(|row| (Sign::Plus, *row)).collect();
        let contribution = parties.sum(b, "contribution", "contributions of all partners", &paid_in);
        let variance =
            parties.sum(b, "variance", "spend less contributions", &[(Sign::Plus, spend), (Sign::Minus, contribution)]);
        let carries = [&self.overspend, &self.underspend]
            .into_iter()
            .any(|rule| matches!(rule, Some(Rule::Capped { residual: Residual::Carry, .. })));
        let carried = parties.row::<Money>(b, "carried", "left in the pool: added to next year's variance");
        let brought = carries.then(|| {
            let row = parties.row::<Money>(b, "carried_in", "carried from the year before");
            for t in b.horizon.plan().skip(1) {
                b.sheet.sum(row.at(t), [(Sign::Plus, carried.at(t - 1))]);
            }
            row
        });
        let to_settle = match brought {
            None => variance,
            Some(brought) => {
                let rows = [(Sign::Plus, variance), (Sign::Plus, brought)];
                parties.sum(b, "to_settle", "variance, and what was carried from the year before", &rows)
            }
        };
        let (over, under) = sides(b, &parties, to_settle);
        let risk_pool = self.risk_pool_rows(b, &parties, over, under);
        let over_shared = parties.sum(
            b,
            "overspend_to_share",
            "overspend after the risk pool",
            &[(Sign::Plus, over), (Sign::Minus, risk_pool[0])],
        );
        let own = Own { spend_by: &spend_by, to_settle };
        let by_rule = |b: &mut Build<'_>, side, rule: &Option<Rule>, amount| match rule {
            Some(rule) => share(b, &parties, side, rule, amount, &own),
            // Nobody said who pays: it stays where the bills are paid.
            None => Shared { shares: vec![(parties.host, amount)], left: None, facts: super::RuleFacts::default() },
        };
        let overspend = by_rule(b, OVER, &self.overspend, over_shared);
        let underspend = by_rule(b, UNDER, &self.underspend, under);
        for t in b.horizon.plan() {
            let left = overspend.left.map(|row| (Sign::Plus, row.at(t)));
            b.sheet.sum(carried.at(t), left.into_iter().chain(underspend.left.map(|row| (Sign::Minus, row.at(t)))));
        }
        let shares: Vec<Row<Money>> = parties
            .all()
            .into_iter()
            .map(|i| {
                let of = |shared: &Shared, sign: Sign| -> Vec<_> {
                    shared.shares.iter().filter(|(j, _)| *j == i).map(|(_, row)| (sign, *row)).collect()
                };
                let rows: Vec<_> = of(&overspend, Sign::Plus).into_iter().chain(of(&underspend, Sign::Minus)).collect();
                let words = format!("share of the variance: {}", parties.titles[i]);
                parties.sum(b, format!("share_{}", parties.names[i]), words, &rows)
            })
            .collect();
        let costs: Vec<Row<Money>> = parties
            .all()
            .into_iter()
            .map(|i| {
                let rows = [(Sign::Plus, parties.contributions[i]), (Sign::Plus, shares[i])];
                let words = format!("contribution and share: {}", parties.titles[i]);
                parties.sum(b, format!("cost_{}", parties.names[i]), words, &rows)
            })
            .collect();
        let held =
            (self.risk_pool.is_some() || carries).then(|| from_the_pool(b, &parties, &risk_pool, carried, brought));
        self.count(b, &parties, &Counted { spend, variance, shares: &shares, entered: &entered, held });
        b.register(&self.head, spend, Sign::Plus, Recurrence::Recurrent);
        let partners = parties.all().into_iter().map(|i| PartnerFacts {
            name: parties.names[i].clone(),
            contribution: parties.contributions[i],
            share: shares[i],
            cost: costs[i],
            within: self.partners[i].within.as_ref().and_then(|(line, _)| {
                b.known_money("line", line, "closing").map(|closing| (line.clone(), entered[i], closing))
            }),
        });
        let facts = PoolFacts {
            name: self.head.name.clone(),
            title: self.head.title.to_string(),
            host: self.host.clone(),
            partners: partners.collect(),
            contribution,
            spend,
            variance,
            risk_pool: self.risk_pool.as_ref().map(|_| risk_pool),
            carried: brought.map(|brought| (carried, brought)),
            rebased: self.rebase.is_some(),
            next_year: self.next_year,
            overspend: self.overspend.as_ref().map(|_| overspend.facts),
            underspend: self.underspend.as_ref().map(|_| underspend.facts),
            lines: match &self.spend {
                Spend::Lines(lines) => lines.iter().map(|(name, _)| name.clone()).collect(),
                _ => Vec::new(),
            },
            place: self.head.place,
        };
        b.facts.pools.push(facts);
    }

    /// What is spent, and on whose part where that is said.
    fn spend_rows(&self, b: &mut Build<'_>, parties: &Parties) -> (Row<Money>, Vec<(Name, Row<Money>)>) {
        const WORDS: &str = "spent by the pool";
        match &self.spend {
            Spend::Given(figure) => (b.given::<Money>(parties.subject, "spend", WORDS, figure), Vec::new()),
            Spend::Lines(lines) => {
                // An income line lowers what is spent.
                let of = |line: &Name| {
                    b.facts
                        .contributions
                        .iter()
                        .find(|c| c.item.0 == "line" && c.item.1 == *line)
                        .map(|c| (c.sign, c.row))
                };
                // What is saved on a line is not spent: in the run's own terms, so that a saving that is not
                // delivered is the partners' as well.
                let saved = b.claims.iter().filter(|c| lines.iter().any(|(line, _)| *line == c.line));
                let saved: Vec<_> = saved.map(|c| (Sign::Minus, c.row)).collect();
                let rows: Vec<_> = lines.iter().filter_map(|(line, _)| of(line)).chain(saved).collect();
                (parties.sum(b, "spend", "spent by the pool, net of savings on its lines", &rows), Vec::new())
            }
            Spend::ByPartner(figures) => {
                let mut by = Vec::new();
                for (name, figure) in figures {
                    let words = format!("spent on the part of {}", parties.titles[parties.index(name)]);
                    let measure = format!("spend_{name}");
                    by.push((name.clone(), b.given_as::<Money>(parties.subject, measure.into(), words.into(), figure)));
                }
                let rows: Vec<_> = by.iter().map(|(_, row)| (Sign::Plus, *row)).collect();
                (parties.sum(b, "spend", WORDS, &rows), by)
            }
        }
    }

    /// What each pays in; returns the amounts as entered, which a line may hold.
    fn contributions(&self, b: &mut Build<'_>, parties: &mut Parties, spend: Row<Money>) -> Vec<Row<Money>> {
        let rebased = self.rebase.is_some();
        let mut entered = Vec::new();
        for (partner, title) in self.partners.iter().zip(&parties.titles) {
            let (measure, words) = if rebased {
                (format!("entered_{}", partner.name), format!("contribution as entered: {title}"))
            } else {
                (format!("contribution_{}", partner.name), format!("contribution: {title}"))
            };
            entered.push(b.given_as::<Money>(parties.subject, measure.into(), words.into(), &partner.amount));
        }
        parties.contributions.clone_from(&entered);
        let growth = self
            .rebase
            .as_ref()
            .and_then(|source| b.rate(parties.subject, "rebase_growth", "growth on last year's spend", source));
        let Some(growth) = growth else { return entered };
        let grown = parties.row::<Money>(b, "last_spend_grown", "last year's spend, grown");
        let total = parties.row::<Money>(b, "rebased", "contributions that follow last year's spend");
        for t in b.horizon.plan() {
            if t == 1 {
                b.sheet.sum(total.at(1), entered.iter().map(|row| (Sign::Plus, row.at(1))));
                continue;
            }
            b.sheet.product(grown.at(t), &Product::of(spend.at(t - 1)).grown_by(growth.at(t)));
            // Lines that earn more than they cost leave nothing to pay in.
            b.sheet.max(total.at(t), &[grown.at(t), parties.nought]);
        }
        let all = parties.all();
        let (running, whole) = parties.weights(b, &all, "first_year_");
        let (first, first_whole) = first_year(b, parties, &running, whole);
        let named = ("contribution", "contribution that follows last year's spend");
        let parts = parties.split(b, total, &all, parties.host, &By::Amounts(&first, first_whole), named);
        parties.contributions = parts.into_iter().map(|(_, row)| row).collect();
        entered
    }

    /// What the risk pool pays of the overspend, what an underspend that is kept pays in, and what it
    /// holds; noughts where there is none.
    fn risk_pool_rows(&self, b: &mut Build<'_>, parties: &Parties, over: Row<Money>, under: Row<Money>) -> RiskPool {
        let used = parties.row::<Money>(b, "risk_pool_used", "met from the risk pool");
        let paid_in = parties.row::<Money>(b, "risk_pool_paid_in", "paid into the risk pool");
        let balance = parties.row::<Money>(b, "risk_pool_balance", "held in the risk pool at the end of the year");
        let Some(figure) = &self.risk_pool else { return [used, paid_in, balance] };
        let opening =
            b.given_once::<Money>(parties.subject, "risk_pool_opening", "held in the risk pool at the start", figure);
        let kept = matches!(self.underspend, Some(Rule::Kept));
        for t in b.horizon.plan() {
            let before = if t > 1 { balance.at(t - 1) } else { opening };
            b.sheet.min(used.at(t), &[over.at(t), before]);
            if kept {
                b.sheet.sum(paid_in.at(t), [(Sign::Plus, under.at(t))]);
            }
            let terms = [(Sign::Plus, before), (Sign::Minus, used.at(t)), (Sign::Plus, paid_in.at(t))];
            b.sheet.sum(balance.at(t), terms);
        }
        [used, paid_in, balance]
    }
}

/// Overspend and underspend as magnitudes.
fn sides(b: &mut Build<'_>, parties: &Parties, to_settle: Row<Money>) -> (Row<Money>, Row<Money>) {
    let over = parties.row::<Money>(b, "overspend", "overspend, or nought");
    let turned = parties.sum(b, "underspend_or_overspend", "contributions less spend", &[(Sign::Minus, to_settle)]);
    let under = parties.row::<Money>(b, "underspend", "underspend, or nought");
    for t in b.horizon.plan() {
        b.sheet.max(over.at(t), &[to_settle.at(t), parties.nought]);
        b.sheet.max(under.at(t), &[turned.at(t), parties.nought]);
    }
    (over, under)
}

/// Rows that repeat the first year's cells in every year.
fn first_year(
    b: &mut Build<'_>,
    parties: &Parties,
    running: &[Row<Money>],
    whole: Row<Money>,
) -> (Vec<Row<Money>>, Row<Money>) {
    let repeat = |b: &mut Build<'_>, measure: String, words: String, of: Row<Money>| {
        let row = parties.row::<Money>(b, measure, words);
        for t in b.horizon.plan() {
            b.sheet.sum(row.at(t), [(Sign::Plus, of.at(1))]);
        }
        row
    };
    let mut rows = Vec::new();
    for (i, row) in parties.all().into_iter().zip(running) {
        let words = format!("first year's contributions up to {}", parties.titles[i]);
        rows.push(repeat(b, format!("split_to_{}", parties.names[i]), words, *row));
    }
    let whole = repeat(b, "split_whole_or_a_penny".into(), "first year's contributions, or a penny".into(), whole);
    (rows, whole)
}

/// What the pool's own balance meets: the risk pool, and what is carried from year to year.
fn from_the_pool(
    b: &mut Build<'_>,
    parties: &Parties,
    risk_pool: &RiskPool,
    carried: Row<Money>,
    brought: Option<Row<Money>>,
) -> Row<Money> {
    let [used, paid_in, _] = *risk_pool;
    let rows = [(Sign::Plus, used), (Sign::Minus, paid_in), (Sign::Plus, carried)];
    let rows: Vec<_> = rows.into_iter().chain(brought.map(|row| (Sign::Minus, row))).collect();
    parties.sum(b, "from_the_pool", "met from the pool's own balance, or carried in it", &rows)
}

/// What the requirements are made of.
struct Counted<'a> {
    spend: Row<Money>,
    variance: Row<Money>,
    shares: &'a [Row<Money>],
    entered: &'a [Row<Money>],
    held: Option<Row<Money>>,
}

impl Pool {
    /// Says what of the pool counts in whose requirement, and makes the payments to the host.
    fn count(&self, b: &mut Build<'_>, parties: &Parties, of: &Counted<'_>) {
        let others: Vec<usize> = parties.all().into_iter().filter(|i| *i != parties.host).collect();
        let mut settled = Vec::new();
        let mut payments = Vec::new();
        for i in others.iter().copied() {
            let (name, title) = (&parties.names[i], &parties.titles[i]);
            let share = if self.next_year {
                let row =
                    parties.row::<Money>(b, format!("share_paid_{name}"), format!("last year's share, paid: {title}"));
                for t in b.horizon.plan().skip(1) {
                    b.sheet.sum(row.at(t), [(Sign::Plus, of.shares[i].at(t - 1))]);
                }
                row
            } else {
                of.shares[i]
            };
            let rows = [(Sign::Plus, parties.contributions[i]), (Sign::Plus, share)];
            let paid = parties.sum(b, format!("paid_{name}"), format!("paid to the host: {title}"), &rows);
            settled.push((Sign::Plus, share));
            payments.push((Sign::Plus, paid));
            let added = if self.partners[i].within.is_some() {
                let words = format!("paid to the host beyond what its line holds: {title}");
                let rows = [(Sign::Plus, paid), (Sign::Minus, of.entered[i])];
                parties.sum(b, format!("added_{name}"), words, &rows)
            } else {
                paid
            };
            let counted = Contribution { one_off: OneOff::Part(share), ..self.requirement(name, added) };
            let named = (format!("change_{name}"), format!("paid to the host: change: {title}"));
            b.require(parties.subject, Step::Pool, named, counted);
            b.facts.flows.push(Flowing {
                name: self.head.name.clone(),
                title: self.head.title.to_string(),
                from: name.clone(),
                to: self.host.clone(),
                row: paid,
            });
        }
        self.count_host(b, parties, of, &settled, &payments);
    }

    /// The host spends what the pool spends, is paid by the others, and takes what the pool holds.
    fn count_host(
        &self,
        b: &mut Build<'_>,
        parties: &Parties,
        of: &Counted<'_>,
        settled: &[(Sign, Row<Money>)],
        payments: &[(Sign, Row<Money>)],
    ) {
        let (host, title) = (&self.host, &parties.titles[parties.host]);
        let entered = of.entered[parties.host];
        let within = self.partners[parties.host].within.is_some();
        // Lines of the host that are the spend are in its requirement already, and so is the variance.
        let in_lines = matches!(self.spend, Spend::Lines(_));
        if !in_lines {
            let row = if within {
                let words = format!("spent beyond what the line of {title} holds");
                parties.sum(b, format!("added_{host}"), words, &[(Sign::Plus, of.spend), (Sign::Minus, entered)])
            } else {
                of.spend
            };
            let counted = Contribution { one_off: OneOff::Part(of.variance), ..self.requirement(host, row) };
            b.require(parties.subject, Step::Pool, ("spend_change", "spent by the pool: change"), counted);
        } else if within {
            let words = format!("contribution of {title}, held by another line");
            let row = parties.sum(b, format!("added_{host}"), words, &[(Sign::Plus, entered)]);
            let counted = Contribution { sign: Sign::Minus, ..self.requirement(host, row) };
            b.require(
                parties.subject,
                Step::Pool,
                ("held_by_line_change", "contribution held by another line: change"),
                counted,
            );
        }
        let received = parties.sum(b, "received", "paid to the host by the other partners", payments);
        let variance = in_lines.then_some((Sign::Minus, of.variance));
        let one_off: Vec<_> = settled.iter().copied().chain(variance).collect();
        let words = if in_lines { "of it shares, less the variance in the host's lines" } else { "of it shares" };
        let one_off = parties.sum(b, "received_one_off", words, &one_off);
        let income = |row| Contribution { sign: Sign::Minus, income: true, ..self.requirement(host, row) };
        let counted = Contribution { one_off: OneOff::Part(one_off), ..income(received) };
        b.require(parties.subject, Step::Pool, ("received_change", "paid to the host: change"), counted);
        if let Some(held) = of.held {
            let counted = Contribution { one_off: OneOff::All, recurrence: Recurrence::OneOff, ..income(held) };
            b.require(
                parties.subject,
                Step::Pool,
                ("from_the_pool_change", "met from the pool's own balance: change"),
                counted,
            );
        }
        let own = [(Sign::Plus, of.spend), (Sign::Minus, received)];
        let rows: Vec<_> = own.into_iter().chain(of.held.map(|row| (Sign::Minus, row))).collect();
        parties.sum(b, format!("paid_{host}"), format!("borne in the year: {title}"), &rows);
    }

    fn requirement(&self, organisation: &Name, row: Row<Money>) -> Contribution {
        Contribution::new(organisation.clone(), Total::Requirement, row, ("pool", self.head.name.clone()))
    }
}

//! # Borrowing: what new capital spending costs revenue
//!
//! **What you write**: `[borrowing.new_school]` with the `amount` borrowed in each year, the
//! `interest`, the `life` of what it pays for, and the `method` by which it is set aside: in `equal`
//! instalments, or as an `annuity` at the `annuity_rate`. What earlier borrowing costs stands in a
//! line of the budget.
//!
//! **What it means**: each year's borrowing costs two things. *Set-aside* (minimum revenue provision)
//! begins in the year after it was borrowed, or after the asset is `operational` if that is later,
//! and runs for N = `life` years: equal instalments are R(amount ÷ N), an annuity's nth is
//! `R(amount × r × index of n − 1 ÷ (index of N − 1))` with the index R9 of (1 + r) multiplied up;
//! the last instalment is what the others leave, so that all of it is set aside to the penny.
//! *Interest* is half a year's in the year of borrowing, as money is borrowed through the year, and
//! then whole years' on what was borrowed until the last set-aside (`interest_on = "maturity"`: one
//! loan, repaid at the end), or on what is not yet set aside (`"outstanding"`). The cost is both.
//!
//! **Source**: Local Authorities (Capital Finance and Accounting) (England) Regulations 2003,
//! regulations 27 and 28, and the statutory guidance on minimum revenue provision: the asset life
//! method, beginning in the year after the asset comes into use.

use super::Mechanism;
use super::context::{Build, Head};
use super::contribution::{Contribution, Recurrence, Step, Total};
use super::driver::refuse_part_year;
use crate::language::{Figure, Item, Key, KeyKind, RateSource, Section};
use crate::sheet::{Cell, Flags, Product, Row, Sign, SubjectId, Years};
use crate::vocabulary::{Diagnostic, Money, Rate, Unit, Valued};

/// The keys that say on what terms money is borrowed.
pub(super) const TERMS: [Key; 5] = [
    Key::required("interest", KeyKind::RateOrDriver, "the interest rate of each year: a rate of its own or a driver"),
    Key::required("life", KeyKind::Count, "the years over which it is set aside: the life of what it pays for"),
    Key::required(
        "method",
        KeyKind::Choice(&["equal", "annuity"]),
        "how it is set aside: \"equal\" instalments, or an \"annuity\" that begins lower and ends higher",
    ),
    Key::optional(
        "annuity_rate",
        KeyKind::Single(Unit::Rate),
        "annuity: the rate at which the instalments rise from year to year",
    ),
    Key::default(
        "interest_on",
        KeyKind::Choice(&["maturity", "outstanding"]),
        "maturity",
        "\"maturity\": on all that was borrowed, repaid at the end; \"outstanding\": on what is not yet set aside",
    ),
];

/// The keys of borrowing.
pub const SECTION: Section = Section {
    name: "borrowing",
    help: "new borrowing for capital spending, and what it costs revenue: set-aside and interest",
    keys: &[
        Key::required(
            "amount",
            KeyKind::Yearly(Unit::Money),
            "what is borrowed in each year: one value is borrowed again every year",
        ),
        TERMS[0],
        TERMS[1],
        TERMS[2],
        TERMS[3],
        TERMS[4],
        Key::optional(
            "operational",
            KeyKind::Year,
            "the year in which the asset comes into use, when later than the borrowing: set-aside begins the year after",
        ),
    ],
    belongs: true,
};

/// How borrowing is paid for.
#[derive(Debug)]
pub(super) struct Terms {
    /// The interest rate.
    pub(super) interest: RateSource,
    /// The years of set-aside: one or more.
    pub(super) life: u32,
    /// How the instalments run.
    pub(super) method: Method,
    /// Whether interest is on what is not yet set aside, and not on all that was borrowed.
    pub(super) on_outstanding: bool,
    /// The plan year in which the asset comes into use, when said.
    pub(super) operational: Option<i32>,
}

/// How the instalments of set-aside run.
#[derive(Debug)]
pub(super) enum Method {
    /// All the same.
    Equal,
    /// Rising at a rate.
    Annuity(Figure),
}

#[derive(Debug)]
struct Borrowing {
    head: Head,
    amount: Figure,
    terms: Terms,
}

/// The longest life that can be written: no statutory one is longer, and each year of it is a cell.
const LONGEST: u32 = 100;

/// Reads borrowing.
#[must_use]
pub fn read(item: &Item<'_>) -> Option<Box<dyn Mechanism>> {
    let head = Head::of(item);
    let amount = item.figure("amount");
    let operational = item.year("operational").map(|year| year.start() - item.reading.rules.horizon.base().start());
    let terms = Terms { operational, ..terms(item)? };
    Some(Box::new(Borrowing { head: head?, amount: amount?, terms }))
}

/// Reads the terms; `operational` is said by borrowing of its own only.
pub(super) fn terms(item: &Item<'_>) -> Option<Terms> {
    let interest = item.rate("interest");
    let on_outstanding = item.choice("interest_on") == Some("outstanding");
    let (life, method) = (life(item), method(item));
    Some(Terms { interest: interest?, life: life?, method: method?, on_outstanding, operational: None })
}

fn life(item: &Item<'_>) -> Option<u32> {
    let life = item.count("life")?;
    if (1..=LONGEST).contains(&life) {
        return Some(life);
    }
    item.tell(
        Diagnostic::error("life_range", format!("`{}.life` is the number of years, 1 to {LONGEST}", item.path))
            .at(item.place_of("life"))
            .hint("write the years over which it is set aside: life = 40"),
    );
    None
}

fn method(item: &Item<'_>) -> Option<Method> {
    let method = item.choice("method");
    let rate = item.figure("annuity_rate");
    match method? {
        "equal" => {
            item.refuse(&["annuity_rate"], "equal instalments have no rate");
            Some(Method::Equal)
        }
        _ if !item.has("annuity_rate") => {
            let message = format!("`{}` is set aside as an annuity and needs `annuity_rate`", item.path);
            item.tell(
                Diagnostic::error("key_missing", message)
                    .at(item.place_of("method"))
                    .hint("annuity_rate = \"5%\"; or method = \"equal\""),
            );
            None
        }
        _ => {
            let rate = rate?;
            if rate.may_be_nought() {
                item.tell(
                    Diagnostic::error(
                        "annuity_rate_nought",
                        format!("`{}`: an annuity at 0% has equal instalments", item.path),
                    )
                    .at(item.place_of("annuity_rate"))
                    .hint("write method = \"equal\" and leave `annuity_rate` out, or give the rate: \"5%\""),
                );
                return None;
            }
            Some(Method::Annuity(rate))
        }
    }
}

/// What each year's borrowing costs in every year: the row of set-aside and interest. Its rows stand
/// on the caller's subject: `set_aside`, `debt`, `interest`, `cost` and what they are made of.
pub(super) fn cost(b: &mut Build<'_>, subject: SubjectId, borrowed: Row<Money>, terms: &Terms) -> Row<Money> {
    refuse_part_year(b, Some(&terms.interest), "an interest rate");
    let set_aside = set_aside(b, subject, borrowed, terms);
    let debt = b.money(subject, "debt", "borrowed and not yet set aside, at the end of the year", Years::PLAN);
    for t in b.horizon.plan() {
        let before = (t > 1).then(|| (Sign::Plus, debt.at(t - 1)));
        let moves = [(Sign::Plus, borrowed.at(t)), (Sign::Minus, set_aside.at(t))];
        b.sheet.sum(debt.at(t), before.into_iter().chain(moves));
    }
    let interest = interest(b, subject, borrowed, debt, terms);
    b.sum_of(subject, "cost", "set-aside and interest", &[(Sign::Plus, set_aside), (Sign::Plus, interest)])
}

impl Terms {
    /// The first year of set-aside of what is borrowed in year `s`.
    fn begins(&self, s: i32) -> i32 {
        self.operational.map_or(s, |o| s.max(o)).saturating_add(1)
    }

    /// Its last year of set-aside.
    fn ends(&self, s: i32) -> i32 {
        self.begins(s).saturating_add(i32::try_from(self.life).unwrap_or(i32::MAX) - 1)
    }
}

/// What is set aside in each year: the instalments of every earlier year's borrowing.
fn set_aside(b: &mut Build<'_>, subject: SubjectId, borrowed: Row<Money>, terms: &Terms) -> Row<Money> {
    let annuity = match &terms.method {
        Method::Equal => None,
        Method::Annuity(rate) => Some(Annuity::declare(b, subject, rate, terms.life)),
    };
    let last = b.horizon.years();
    let mut instalments = Vec::new();
    for s in b.horizon.plan().filter(|s| terms.begins(*s) <= last) {
        let year = b.horizon.year(s);
        let begins = terms.begins(s);
        let row = b.sheet.row::<Money>(
            subject,
            format!("set_aside_of_{}", year.hyphenated()),
            format!("set aside for what was borrowed in {year}"),
            Years::From(begins),
        );
        for t in begins..=last.min(terms.ends(s)) {
            let of = Product::of(borrowed.at(s));
            if t == terms.ends(s) {
                let earlier = (begins..t).map(|u| (Sign::Minus, row.at(u)));
                b.sheet.sum(row.at(t), [(Sign::Plus, borrowed.at(s))].into_iter().chain(earlier));
            } else if let Some(annuity) = &annuity {
                b.sheet.product(row.at(t), &annuity.instalment(of, t - begins));
            } else {
                b.sheet.product(row.at(t), &of.per(terms.life));
            }
        }
        instalments.push((begins, row));
    }
    let row = b.money(subject, "set_aside", "set aside to repay borrowing", Years::PLAN);
    for t in b.horizon.plan() {
        let due = instalments.iter().filter(|(begins, _)| *begins <= t).map(|(_, r)| (Sign::Plus, r.at(t)));
        b.sheet.sum(row.at(t), due);
    }
    row
}

/// Half a year's interest on what is borrowed in the year, and whole years' on what was before.
fn interest(
    b: &mut Build<'_>,
    subject: SubjectId,
    borrowed: Row<Money>,
    debt: Row<Money>,
    terms: &Terms,
) -> Row<Money> {
    let row = b.money(subject, "interest", "interest in the year", Years::PLAN);
    let Some(rate) = b.rate(subject, "interest_rate", "interest rate", &terms.interest) else { return row };
    let loans = b.money(subject, "loans", "borrowed in earlier years, and interest still due", Years::PLAN);
    let earlier = b.money(subject, "interest_on_earlier", "interest on what was borrowed before", Years::PLAN);
    let new = b.money(subject, "interest_on_new", "half a year's interest on what is borrowed", Years::PLAN);
    for t in b.horizon.plan() {
        if terms.on_outstanding {
            b.sheet.sum(loans.at(t), (t > 1).then(|| (Sign::Plus, debt.at(t - 1))));
        } else {
            let due = (1..t).filter(|s| t <= terms.ends(*s)).map(|s| (Sign::Plus, borrowed.at(s)));
            b.sheet.sum(loans.at(t), due);
        }
        b.sheet.product(earlier.at(t), &Product::of(loans.at(t)).times(rate.at(t)));
        b.sheet.product(new.at(t), &Product::of(borrowed.at(t)).times(rate.at(t)).per(2));
        b.sheet.sum(row.at(t), [(Sign::Plus, earlier.at(t)), (Sign::Plus, new.at(t))]);
    }
    row
}

/// The cells of an annuity that every year's borrowing shares.
struct Annuity {
    rate: Cell<Rate>,
    /// One plus the rate, multiplied up: after 0 years, 1, 2, …
    index: Vec<Cell<Rate>>,
    /// The index after the whole life, less one.
    whole: Cell<Rate>,
}

impl Annuity {
    fn declare(b: &mut Build<'_>, subject: SubjectId, rate: &Figure, life: u32) -> Self {
        let rate = b.given_once::<Rate>(subject, "annuity_rate", "rate at which the instalments rise", rate);
        let one = b.sheet.scalar::<Rate>(subject, "annuity_index_0", "annuity index at the start: one");
        b.sheet.input(one, Rate::from_steps(1_000_000_000), None, Flags::EXACT);
        let mut index = vec![one];
        let mut last = one;
        for n in 1..=life {
            let words = format!("annuity index after {n} {}", if n == 1 { "year" } else { "years" });
            let next = b.sheet.scalar::<Rate>(subject, format!("annuity_index_{n}"), words);
            b.sheet.product(next, &Product::of(last).grown_by(rate));
            index.push(next);
            last = next;
        }
        let whole = b.sheet.scalar::<Rate>(subject, "annuity_whole", "annuity index after the whole life, less one");
        b.sheet.sum(whole, [(Sign::Plus, last), (Sign::Minus, one)]);
        Self { rate, index, whole }
    }

    /// The instalment that `earlier` ones came before.
    fn instalment(&self, of: Product<Money>, earlier: i32) -> Product<Money> {
        let product = of.times(self.rate);
        match usize::try_from(earlier).ok().and_then(|n| self.index.get(n)) {
            Some(index) => product.in_proportion(*index, self.whole),
            None => product,
        }
    }
}

impl Mechanism for Borrowing {
    fn head(&self) -> &Head {
        &self.head
    }

    fn build(&self, b: &mut Build<'_>) {
        let Some(organisation) = self.head.organisation.clone() else { return };
        let subject = b.subject(&self.head);
        let borrowed = b.given::<Money>(subject, "borrowed", "borrowed in the year", &self.amount);
        let cost = cost(b, subject, borrowed, &self.terms);
        b.register(&self.head, cost, Sign::Plus, Recurrence::Recurrent);
        let item = ("borrowing", self.head.name.clone());
        b.require(
            subject,
            Step::CapitalFinancing,
            ("change", "set-aside and interest: change"),
            Contribution::new(organisation, Total::Requirement, cost, item),
        );
    }
}

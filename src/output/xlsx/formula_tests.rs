//! Each formula's Excel form on a small sheet, and that whatever is built is a formula Excel can read.

use proptest::prelude::*;

use super::*;
use crate::output::xlsx::names::Names;
use crate::report::workbook::Block;
use crate::sheet::{Builder, Cell, Flags, Product, Row, RowId, Sign, Subject, SubjectId, Years};
use crate::vocabulary::{FinancialYear, Horizon, Money, Months, Quantity, Rate, UnitPrice, Valued};

/// A sheet over 2026/27 and 2027/28, its rows from row 6 down, 2026/27 in column D.
struct Small {
    b: Builder,
    subject: SubjectId,
}

impl Small {
    fn new() -> Self {
        let mut b = Builder::new(Horizon::new(FinancialYear::starting(2025), 2));
        let name = "older".parse().ok();
        let subject =
            b.subject(Subject { organisation: None, kind: "line", name, title: "Older people".into(), place: None });
        Self { b, subject }
    }

    fn row<T: Valued>(&mut self, measure: &'static str, steps: [i128; 2]) -> Row<T> {
        let row = self.b.row::<T>(self.subject, measure, measure, Years::PLAN);
        for (t, steps) in (1..).zip(steps) {
            self.b.input(row.at(t), T::from_steps(steps), None, Flags::EXACT);
        }
        row
    }

    fn empty<T: Valued>(&mut self) -> Row<T> {
        self.b.row::<T>(self.subject, "result", "result", Years::PLAN)
    }

    /// The formula of a cell.
    fn text<T>(self, cell: Cell<T>, large: bool) -> Written {
        let sheet = self.b.finish().unwrap();
        let layout = layout(&sheet);
        write(&sheet, &layout, cell.id(), large).unwrap()
    }
}

fn layout(sheet: &Sheet) -> Layout {
    let rows = sheet.rows().map(|(row, _)| row).collect();
    let blocks = [Block { whose: String::new(), kind: String::new(), rows }];
    Layout::new(sheet, &blocks, &[], &mut Names::default())
}

#[test]
fn sums() {
    let mut s = Small::new();
    let rows: Vec<Row<Money>> = ["a", "b", "c", "d"].into_iter().map(|n| s.row(n, [1, 2])).collect();
    let result = s.empty::<Money>();
    s.b.sum(result.at(1), rows.iter().map(|r| (Sign::Plus, r.at(1))));
    let (a, b) = (rows[0], rows[1]);
    s.b.sum(result.at(2), [(Sign::Plus, a.at(2)), (Sign::Minus, b.at(2)), (Sign::Plus, b.at(1))]);
    let sheet = s.b.finish().unwrap();
    let layout = layout(&sheet);
    let of = |cell: Cell<Money>| write(&sheet, &layout, cell.id(), false).unwrap().main;
    assert_eq!(of(result.at(1)), "=ROUND(SUM(D6:D9),2)");
    assert_eq!(of(result.at(2)), "=ROUND(E6-E7+D7,2)");
}

#[test]
fn one_term_is_as_it_is() {
    let mut s = Small::new();
    let a = s.row::<Money>("a", [1, 2]);
    let result = s.empty::<Money>();
    s.b.sum(result.at(1), [(Sign::Minus, a.at(1))]);
    assert_eq!(s.text(result.at(1), false).main, "=-D6");
}

#[test]
fn weighted_sums() {
    let mut s = Small::new();
    let (w, x) = (s.row::<Rate>("w", [1, 2]), s.row::<Money>("x", [1, 2]));
    let result = s.empty::<Money>();
    s.b.weighted(result.at(1), [(w.at(1), x.at(1)), (w.at(2), x.at(2))]);
    assert_eq!(s.text(result.at(1), false).main, "=ROUND(D6*D7+E6*E7,2)");
}

#[test]
fn products_plain_and_in_whole_pence() {
    let make = |large| {
        let mut s = Small::new();
        let (a, rate, months) = (s.row::<Money>("a", [1, 2]), s.row::<Rate>("r", [1, 2]), s.row::<Months>("m", [1, 2]));
        let result = s.empty::<Money>();
        s.b.product(result.at(1), &Product::of(a.at(1)).grown_by(rate.at(1)).for_months(months.at(1)));
        s.text(result.at(1), large).main
    };
    assert_eq!(make(false), "=ROUND(D6*(1+D7)*D8/12,2)");
    let whole = "=ROUND(ROUND(D6*100,0)*ROUND((1+D7)*10^9,0)*ROUND(D8*10^9,0)/12/10^18,0)/100";
    assert_eq!(make(true), whole);
}

#[test]
fn shares_prices_and_coarser_cells() {
    let mut s = Small::new();
    let (a, b) = (s.row::<Money>("a", [1, 2]), s.row::<Money>("b", [1, 2]));
    let result = s.empty::<Rate>();
    s.b.product(result.at(1), &Product::of(a.at(1)).over(b.at(1)));
    assert_eq!(s.text(result.at(1), false).main, "=ROUND(D6/D7,9)");

    let mut s = Small::new();
    let (price, count) = (s.row::<UnitPrice>("p", [1, 2]), s.row::<Quantity>("q", [1, 2]));
    let result = s.empty::<Money>();
    s.b.product(result.at(1), &Product::of(price.at(1)).for_each(count.at(1)));
    assert_eq!(s.text(result.at(1), false).main, "=ROUND(D6*D7,2)");

    let mut s = Small::new();
    let (base, rate) = (s.row::<Quantity>("base", [1, 2]), s.row::<Rate>("r", [1, 2]));
    let result = s.empty::<Quantity>();
    s.b.round_to(result, 1);
    s.b.product(result.at(1), &Product::of(base.at(1)).less(rate.at(1)));
    assert_eq!(s.text(result.at(1), false).main, "=ROUND(D6*(1-D7),1)");
}

#[test]
fn limits_steps_and_choices() {
    fn with(define: impl Fn(&mut Builder, Cell<Money>, [Cell<Money>; 3])) -> String {
        let mut s = Small::new();
        let rows = ["a", "b", "c"].map(|n| s.row::<Money>(n, [1, 2]));
        let result = s.empty::<Money>();
        define(&mut s.b, result.at(1), rows.map(|r| r.at(1)));
        s.text(result.at(1), false).main
    }
    assert_eq!(with(|b, cell, of| b.min(cell, &of)), "=MIN(D6,D7,D8)");
    assert_eq!(with(|b, cell, of| b.max(cell, &of)), "=MAX(D6,D7,D8)");
    assert_eq!(with(|b, cell, [x, low, high]| b.clamp(cell, x, low, high)), "=MAX(MIN(D6,D8),D7)");
    assert_eq!(
        with(|b, cell, [x, step, _]| b.step_down(cell, x, step)),
        "=ROUND(INT(ROUND(D6*100,0)/ROUND(D7*100,0))*D7,2)"
    );
    assert_eq!(with(|b, cell, [test, yes, no]| b.choose(cell, test, yes, no)), "=IF(D6>=0,D7,D8)");
}

#[test]
fn what_rests_on_the_unpublished_asks_first() {
    let mut s = Small::new();
    let (a, b) = (s.row::<Money>("a", [1, 2]), s.row::<Money>("b", [1, 2]));
    s.b.not_published(b.at(1));
    let result = s.empty::<Money>();
    s.b.max(result.at(1), &[a.at(1), b.at(1)]);
    assert_eq!(s.text(result.at(1), false).main, "=IF(COUNT(D6,D7)<2,\"n/p\",MAX(D6,D7))");
}

#[test]
fn a_figure_without_years_goes_by_its_name() {
    let mut s = Small::new();
    let full = s.b.scalar::<Money>(s.subject, "full_year", "full-year effect");
    s.b.input(full, Money::from_steps(5), None, Flags::EXACT);
    let rate = s.row::<Rate>("r", [1, 2]);
    let result = s.empty::<Money>();
    s.b.product(result.at(2), &Product::of(full).times(rate.at(2)));
    assert_eq!(s.text(result.at(2), false).main, "=ROUND(line.older.full_year*E7,2)");
}

#[test]
fn long_sums_are_worked_out_in_parts() {
    let mut s = Small::new();
    let rows: Vec<Row<Money>> = (0..450).map(|_| s.row("a", [1, 2])).collect();
    let result = s.empty::<Money>();
    // Every other one, so that none stand together.
    let terms = rows.iter().step_by(2).chain(rows.iter().skip(1).step_by(2));
    s.b.sum(result.at(1), terms.map(|r| (Sign::Plus, r.at(1))));
    let written = s.text(result.at(1), false);
    assert_eq!(written.main, "=ROUND(SUM(D457:D459),2)");
    assert_eq!(written.parts.len(), 3);
    assert!(written.parts[0].starts_with("=ROUND(D6+D8+D10+"), "{}", written.parts[0]);
    assert!(written.parts.iter().all(|part| part.len() < 8_192 && well_formed(part)));
}

/// Whether a text is a formula: operands and operators in turn, functions with their arguments, brackets
/// closed. A reader of its own, which knows nothing of how formulas are made.
fn well_formed(text: &str) -> bool {
    let Some(text) = text.strip_prefix('=') else { return false };
    let mut left = text;
    expression(&mut left) && left.is_empty()
}

fn expression(left: &mut &str) -> bool {
    loop {
        *left = left.strip_prefix('-').unwrap_or(left);
        if !operand(left) {
            return false;
        }
        let operator = [">=", "<>", "<", "+", "-", "*", "/", "^", ":"].into_iter().find(|o| left.starts_with(o));
        match operator {
            Some(operator) => *left = &left[operator.len()..],
            None => return true,
        }
    }
}

fn operand(left: &mut &str) -> bool {
    if let Some(rest) = left.strip_prefix('"') {
        let Some(end) = rest.find('"') else { return false };
        *left = &rest[end + 1..];
        return true;
    }
    let end = left.find(|c: char| !(c.is_ascii_alphanumeric() || "._$!'".contains(c))).unwrap_or(left.len());
    let word = &left[..end];
    *left = &left[end..];
    let Some(mut rest) = left.strip_prefix('(') else { return !word.is_empty() };
    let functions = ["ROUND", "SUM", "MIN", "MAX", "IF", "INT", "COUNT", "VALUE", "LEFT", "RIGHT", ""];
    let mut arguments = 0;
    loop {
        if !expression(&mut rest) {
            return false;
        }
        arguments += 1;
        match rest.as_bytes().first() {
            Some(b',') => rest = &rest[1..],
            Some(b')') => break,
            _ => return false,
        }
    }
    *left = &rest[1..];
    functions.contains(&word) && arguments <= 255 && (!word.is_empty() || arguments == 1)
}

#[test]
fn the_reader_of_formulas_knows_a_wrong_one() {
    assert!(well_formed("=ROUND(D6*(1+driver.pay)/12,2)"));
    for wrong in ["ROUND(1,2)", "=ROUND(1,2", "=ROUND(,2)", "=D6+*D7", "=D6 D7", "=SUM()", "=EXEC(1)", "=\"n/p"] {
        assert!(!well_formed(wrong), "{wrong}");
    }
}

proptest! {
    /// Sheets of any shape: every formula is one that Excel can read, in both forms.
    #[test]
    fn every_formula_is_well_formed(
        shapes in prop::collection::vec((0_usize..8, prop::collection::vec(any::<(prop::sample::Index, bool)>(), 1..260)), 1..12),
        unknown in any::<bool>(),
    ) {
        let mut s = Small::new();
        let mut money: Vec<Row<Money>> = (0..3).map(|_| s.row("given", [5, -7])).collect();
        let rate = s.row::<Rate>("rate", [10_000_000, 0]);
        let months = s.row::<Months>("months", [12_000_000_000, 6_000_000_000]);
        if unknown {
            s.b.not_published(money[0].at(1));
        }
        for (shape, picks) in &shapes {
            let of = |n: usize| {
                let (index, _) = &picks[n % picks.len()];
                money[index.index(money.len())].at(1)
            };
            let result = s.empty::<Money>();
            let all: Vec<Cell<Money>> = (0..picks.len()).map(of).collect();
            match shape {
                0 => s.b.sum(result.at(1), all.iter().zip(picks).map(|(c, (_, plus))| (if *plus { Sign::Plus } else { Sign::Minus }, *c))),
                1 => s.b.weighted(result.at(1), all.iter().map(|c| (rate.at(1), *c))),
                2 => {
                    let product = Product::of(of(0)).grown_by(rate.at(1)).for_months(months.at(1)).in_proportion(of(1), of(2));
                    s.b.product(result.at(1), &product.by_parts(7, 4));
                }
                3 => s.b.min(result.at(1), &all),
                4 => s.b.max(result.at(1), &all),
                5 => s.b.clamp(result.at(1), of(0), of(1), of(2)),
                6 => s.b.step_down(result.at(1), of(0), of(1)),
                _ => s.b.choose(result.at(1), of(0), of(1), of(2)),
            }
            money.push(result);
        }
        let sheet = s.b.finish().unwrap();
        let layout = layout(&sheet);
        for (_, info) in sheet.rows() {
            for cell in info.cells() {
                for large in [false, true] {
                    if let Some(written) = write(&sheet, &layout, cell, large) {
                        for text in std::iter::once(&written.main).chain(&written.parts) {
                            prop_assert!(well_formed(text) && text.len() <= 8_192, "{}", text);
                        }
                        prop_assert_eq!(written.parts.len(), written.parts.len().min(layout.parts(RowId(sheet.row_of(cell).0)) as usize));
                    }
                }
            }
        }
    }
}

//! Each formula of the sheet as Excel has it.
//!
//! | formula | Excel |
//! |---|---|
//! | sum | `=ROUND(E5+E6-E7,2)`; three or more that stand together as `SUM(E5:E7)` |
//! | weighted sum | `=ROUND(w*E5+v*E6,2)` |
//! | product over divisors | `=ROUND(E5*(1+E6)*E7/12,2)` |
//! | the same, large | `=ROUND(ROUND(E5*100,0)*ROUND((1+E6)*10^9,0)/10^9,0)/100` |
//! | smallest, largest, held between | `=MIN(…)`, `=MAX(…)`, `=MAX(MIN(value,high),low)` |
//! | stepped down | `=ROUND(INT(ROUND(E5*100,0)/ROUND(E6*100,0))*E6,2)` |
//! | choice | `=IF(E5>=0,E6,E7)` |
//!
//! Excel's `ROUND` goes half away from nought, which is our own rule. A sum of pence has no more than two
//! decimals, but a sum of binary floats may have: it is rounded at the scale of its unit, so that a sum of
//! nought is nought when it is asked for its sign. A cell that is not published asks first whether all it
//! rests on are numbers, since `SUM`, `MIN` and `MAX` would pass over the text `n/p`; it becomes a figure
//! as soon as they are. More than 200 terms are worked out in rows of parts below the row itself.

use super::layout::{Layout, MOST_TERMS, a1};
use crate::sheet::{CellId, Formula, Sheet, Term, TermKind};
use crate::vocabulary::Unit;

/// A figure of this many pence or more is large: £100m.
pub const LARGE: u128 = 10_000_000_000;

/// What a cell that was not published shows.
pub const UNKNOWN: &str = "n/p";

/// A cell's formula, without the parts it is worked out in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The cell's own formula, from `=`.
    pub main: String,
    /// The formulas of the rows below it.
    pub parts: Vec<String>,
}

/// The formula of a cell that is neither an input nor a constant; `large` asks for the form in whole
/// pence.
pub fn write(sheet: &Sheet, layout: &Layout, cell: CellId, large: bool) -> Option<Written> {
    let formula = sheet.formula(cell);
    let terms = sheet.terms(formula);
    if terms.is_empty() {
        return None;
    }
    let scale = sheet.unit(cell).scale();
    let it = Writer { sheet, layout, guarded: !sheet.flags(cell).published, named: terms.len() <= 20 };
    let has_parts = terms.len() > MOST_TERMS && !matches!(formula, Formula::Product(_));
    if !has_parts {
        let core = match formula {
            Formula::Sum(_) => it.sum(terms, scale),
            Formula::Weighted(_) => format!("ROUND({},{scale})", it.weighted(terms)),
            Formula::Product(_) => it.product(cell, terms, large),
            Formula::Min(_) => it.list("MIN", terms),
            Formula::Max(_) => it.list("MAX", terms),
            Formula::Clamp(_) => format!("MAX(MIN({},{}),{})", it.of(terms[0]), it.of(terms[2]), it.of(terms[1])),
            Formula::StepDown(_) => it.step_down(terms, scale),
            Formula::Choose(_) => format!("IF({}>=0,{},{})", it.of(terms[0]), it.of(terms[1]), it.of(terms[2])),
            Formula::Input(_) | Formula::Nought | Formula::NotPublished => return None,
        };
        return Some(Written { main: format!("={}", it.guard(terms, core)), parts: Vec::new() });
    }
    // Pairs of a weighted sum stay together.
    let parts: Vec<String> = terms
        .chunks(MOST_TERMS)
        .map(|terms| {
            let core = match formula {
                Formula::Sum(_) => it.sum(terms, scale),
                Formula::Weighted(_) => it.weighted(terms),
                Formula::Min(_) => it.list("MIN", terms),
                _ => it.list("MAX", terms),
            };
            format!("={}", it.guard(terms, core))
        })
        .collect();
    let (row, column) = layout.at(sheet, cell);
    let last = row.saturating_add(u32::try_from(parts.len()).unwrap_or(u32::MAX));
    let range = format!("{}:{}", a1(row + 1, column), a1(last, column));
    let core = match formula {
        Formula::Min(_) => format!("MIN({range})"),
        Formula::Max(_) => format!("MAX({range})"),
        _ => format!("ROUND(SUM({range}),{scale})"),
    };
    let main = if it.guarded { guarded(&range, parts.len(), &core) } else { core };
    Some(Written { main: format!("={main}"), parts })
}

fn guarded(what: &str, count: usize, core: &str) -> String {
    format!("IF(COUNT({what})<{count},\"{UNKNOWN}\",{core})")
}

struct Writer<'a> {
    sheet: &'a Sheet,
    layout: &'a Layout,
    guarded: bool,
    named: bool,
}

impl Writer<'_> {
    /// A term as a formula refers to it: a plain number, a name, a cell.
    fn of(&self, term: Term) -> String {
        match (term.number(), term.cell()) {
            (Some(number), _) => number.to_string(),
            (None, Some(cell)) => self.cell(cell),
            (None, None) => String::new(),
        }
    }

    fn cell(&self, cell: CellId) -> String {
        let name = self.layout.name_of(self.sheet, cell).filter(|_| self.named);
        name.map_or_else(|| self.layout.reference(self.sheet, cell), str::to_owned)
    }

    /// Asks first whether all that a cell rests on are numbers.
    fn guard(&self, terms: &[Term], core: String) -> String {
        if !self.guarded {
            return core;
        }
        let mut cells: Vec<CellId> = terms.iter().filter_map(|term| term.cell()).collect();
        cells.sort_unstable();
        cells.dedup();
        let count = cells.len();
        let list: Vec<String> = cells.into_iter().map(|cell| self.cell(cell)).collect();
        guarded(&list.join(","), count, &core)
    }

    /// Σ ±x; one term by itself is as it is.
    fn sum(&self, terms: &[Term], scale: u32) -> String {
        let mut text = String::new();
        let mut left = terms;
        while let Some(first) = left.first() {
            let run = self.together(left);
            let minus = first.kind == TermKind::Minus;
            text.push_str(match (minus, text.is_empty()) {
                (true, _) => "-",
                (false, false) => "+",
                (false, true) => "",
            });
            if run >= 3 {
                text.push_str(&format!("SUM({}:{})", self.place(*first), self.place(left[run - 1])));
                left = &left[run..];
            } else {
                text.push_str(&self.of(*first));
                left = &left[1..];
            }
        }
        if terms.len() == 1 { text } else { format!("ROUND({text},{scale})") }
    }

    /// How many terms from the first stand below each other in one column and enter alike.
    fn together(&self, terms: &[Term]) -> usize {
        let at = |term: &Term| term.cell().map(|cell| self.layout.at(self.sheet, cell));
        let kind = terms[0].kind;
        let follows = |pair: &[Term]| match (at(&pair[0]), at(&pair[1])) {
            (Some((row, column)), Some((next, same))) => next == row + 1 && same == column && pair[1].kind == kind,
            _ => false,
        };
        1 + terms.windows(2).take_while(|pair| follows(pair)).count()
    }

    fn place(&self, term: Term) -> String {
        term.cell().map(|cell| self.layout.reference(self.sheet, cell)).unwrap_or_default()
    }

    fn weighted(&self, terms: &[Term]) -> String {
        let pairs: Vec<String> =
            terms.chunks_exact(2).map(|pair| format!("{}*{}", self.of(pair[0]), self.of(pair[1]))).collect();
        pairs.join("+")
    }

    fn list(&self, function: &str, terms: &[Term]) -> String {
        if terms.len() == 1 {
            return self.of(terms[0]);
        }
        let all: Vec<String> = terms.iter().map(|term| self.of(*term)).collect();
        format!("{function}({})", all.join(","))
    }

    /// Whole multiples, counted in whole pence so that a float just below a whole number is none.
    fn step_down(&self, terms: &[Term], scale: u32) -> String {
        let (value, step) = (self.of(terms[0]), self.of(terms[1]));
        format!("ROUND(INT({}/{})*{step},{scale})", whole(&value, scale), whole(&step, scale))
    }

    fn product(&self, cell: CellId, terms: &[Term], large: bool) -> String {
        let row = self.sheet.row(self.sheet.row_of(cell));
        let held = row.unit.scale();
        let target = row.decimals.unwrap_or(held).min(held);
        let mut above = Vec::new();
        let mut below = Vec::new();
        // Of the form in whole steps: how many powers of ten the whole numbers are too large by.
        let mut spare = -i64::from(target);
        for term in terms {
            let plain = self.of(*term);
            let factor = match term.kind {
                TermKind::OnePlus => format!("(1+{plain})"),
                TermKind::OneMinus => format!("(1-{plain})"),
                _ => plain,
            };
            let divides = matches!(term.kind, TermKind::Divisor | TermKind::DivisorNumber);
            let scale = term.cell().map_or(0, |c| self.sheet.unit(c).scale());
            spare += if divides { -i64::from(scale) } else { i64::from(scale) };
            let side = if divides { &mut below } else { &mut above };
            side.push(if large { whole(&factor, scale) } else { factor });
        }
        let mut text = above.join("*");
        for divisor in &below {
            text.push('/');
            text.push_str(divisor);
        }
        if !large {
            return format!("ROUND({text},{target})");
        }
        let power =
            |n: u64| if n <= 3 { 10_u64.pow(u32::try_from(n).unwrap_or(0)).to_string() } else { format!("10^{n}") };
        match spare.signum() {
            1 => text.push_str(&format!("/{}", power(spare.unsigned_abs()))),
            -1 => text.push_str(&format!("*{}", power(spare.unsigned_abs()))),
            _ => {}
        }
        match target {
            0 => format!("ROUND({text},0)"),
            _ => format!("ROUND({text},0)/{}", power(u64::from(target))),
        }
    }
}

/// A figure in whole steps of its scale.
fn whole(text: &str, scale: u32) -> String {
    match scale {
        0 => text.to_owned(),
        1..=3 => format!("ROUND({text}*1{},0)", "0".repeat(scale as usize)),
        _ => format!("ROUND({text}*10^{scale},0)"),
    }
}

/// Whether a row is worked out in whole steps: a product one of whose amounts of money is large in some
/// year and run.
pub fn is_large(sheet: &Sheet, row: crate::sheet::RowId, steps: &dyn Fn(CellId) -> u128) -> bool {
    let money = |cell: CellId| sheet.unit(cell) == Unit::Money && steps(cell) >= LARGE;
    sheet.row(row).cells().any(|cell| {
        matches!(sheet.formula(cell), Formula::Product(_))
            && (money(cell) || sheet.terms(sheet.formula(cell)).iter().filter_map(|t| t.cell()).any(money))
    })
}

#[cfg(test)]
#[path = "formula_tests.rs"]
mod tests;

//! Rows that are the sum of other rows. A subtotal that is read as a line counts everything twice, so it is
//! looked for in three ways: by its figures, by its formula and by its name.

use std::collections::{BTreeMap, BTreeSet};

use super::book::{Row, Sheet, Value, letters};
use super::figure::{PoundSign, figure_in};
use super::map::{CellUnit, RangeMap};

/// Why a row is taken for a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SumRow {
    /// Its figures are those of these rows together.
    Adds {
        /// The first row it adds.
        first: u32,
        /// The last.
        last: u32,
    },
    /// It is called a total, and its figures are not those of the rows above it.
    Named,
    /// It is called a total, and words stand where its figures would.
    Words,
}

/// A row's figures, at one scale so that they add; nothing where a cell holds no number.
type Figures = Vec<i128>;

/// The decimals at which figures are added: enough for pence in millions.
const PLACES: u32 = 12;

/// The sums among the rows of a range, by row: below what they add, or above it.
#[must_use]
pub fn find(
    sheet: &Sheet,
    range: &RangeMap,
    rows: &[&Row],
    columns: &[u32],
    pounds: PoundSign,
) -> BTreeMap<u32, SumRow> {
    let rows = rows.iter().map(|row| Looked {
        number: row.number,
        figures: figures(row, columns, range.unit, pounds),
        named: sheet.text(row.number, range.title).is_some_and(|title| is_total(&title)),
        words: columns.iter().any(|c| row.cell(*c).is_some_and(|cell| !super::rows::is_dash(cell))),
        formula: by_formula(row, columns).filter(|(first, last)| *first >= range.first && *last <= range.last),
    });
    let looking = Looking { range, rows: rows.collect(), width: columns.len() };
    let first = looking.below(&BTreeMap::new());
    let whole = looking.with(looking.above(&first, false));
    // Parts that end in the midst of a block are believed only where some total then adds that did not before.
    let above = looking.above(&first, true);
    let loose = looking.with(above.clone());
    let adds = |found: &BTreeMap<u32, SumRow>| -> BTreeSet<u32> {
        let rows = looking.rows.iter().filter(|row| matches!(found.get(&row.number), Some(SumRow::Adds { .. })));
        rows.map(|row| row.number).collect()
    };
    let (strict, more) = (adds(&whole), adds(&loose));
    let proved = strict.is_subset(&more) && more.difference(&strict).any(|row| !above.contains_key(row));
    let mut found = if proved { loose } else { whole };
    looking.tell_named(&mut found);
    found
}

/// A row as sums are looked for among it.
struct Looked {
    number: u32,
    figures: Option<Figures>,
    named: bool,
    /// Whether anything stands where figures would.
    words: bool,
    /// The rows that its formulas add.
    formula: Option<(u32, u32)>,
}

struct Looking<'a> {
    range: &'a RangeMap,
    rows: Vec<Looked>,
    width: usize,
}

impl Looking<'_> {
    /// Sums above their parts, and those below theirs: what was added above its parts is no part of what is added below.
    fn with(&self, above: BTreeMap<u32, SumRow>) -> BTreeMap<u32, SumRow> {
        let mut found = self.below(&above);
        found.extend(above);
        found
    }

    /// A total above everything else that adds nothing is no line either.
    fn tell_named(&self, found: &mut BTreeMap<u32, SumRow>) {
        let last = self.rows.iter().filter(|row| row.figures.is_some() && !row.named).map(|row| row.number).max();
        for row in self.rows.iter().filter(|row| row.named && !self.range.keeps(row.number)) {
            let says = row.figures.as_ref().is_some_and(|figures| figures.iter().any(|f| *f != 0));
            if says && last.is_some_and(|last| last > row.number) {
                found.entry(row.number).or_insert(SumRow::Named);
            }
        }
    }

    /// Sums below the rows that they add. Each row is looked at once.
    fn below(&self, above: &BTreeMap<u32, SumRow>) -> BTreeMap<u32, SumRow> {
        let mut found = BTreeMap::new();
        // The running sum before each row that is an item, by its figures: where a sum began.
        let mut before: BTreeMap<Figures, u32> = BTreeMap::new();
        let mut running: Figures = vec![0; self.width];
        // Where blocks begin: the running sum at each heading and after each sum.
        let mut blocks: Vec<Boundary> = Vec::new();
        let mut begins = true;
        let mut items = 0_usize;
        let mut previous = 0_u32;
        let mut subtotals: Figures = vec![0; self.width];
        let (mut counted, mut first_subtotal) = (0_usize, 0_u32);
        for row in &self.rows {
            let Some(figures) = row.figures.as_ref().filter(|_| !above.contains_key(&row.number)) else {
                // A total in words is no item either.
                if row.named && row.words && row.figures.is_none() && !self.range.keeps(row.number) {
                    found.insert(row.number, SumRow::Words);
                }
                begins = true;
                continue;
            };
            let nought = figures.iter().all(|f| *f == 0);
            let sum = if nought {
                None
            } else if let Some((first, last)) = row.formula.filter(|(_, last)| *last < row.number) {
                Some(SumRow::Adds { first, last })
            } else if row.named {
                let any = less(&running, figures).and_then(|wanted| before.get(&wanted).copied());
                let of_subtotals = (counted >= 2 && subtotals == *figures).then_some(first_subtotal);
                any.or(of_subtotals).map(|first| SumRow::Adds { first, last: previous })
            } else {
                // Without a name only whole blocks of two rows and more are believed to be added.
                let first = block_of(&blocks, &running, figures, items);
                first.map(|first| SumRow::Adds { first, last: previous })
            };
            let sum = sum.or((row.named && items > 0 && !nought).then_some(SumRow::Named));
            match sum {
                Some(sum) if !self.range.keeps(row.number) => {
                    found.insert(row.number, sum);
                    if let SumRow::Adds { first, .. } = sum {
                        if counted == 0 {
                            first_subtotal = first;
                        }
                        counted += 1;
                        add(&mut subtotals, figures);
                    }
                    begins = true;
                }
                _ => {
                    before.insert(running.clone(), row.number);
                    if begins {
                        blocks.push(Boundary { sum: running.clone(), row: row.number, items });
                        begins = false;
                    }
                    add(&mut running, figures);
                    // A row of nought says nothing of what is added.
                    items += usize::from(!nought);
                }
            }
            previous = row.number;
        }
        found
    }

    /// Sums above the rows that they add, where nothing below adds those rows too: the same, from the last row up.
    /// Their parts end where a block ends, or anywhere where `anywhere` is true.
    fn above(&self, below: &BTreeMap<u32, SumRow>, anywhere: bool) -> BTreeMap<u32, SumRow> {
        let mut found = BTreeMap::new();
        let parts: Vec<(u32, u32)> = below
            .values()
            .filter_map(|sum| if let SumRow::Adds { first, last } = sum { Some((*first, *last)) } else { None })
            .collect();
        // The parts of sums that follow each other never overlap but for totals of totals.
        let is_part = |row: u32| parts.iter().any(|(first, last)| (*first..=*last).contains(&row));
        let mut after: BTreeMap<Figures, (u32, usize)> = BTreeMap::new();
        let mut running: Figures = vec![0; self.width];
        let mut blocks: Vec<Boundary> = Vec::new();
        let (mut begins, mut items, mut next) = (true, 0_usize, 0_u32);
        for row in self.rows.iter().rev() {
            let added_up = matches!(below.get(&row.number), Some(SumRow::Adds { .. }));
            let Some(figures) = row.figures.as_ref().filter(|_| !added_up) else {
                begins = true;
                continue;
            };
            let nought = figures.iter().all(|f| *f == 0);
            let last = if nought || self.range.keeps(row.number) {
                None
            } else if let Some((_, last)) = row.formula.filter(|(first, _)| *first > row.number) {
                Some(last)
            } else if row.named {
                less(&running, figures).and_then(|wanted| after.get(&wanted)).map(|(last, _)| *last)
            } else if anywhere && !is_part(row.number) {
                let found = less(&running, figures).and_then(|wanted| after.get(&wanted));
                found.filter(|(_, before)| items - before >= 2).map(|(last, _)| *last)
            } else {
                block_of(&blocks, &running, figures, items).filter(|_| !is_part(row.number))
            };
            if let Some(last) = last {
                let first = row.formula.map_or(next, |(first, _)| first);
                found.insert(row.number, SumRow::Adds { first, last });
                begins = true;
            } else if row.named && !self.range.keeps(row.number) {
                begins = true;
            } else {
                after.insert(running.clone(), (row.number, items));
                if begins {
                    blocks.push(Boundary { sum: running.clone(), row: row.number, items });
                    begins = false;
                }
                add(&mut running, figures);
                items += usize::from(!nought);
            }
            next = row.number;
        }
        found
    }
}

/// Where a block begins, or ends for who comes from below.
struct Boundary {
    sum: Figures,
    row: u32,
    items: usize,
}

/// The row at the other end of a whole block of two rows and more that comes to these figures.
fn block_of(blocks: &[Boundary], running: &Figures, figures: &Figures, items: usize) -> Option<u32> {
    let wanted = less(running, figures)?;
    let mut near = blocks.iter().rev().take(50);
    near.find(|block| block.sum == wanted && items - block.items >= 2).map(|block| block.row)
}

fn less(sum: &Figures, figures: &Figures) -> Option<Figures> {
    sum.iter().zip(figures).map(|(a, b)| a.checked_sub(*b)).collect()
}

fn add(sum: &mut Figures, figures: &Figures) {
    for (total, figure) in sum.iter_mut().zip(figures) {
        *total = total.saturating_add(*figure);
    }
}

/// A row's figures; nothing where it has none, or something that is no number.
fn figures(row: &Row, columns: &[u32], unit: CellUnit, pounds: PoundSign) -> Option<Figures> {
    let mut any = false;
    let mut all = Vec::with_capacity(columns.len());
    for column in columns {
        let number = match row.cell(*column).map(|cell| (&cell.value, cell)) {
            None => None,
            Some((Value::Number(number), _)) => Some(*number),
            Some((Value::Text(text), cell)) if !super::rows::is_dash(cell) => {
                figure_in(text, unit, pounds).map(|(number, _)| number)
            }
            Some(_) => None,
        };
        any |= number.is_some();
        all.push(match number {
            Some(number) => number.steps(0, PLACES)?.steps,
            None => 0,
        });
    }
    any.then_some(all)
}

/// Words that only sums are called by.
#[must_use]
pub fn is_total(title: &str) -> bool {
    let lower = title.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    let first = words.clone().next().unwrap_or_default();
    matches!(first, "total" | "totals" | "subtotal" | "sum")
        || lower.starts_with("sub-total")
        || lower.starts_with("sub total")
        || lower.starts_with("grand total")
        || words.any(|word| word == "subtotal")
        || lower.ends_with(" total")
}

/// The rows that the formulas of a row add, when each of them adds the same rows of its own column.
fn by_formula(row: &Row, columns: &[u32]) -> Option<(u32, u32)> {
    let mut added = None;
    for column in columns {
        let Some(cell) = row.cell(*column) else { continue };
        let rows = sum_of(cell.formula.as_deref()?, &letters(*column))
            .filter(|(first, last)| *last < row.number || *first > row.number)?;
        if *added.get_or_insert(rows) != rows {
            return None;
        }
    }
    added.filter(|(first, last)| last > first)
}

/// The rows of `SUM(D5:D9)` or `SUBTOTAL(9,D5:D9)` in its own column.
fn sum_of(formula: &str, column: &str) -> Option<(u32, u32)> {
    let plain = formula.replace(['$', ' '], "").to_uppercase();
    let inner = plain
        .strip_prefix("SUM(")
        .or_else(|| plain.strip_prefix("SUBTOTAL(9,"))
        .or_else(|| plain.strip_prefix("SUBTOTAL(109,"))?
        .strip_suffix(')')?;
    let (from, to) = inner.split_once(':')?;
    let row = |text: &str| text.strip_prefix(column)?.parse::<u32>().ok();
    Some((row(from)?, row(to)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_that_add_their_own_column_are_seen() {
        assert_eq!(sum_of("SUM(D5:D9)", "D"), Some((5, 9)));
        assert_eq!(sum_of("SUBTOTAL(9, $D$5:$D$9)", "D"), Some((5, 9)));
        assert_eq!(sum_of("SUM(C5:C9)", "D"), None);
        assert_eq!(sum_of("SUM(D5:D9)/2", "D"), None);
        assert_eq!(sum_of("D5+D6", "D"), None);
    }

    #[test]
    fn totals_are_known_by_name() {
        for title in ["Total", "Total savings", "Sub-total: Adults", "Adults subtotal", "Grand Total", "Adults total"] {
            assert!(is_total(title), "{title}");
        }
        for title in ["Total Place budget holders", "Totally new pressure", "Adults", "Net of grant"] {
            assert_eq!(is_total(title), title.starts_with("Total "), "{title}");
        }
    }
}

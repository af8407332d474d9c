//! Explanations can be trusted: every figure of every shipped scenario is worked again here from the
//! cells its formula names, with arithmetic of this file's own, and every figure that was given
//! points at the text it was typed in.

use std::fs;
use std::path::{Path, PathBuf};

use fundgap::Opened;
use fundgap::scenario::Origin;
use fundgap::sheet::{CellId, Formula, Run, TermKind};

fn scenarios() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = fs::read_dir("scenarios").unwrap().map(|e| e.unwrap().path()).collect();
    let mut folders = vec![PathBuf::from("tests/models")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if entry.is_dir() { folders.push(entry) } else { all.push(entry) }
        }
    }
    all.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    all.sort();
    all
}

fn open(path: &Path) -> Opened {
    fundgap::open(&Origin::File(path.to_owned()), &[], &[])
        .unwrap_or_else(|_| panic!("{} does not open", path.display()))
}

/// A fraction in lowest terms: this file's own arithmetic, which never rounds until it is told to.
#[derive(Clone, Copy)]
struct Fraction(i128, i128);

impl Fraction {
    fn new(above: i128, below: i128) -> Self {
        let (mut a, mut b) = (above.abs(), below.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let common = a.max(1);
        Self(above / common * below.signum(), below.abs() / common)
    }

    fn times(self, other: Self) -> Self {
        // Cancel crosswise first, so that long chains fit.
        let (a, b) = (Self::new(self.0, other.1), Self::new(other.0, self.1));
        Self::new(a.0.checked_mul(b.0).unwrap(), a.1.checked_mul(b.1).unwrap())
    }

    fn over(self, other: Self) -> Self {
        self.times(Self(other.1 * other.0.signum(), other.0.abs()))
    }

    fn plus(self, other: Self) -> Self {
        Self::new(self.0 * other.1 + other.0 * self.1, self.1 * other.1)
    }

    /// In steps of ten to the minus `scale`, half away from zero.
    fn rounded(self, scale: u32) -> i128 {
        let scaled = self.times(Self(10_i128.pow(scale), 1));
        let doubled = scaled.0.abs() * 2 + scaled.1;
        doubled / (scaled.1 * 2) * scaled.0.signum()
    }
}

/// The cell worked again from the values of its terms.
fn again(opened: &Opened, run: Run, cell: CellId) -> Option<i128> {
    let (sheet, values) = (&opened.plan.sheet, opened.results.of(run));
    let formula = sheet.formula(cell);
    let terms = sheet.terms(formula);
    let steps = |i: usize| values.steps(terms[i].cell().unwrap()).unwrap();
    let worth = |c: CellId| Fraction::new(values.steps(c).unwrap(), 10_i128.pow(sheet.unit(c).scale()));
    let row = sheet.row(sheet.row_of(cell));
    let scale = row.unit.scale();
    let rounded = |f: Fraction| {
        let coarse = row.decimals.unwrap_or(scale);
        f.rounded(coarse) * 10_i128.pow(scale - coarse)
    };
    Some(match formula {
        Formula::Input(_) | Formula::NotPublished => return None,
        Formula::Nought => 0,
        Formula::Sum(_) => terms
            .iter()
            .map(|t| (t.kind, values.steps(t.cell().unwrap()).unwrap()))
            .map(|(kind, v)| if kind == TermKind::Minus { -v } else { v })
            .sum(),
        Formula::Weighted(_) => rounded(
            terms
                .chunks(2)
                .map(|p| worth(p[0].cell().unwrap()).times(worth(p[1].cell().unwrap())))
                .fold(Fraction(0, 1), Fraction::plus),
        ),
        Formula::Product(_) => {
            let one = Fraction(1, 1);
            let mut all = one;
            for term in terms {
                let number = term.number().map(|n| Fraction(i128::from(n), 1));
                let it = number.unwrap_or_else(|| worth(term.cell().unwrap()));
                all = match term.kind {
                    TermKind::OnePlus => all.times(one.plus(it)),
                    TermKind::OneMinus => all.times(one.plus(Fraction(-it.0, it.1))),
                    TermKind::Divisor | TermKind::DivisorNumber => all.over(it),
                    TermKind::Plus | TermKind::Minus | TermKind::FactorNumber => all.times(it),
                };
            }
            rounded(all)
        }
        Formula::Min(_) => (0..terms.len()).map(steps).min().unwrap(),
        Formula::Max(_) => (0..terms.len()).map(steps).max().unwrap(),
        Formula::Clamp(_) => steps(0).clamp(steps(1), steps(2)),
        Formula::StepDown(_) => steps(0).div_euclid(steps(1)) * steps(1),
        Formula::Choose(_) => steps(if steps(0) >= 0 { 1 } else { 2 }),
    })
}

#[test]
fn every_figure_is_what_its_formula_says() {
    let mut worked = 0;
    for path in scenarios() {
        let opened = open(&path);
        let sheet = &opened.plan.sheet;
        for run in Run::BOTH {
            for cell in sheet.order() {
                let Some(shown) = opened.results.of(run).steps(*cell) else { continue };
                if let Some(own) = again(&opened, run, *cell) {
                    assert_eq!(own, shown, "{}: {} ({})", path.display(), sheet.address(*cell), run.words());
                    worked += 1;
                }
            }
        }
    }
    assert!(worked > 20_000, "only {worked} figures were worked again");
}

#[test]
fn every_given_figure_points_at_what_was_typed() {
    let mut seen = 0;
    for path in scenarios() {
        let opened = open(&path);
        let (sheet, sources) = (&opened.plan.sheet, &opened.loaded.sources);
        for a in sheet.assumptions() {
            if a.default {
                assert!(a.place.is_none(), "{}: a default has no place", a.path);
                continue;
            }
            let place = a.place.unwrap_or_else(|| panic!("{}: {} has no place", path.display(), a.path));
            assert!(!sources.excerpt(place).is_empty(), "{}: {}", path.display(), a.path);
            let (line, column) = sources.line_column(place);
            assert!(line > 0 && column > 0);
            for (value, typed) in &a.values {
                if let (Some(_), Some(typed)) = (value, typed) {
                    assert!(!sources.excerpt(*typed).is_empty());
                }
            }
            seen += 1;
        }
    }
    assert!(seen > 500, "only {seen} given figures");
}

#[test]
fn every_row_says_in_words_what_it_is() {
    for path in scenarios() {
        let opened = open(&path);
        let sheet = &opened.plan.sheet;
        let mut addresses = std::collections::BTreeSet::new();
        for (id, info) in sheet.rows() {
            assert!(!info.words.is_empty() && !info.measure.is_empty());
            assert!(!sheet.row_words(id).starts_with(':'), "{}: {}", path.display(), sheet.row_address(id));
            assert!(
                addresses.insert(sheet.row_address(id)),
                "{}: two rows at {}",
                path.display(),
                sheet.row_address(id)
            );
        }
    }
}

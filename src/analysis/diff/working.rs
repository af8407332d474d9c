//! Whether a figure is worked out in the same way from the same inputs in two sheets.

use std::mem::discriminant;

use crate::sheet::{CellId, Sheet};

/// Whether each pair of cells has the same formula over the same inputs, all the way down. What no
/// formula on the way refers to may differ: an unused driver, a published total beside the model.
pub(super) fn same(a: &Sheet, b: &Sheet, pairs: Vec<(CellId, CellId)>) -> bool {
    let mut met: Vec<Option<CellId>> = vec![None; a.len()];
    let mut open = pairs;
    while let Some((x, y)) = open.pop() {
        let held = &mut met[x.0 as usize];
        if let Some(before) = held {
            if *before == y {
                continue;
            }
            return false;
        }
        *held = Some(y);
        let (f, g) = (a.formula(x), b.formula(y));
        let (s, t) = (a.terms(f), b.terms(g));
        let (row, other) = (a.row(a.row_of(x)), b.row(b.row_of(y)));
        let alike = discriminant(&f) == discriminant(&g)
            && s.len() == t.len()
            && row.unit == other.unit
            && row.decimals == other.decimals
            && a.flags(x) == b.flags(y)
            && a.input_in_runs(x) == b.input_in_runs(y);
        if !alike {
            return false;
        }
        for (p, q) in s.iter().zip(t) {
            if p.kind != q.kind || p.number() != q.number() {
                return false;
            }
            match (p.cell(), q.cell()) {
                (Some(p), Some(q)) => open.push((p, q)),
                (None, None) => {}
                _ => return false,
            }
        }
    }
    true
}

//! Evaluation order: every cell after what it depends on, or the loop that makes that impossible.

use super::cell::{CellId, CellInfo};
use super::formula::{Formula, Term};

/// The cells in an order in which each comes after its precedents. Cells already in order keep it.
///
/// # Errors
/// The loop of cells, each depending on the next and the last on the first.
pub(super) fn evaluation_order(
    cells: &[CellInfo],
    formulas: &[Formula],
    terms: &[Term],
) -> Result<Vec<CellId>, Vec<CellId>> {
    let range = |cell: u32| formulas[cell as usize].terms().unwrap_or(0..0);
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; formulas.len()];
    let mut order = Vec::with_capacity(formulas.len());
    // A path from the root to the cell being visited, with the terms each still has to see.
    let mut path: Vec<(u32, std::ops::Range<usize>)> = Vec::new();
    for (root, info) in (0_u32..).zip(cells) {
        let mark = &mut marks[root as usize];
        if *mark != Mark::New {
            continue;
        }
        // All cells before a root are there: of most, that is all they depend on.
        if !info.looks_ahead {
            *mark = Mark::Done;
            order.push(CellId(root));
            continue;
        }
        *mark = Mark::Open;
        path.push((root, range(root)));
        while let Some((cell, waiting)) = path.last_mut() {
            let Some(at) = waiting.next() else {
                marks[*cell as usize] = Mark::Done;
                order.push(CellId(*cell));
                path.pop();
                continue;
            };
            let Some(CellId(next)) = terms[at].cell() else { continue };
            match marks[next as usize] {
                Mark::Done => {}
                Mark::New => {
                    marks[next as usize] = Mark::Open;
                    path.push((next, range(next)));
                }
                Mark::Open => {
                    let from = path.iter().position(|(c, _)| *c == next).unwrap_or(0);
                    return Err(path[from..].iter().map(|(c, _)| CellId(*c)).collect());
                }
            }
        }
    }
    Ok(order)
}

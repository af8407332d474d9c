//! Evaluation order: every cell after what it depends on, or the loop that makes that impossible.

use super::cell::CellId;
use super::formula::{Formula, Term};

/// The cells in an order in which each comes after its precedents. Cells already in order keep it.
///
/// # Errors
/// The loop of cells, each depending on the next and the last on the first.
pub(super) fn evaluation_order(formulas: &[Formula], terms: &[Term]) -> Result<Vec<CellId>, Vec<CellId>> {
    let count = u32::try_from(formulas.len()).unwrap_or(u32::MAX);
    let precedents = |cell: u32| {
        let range = formulas[cell as usize].terms().unwrap_or(0..0);
        terms[range].iter().filter_map(|t| t.cell().map(|c| c.0))
    };
    if (0..count).all(|cell| precedents(cell).all(|p| p < cell)) {
        return Ok((0..count).map(CellId).collect());
    }
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; formulas.len()];
    let mut order = Vec::with_capacity(formulas.len());
    // A path from the root to the cell being visited, with the precedents still to see.
    let mut path: Vec<(u32, Vec<u32>)> = Vec::new();
    for root in 0..count {
        if marks[root as usize] != Mark::New {
            continue;
        }
        marks[root as usize] = Mark::Open;
        path.push((root, precedents(root).collect()));
        while let Some((cell, waiting)) = path.last_mut() {
            match waiting.pop() {
                Some(next) => match marks[next as usize] {
                    Mark::Done => {}
                    Mark::New => {
                        marks[next as usize] = Mark::Open;
                        let its = precedents(next).collect();
                        path.push((next, its));
                    }
                    Mark::Open => {
                        let from = path.iter().position(|(c, _)| *c == next).unwrap_or(0);
                        return Err(path[from..].iter().map(|(c, _)| CellId(*c)).collect());
                    }
                },
                None => {
                    marks[*cell as usize] = Mark::Done;
                    order.push(CellId(*cell));
                    path.pop();
                }
            }
        }
    }
    Ok(order)
}

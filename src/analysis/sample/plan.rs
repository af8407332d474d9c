//! Which figures are drawn by themselves, which take another's draw and which are mixed: the steps of a run.

use std::collections::BTreeMap;

use super::correlate::{Mix, Strengths, Taken, blocks};
use super::draw::{Reader, Step, Then};
use super::error::SampleError;
use super::philox::Stream;
use super::ready::Ready;
use super::{Figure, Pair};

/// A strength of one, in billionths.
const ONE: i128 = 1_000_000_000;

/// The draws: every figure that is drawn by itself, in the order of addresses, so that the order in which figures
/// are written changes no value.
#[derive(Debug)]
pub struct Draws {
    /// Of each figure the number of its draw.
    of: Vec<usize>,
    /// Of each draw the figure.
    figure: Vec<usize>,
}

impl Draws {
    /// Of these figures; what is wrong goes to `problems`.
    pub fn new(figures: &[Figure], problems: &mut Vec<SampleError>) -> Self {
        let mut lead: Vec<usize> = Vec::with_capacity(figures.len());
        for (number, figure) in figures.iter().enumerate() {
            lead.push(match figure.same_draw_as.map(|other| lead.get(other).copied()) {
                None => number,
                Some(Some(other)) => other,
                Some(None) => {
                    problems.push(SampleError::DrawOfLater { figure: number });
                    number
                }
            });
        }
        let mut figure: Vec<usize> = (0..figures.len()).filter(|k| lead[*k] == *k).collect();
        figure.sort_by(|a, b| figures[*a].address.cmp(&figures[*b].address).then(a.cmp(b)));
        for two in figure.windows(2) {
            if figures[two[0]].address == figures[two[1]].address {
                problems.push(SampleError::SameAddress { first: two[0], second: two[1] });
            }
        }
        let mut of = vec![0; figures.len()];
        for (draw, number) in figure.iter().enumerate() {
            of[*number] = draw;
        }
        for (number, lead) in lead.iter().enumerate() {
            of[number] = of[*lead];
        }
        Self { of, figure }
    }

    /// The strengths between draws that are not nought.
    pub fn strengths(&self, pairs: &[Pair], problems: &mut Vec<SampleError>) -> BTreeMap<(usize, usize), f64> {
        let mut said: BTreeMap<(usize, usize), (usize, i128)> = BTreeMap::new();
        for (pair, &Pair { a, b, strength }) in pairs.iter().enumerate() {
            let (Some(&a), Some(&b)) = (self.of.get(a), self.of.get(b)) else {
                problems.push(SampleError::PairOfNothing { pair });
                continue;
            };
            if !(-ONE..=ONE).contains(&strength) {
                problems.push(SampleError::PairTooStrong { pair });
            } else if a == b {
                if strength != ONE {
                    problems.push(SampleError::PairOfOneDraw { pair });
                }
            } else {
                let (earlier, before) = *said.entry((a.min(b), a.max(b))).or_insert((pair, strength));
                if before != strength {
                    problems.push(SampleError::PairSaidTwice { pair, earlier });
                }
            }
        }
        let strong = said.into_iter().filter(|(_, (_, strength))| *strength != 0);
        strong.map(|(two, (_, strength))| (two, strength as f64 / ONE as f64)).collect()
    }

    /// The steps of a run.
    pub fn steps(
        &self,
        seed: u64,
        figures: &[Figure],
        ready: &[Ready],
        strengths: &BTreeMap<(usize, usize), f64>,
        problems: &mut Vec<SampleError>,
    ) -> Vec<Step> {
        let mut readers: Vec<Vec<Reader>> = vec![Vec::new(); self.figure.len()];
        for (row, ready) in ready.iter().enumerate() {
            readers[self.of[row]].push(Reader { row, curve: ready.curve.clone(), finish: ready.finish });
        }
        let mut take = |draw: usize| std::mem::take(&mut readers[draw]);
        let stream = |draw: usize| Stream::new(seed, &figures[self.figure[draw]].address);

        let blocks = blocks(self.figure.len(), strengths.keys().copied());
        let mut alone = vec![true; self.figure.len()];
        let mut place = vec![(0, 0); self.figure.len()];
        for (number, block) in blocks.iter().enumerate() {
            for (at, draw) in block.iter().enumerate() {
                alone[*draw] = false;
                place[*draw] = (number, at);
            }
        }
        let mut within: Vec<Vec<(usize, usize, f64)>> = vec![Vec::new(); blocks.len()];
        for ((a, b), strength) in strengths {
            within[place[*a].0].push((place[*a].1, place[*b].1, *strength));
        }

        let mut steps = Vec::new();
        let mut by_itself: Vec<usize> = (0..alone.len()).filter(|draw| alone[*draw]).collect();
        by_itself.sort_by_key(|draw| self.figure[*draw]);
        for draw in by_itself {
            steps.push(Step { stream: Some(stream(draw)), then: Then::Place, readers: take(draw) });
        }
        for (block, pairs) in blocks.iter().zip(&within) {
            let strengths = Strengths::new(block.len(), pairs);
            match strengths.mix() {
                None => problems.push(SampleError::NotPossible {
                    block: block.iter().map(|draw| self.figure[*draw]).collect(),
                    figures: strengths.contradiction().iter().map(|at| self.figure[block[*at]]).collect(),
                    workable_hundredths: strengths.workable_hundredths(),
                }),
                Some(Mix::Common { common, own }) => {
                    // The value in common has an address that no figure can have: a line break is in no name.
                    let first = &figures[self.figure[block[0]]].address;
                    let shared = Stream::new(seed, &format!("in common\n{first}"));
                    steps.push(Step { stream: Some(shared), then: Then::BeCommon, readers: Vec::new() });
                    for (&draw, common) in block.iter().zip(common) {
                        let then = Then::WithCommon { common, own };
                        steps.push(Step { stream: Some(stream(draw)), then, readers: take(draw) });
                    }
                }
                Some(Mix::Each(taken)) => {
                    for &draw in block {
                        let then = Then::Keep(self.figure[draw]);
                        steps.push(Step { stream: Some(stream(draw)), then, readers: Vec::new() });
                    }
                    // From the last to the first: a mixture takes rows up to its own, which it then overwrites.
                    for (&draw, taken) in block.iter().zip(taken).rev() {
                        steps.push(match taken {
                            Taken::Place { of, mirrored } => Step {
                                stream: Some(stream(block[of])),
                                then: if mirrored { Then::Mirror } else { Then::Place },
                                readers: take(draw),
                            },
                            Taken::Mixture(shares) => {
                                let rows = block.iter().map(|draw| self.figure[*draw]).zip(shares);
                                let then = Then::Mixture(rows.filter(|(_, share)| *share != 0.0).collect());
                                Step { stream: None, then, readers: take(draw) }
                            }
                        });
                    }
                }
            }
        }
        steps
    }
}

//! How strongly figures move together: a Gaussian copula.
//!
//! Every figure draws a normal value of its own. Figures that are related, directly or through others, are a block,
//! and each takes a mixture of the block's own values, so that any two have the strength that was asked for; the
//! chance that a normal value lies below the mixture is its place in its range. A figure in no block is untouched.
//!
//! ```text
//! three or more, each two of them with the same strength ρ:   z = ±√ρ × common + √(1 − ρ) × own
//! any other block, L Lᵀ being the matrix of its strengths:    z = L × own
//! ```
//!
//! The strength is that of the normal values; of the figures themselves it is a little less where they are skew.

/// What may be missing at the end of a pivot: strengths have nine decimals, so a matrix on the edge is off by that.
const EDGE: f64 = 1e-9;

/// What a figure of a block takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Taken {
    /// The place that one figure of the block, itself or an earlier one, draws of its own; or as far from the other
    /// end.
    Place {
        /// Whose.
        of: usize,
        /// Whether from the other end.
        mirrored: bool,
    },
    /// A share of the own value of each figure up to itself.
    Mixture(Vec<f64>),
}

/// How a block is mixed.
#[derive(Debug, Clone, PartialEq)]
pub enum Mix {
    /// A share of a value they have in common, each with its sign, and a share of their own.
    Common {
        /// What each takes of the common value.
        common: Vec<f64>,
        /// What all take of their own.
        own: f64,
    },
    /// What each takes of those up to itself.
    Each(Vec<Taken>),
}

/// The strengths of a block: a symmetric matrix with ones on its diagonal.
#[derive(Debug, Clone)]
pub struct Strengths {
    size: usize,
    rows: Vec<f64>,
}

impl Strengths {
    /// Of `size` figures from pairs of them, with each pair's strength.
    #[must_use]
    pub fn new(size: usize, pairs: &[(usize, usize, f64)]) -> Self {
        let mut rows = vec![0.0; size * size];
        for k in 0..size {
            rows[k * size + k] = 1.0;
        }
        for &(a, b, strength) in pairs {
            rows[a * size + b] = strength;
            rows[b * size + a] = strength;
        }
        Self { size, rows }
    }

    fn at(&self, a: usize, b: usize) -> f64 {
        self.rows[a * self.size + b]
    }

    /// The lower triangle L with L Lᵀ the matrix; or the number of the figure that contradicts those before it.
    fn triangle(&self, of: &[usize], scale: f64) -> Result<Vec<Vec<f64>>, usize> {
        let mut rows: Vec<Vec<f64>> = Vec::with_capacity(of.len());
        for (i, &figure) in of.iter().enumerate() {
            let mut row: Vec<f64> = Vec::with_capacity(i + 1);
            let mut left = 1.0;
            for (j, above) in rows.iter().enumerate() {
                let shared: f64 = row.iter().zip(above).map(|(a, b)| a * b).sum();
                let missing = self.at(figure, of[j]) * scale - shared;
                let share = match above.get(j) {
                    Some(pivot) if *pivot > 0.0 => missing / pivot,
                    // Nothing of its own is left of that figure: it is a mixture of those before it.
                    _ if missing * missing <= EDGE => 0.0,
                    _ => return Err(i),
                };
                left -= share * share;
                row.push(share);
            }
            if left < -EDGE {
                return Err(i);
            }
            row.push(if left <= EDGE { 0.0 } else { left.sqrt() });
            rows.push(row);
        }
        Ok(rows)
    }

    /// How the block is mixed; nothing where no figures can be related like this.
    #[must_use]
    pub fn mix(&self) -> Option<Mix> {
        if let Some(common) = self.common() {
            return Some(common);
        }
        let all: Vec<usize> = (0..self.size).collect();
        let rows = self.triangle(&all, 1.0).ok()?;
        Some(Mix::Each(rows.into_iter().map(taken).collect()))
    }

    /// The form with a common value, where every two have the same strength but for signs that agree.
    fn common(&self) -> Option<Mix> {
        if self.size < 3 {
            return None;
        }
        let strength = self.at(0, 1).abs();
        let sign = |k: usize| if self.at(0, k) < 0.0 { -1.0 } else { 1.0 };
        let alike = (0..self.size).all(|a| (0..a).all(|b| self.at(a, b) == sign(a) * sign(b) * strength));
        alike.then(|| Mix::Common {
            common: (0..self.size).map(|k| sign(k) * strength.sqrt()).collect(),
            own: (1.0 - strength).sqrt(),
        })
    }

    /// Some figures that contradict one another, and without any one of which they would not.
    #[must_use]
    pub fn contradiction(&self) -> Vec<usize> {
        let mut figures: Vec<usize> = (0..self.size).collect();
        let Err(last) = self.triangle(&figures, 1.0) else { return Vec::new() };
        figures.truncate(last + 1);
        let mut k = figures.len();
        while k > 0 {
            k -= 1;
            let mut fewer = figures.clone();
            fewer.remove(k);
            if self.triangle(&fewer, 1.0).is_err() {
                figures = fewer;
            }
        }
        figures
    }

    /// The most hundredths of every strength that are possible.
    #[must_use]
    pub fn workable_hundredths(&self) -> u32 {
        let all: Vec<usize> = (0..self.size).collect();
        let (mut possible, mut too_much) = (0, 101);
        while too_much - possible > 1 {
            let middle = (possible + too_much) / 2;
            if self.triangle(&all, f64::from(middle) / 100.0).is_ok() {
                possible = middle;
            } else {
                too_much = middle;
            }
        }
        possible
    }
}

/// A row of the triangle that is one figure's value alone is its place as it was drawn, to the bit.
fn taken(row: Vec<f64>) -> Taken {
    let mut shares = row.iter().enumerate().filter(|(_, share)| **share != 0.0);
    match (shares.next(), shares.next()) {
        (Some((of, share)), None) => Taken::Place { of, mirrored: *share < 0.0 },
        _ => Taken::Mixture(row),
    }
}

/// The blocks among `size` draws: those that pairs relate, directly or through others, each in order.
#[must_use]
pub fn blocks(size: usize, pairs: impl Iterator<Item = (usize, usize)>) -> Vec<Vec<usize>> {
    let mut leads: Vec<usize> = (0..size).collect();
    for (a, b) in pairs {
        let (a, b) = (lead(&mut leads, a), lead(&mut leads, b));
        leads[a.max(b)] = a.min(b);
    }
    let mut members = vec![Vec::new(); size];
    for k in 0..size {
        members[lead(&mut leads, k)].push(k);
    }
    members.retain(|block| block.len() > 1);
    members
}

/// The first draw of the block that `k` belongs to so far.
fn lead(leads: &mut [usize], mut k: usize) -> usize {
    while leads[k] != k {
        leads[k] = leads[leads[k]];
        k = leads[k];
    }
    k
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_what_pairs_join() {
        assert_eq!(blocks(6, [(4, 1), (1, 5), (0, 3)].into_iter()), [vec![0, 3], vec![1, 4, 5]]);
        assert!(blocks(3, std::iter::empty()).is_empty());
    }

    #[test]
    fn two_figures_by_hand() {
        // L of (1 0.6; 0.6 1) is (1 0; 0.6 0.8).
        let Some(Mix::Each(rows)) = Strengths::new(2, &[(0, 1, 0.6)]).mix() else { panic!("no mixture") };
        assert_eq!(rows[0], Taken::Place { of: 0, mirrored: false });
        assert_eq!(rows[1], Taken::Mixture(vec![0.6, 0.8]));
    }

    #[test]
    fn full_strength_is_the_same_place() {
        for (strength, mirrored) in [(1.0, false), (-1.0, true)] {
            let Some(Mix::Each(rows)) = Strengths::new(2, &[(0, 1, strength)]).mix() else { panic!("no mixture") };
            assert_eq!(rows[1], Taken::Place { of: 0, mirrored });
        }
        // Of three, the third follows both: it takes what the first takes.
        let three = Strengths::new(3, &[(0, 1, 1.0), (0, 2, 0.6), (1, 2, 0.6)]);
        let Some(Mix::Each(rows)) = three.mix() else { panic!("no mixture") };
        assert_eq!(rows[2], Taken::Mixture(vec![0.6, 0.0, 0.8]));
    }

    #[test]
    fn every_two_alike_have_a_value_in_common() {
        let pairs = [(0, 1, 0.25), (0, 2, -0.25), (1, 2, -0.25)];
        let mix = Strengths::new(3, &pairs).mix();
        assert_eq!(mix, Some(Mix::Common { common: vec![0.5, 0.5, -0.5], own: 0.75_f64.sqrt() }));
        // Three that all move against one another have nothing in common: at −1/2 that is just possible.
        let against = |strength| Strengths::new(3, &[(0, 1, strength), (0, 2, strength), (1, 2, strength)]);
        assert!(matches!(against(-0.5).mix(), Some(Mix::Each(_))));
        assert_eq!(against(-0.51).mix(), None);
    }

    #[test]
    fn a_contradiction_names_the_few_that_make_it() {
        // 1 and 3 follow 2 closely, and are said to move against each other: 0.9 × 0.9 − (1 − 0.9²) = 0.62 is the
        // least they can have. Figures 0 and 4 have no part in it.
        let pairs = [(0, 1, 0.3), (1, 2, 0.9), (2, 3, 0.9), (1, 3, -0.5), (3, 4, 0.2)];
        let strengths = Strengths::new(5, &pairs);
        assert_eq!(strengths.mix(), None);
        assert_eq!(strengths.contradiction(), [1, 2, 3]);
        // Of these three alone, the determinant 1 − 1.87k² − 0.81k³ is nought at k = 0.6466; the two figures beside them
        // bring it down a little.
        assert_eq!(strengths.workable_hundredths(), 63);
        let scaled = |hundredths: f64| Strengths::new(5, &pairs.map(|(a, b, s)| (a, b, s * hundredths / 100.0)));
        assert!(scaled(63.0).mix().is_some() && scaled(64.0).mix().is_none());
    }
}

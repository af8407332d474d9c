//! The random words of a figure: Philox4x32-10, a generator without a state.
//!
//! The word of a run is a function of the seed, the figure's address and the number of the run, and of nothing else:
//! any run can be drawn alone, in any order and on any thread; more runs add words and change none; a new figure has
//! words of its own and moves nobody else's.
//!
//! ```text
//! key      the 64-bit seed, low half first
//! counter  the run divided by 4, in 64 bits; then the first eight bytes of the SHA-256 of the address, as a big-endian
//!          number; each low half first
//! word     of the four that come out, the one numbered by the remainder of the run by 4
//! place    (word + 1/2) / 2³²: strictly between 0 and 1
//! ```
//!
//! Source: J. Salmon, M. Moraes, R. Dror and D. Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11), whose
//! published vectors are the first test below.

use sha2::{Digest, Sha256};

use super::{LANES, Lanes};

const LOW: u64 = 0xffff_ffff;
const MULTIPLIERS: [u64; 2] = [0xd251_1f53, 0xcd9e_8d57];
const WEYL: [u64; 2] = [0x9e37_79b9, 0xbb67_ae85];

/// 2⁻³²: how far two neighbouring places of a range lie from each other.
const STEP: f64 = 1.0 / 4_294_967_296.0;

/// The place nearest to nought that can be drawn; the place nearest to one is as far from it.
pub const NEAREST: f64 = STEP / 2.0;

/// The words of one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    key: [u64; 2],
    address: [u64; 2],
}

impl Stream {
    /// The words of the figure with this address, from this seed.
    #[must_use]
    pub fn new(seed: u64, address: &str) -> Self {
        let hash = Sha256::digest(address.as_bytes()).iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte));
        Self { key: halves(seed), address: halves(hash) }
    }

    /// Where in its range the figure lies in a run: a share of chance, strictly between 0 and 1.
    #[must_use]
    pub fn place(self, run: u64) -> f64 {
        let [a, b, c, d] = self.words(run / 4);
        share(match run % 4 {
            0 => a,
            1 => b,
            2 => c,
            _ => d,
        })
    }

    /// [`Stream::place`] of the runs from `first`, which is a multiple of 64.
    #[inline(always)]
    pub fn places(self, first: u64, into: &mut Lanes) {
        let (mut a, mut b, mut c, mut d) = ([0.0; LANES / 4], [0.0; LANES / 4], [0.0; LANES / 4], [0.0; LANES / 4]);
        for quarter in 0..LANES / 4 {
            let words = self.words(first / 4 + quarter as u64);
            a[quarter] = share(words[0]);
            b[quarter] = share(words[1]);
            c[quarter] = share(words[2]);
            d[quarter] = share(words[3]);
        }
        for (quarter, runs) in into.chunks_exact_mut(4).enumerate() {
            runs.copy_from_slice(&[a[quarter], b[quarter], c[quarter], d[quarter]]);
        }
    }

    #[inline(always)]
    fn words(self, counter: u64) -> [u64; 4] {
        let [low, high] = halves(counter);
        rounds([low, high, self.address[0], self.address[1]], self.key)
    }
}

#[inline(always)]
const fn halves(whole: u64) -> [u64; 2] {
    [whole & LOW, whole >> 32]
}

/// A 32-bit word as a place. The word is written into the last bits of 2⁵², because not every processor turns whole
/// numbers into floats by itself; nothing is rounded.
#[inline(always)]
fn share(word: u64) -> f64 {
    const WHOLE: f64 = 4_503_599_627_370_496.0;
    (f64::from_bits(WHOLE.to_bits() | word) - WHOLE + 0.5) * STEP
}

/// The ten rounds. Every number is 32 bits wide and held in 64, which is the form in which processors multiply
/// several at once.
#[inline(always)]
fn rounds(mut x: [u64; 4], mut key: [u64; 2]) -> [u64; 4] {
    for _ in 0..10 {
        let a = (x[0] & LOW) * MULTIPLIERS[0];
        let b = (x[2] & LOW) * MULTIPLIERS[1];
        x = [b >> 32 ^ x[1] ^ key[0], b & LOW, a >> 32 ^ x[3] ^ key[1], a & LOW];
        key = [(key[0] + WEYL[0]) & LOW, (key[1] + WEYL[1]) & LOW];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vectors() {
        let vectors = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([LOW; 4], [LOW; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, words) in vectors {
            assert_eq!(rounds(counter, key), words);
        }
    }

    #[test]
    fn places_lie_strictly_inside() {
        assert_eq!(share(0), NEAREST);
        assert_eq!(share(LOW), 1.0 - NEAREST);
        assert!(share(0) > 0.0 && share(LOW) < 1.0);
    }

    #[test]
    fn a_block_is_its_runs() {
        for (seed, first) in [(0, 0), (1, 64), (u64::MAX, 1 << 40), (7, u64::MAX - 63)] {
            let stream = Stream::new(seed, "saving.home_first.delivery");
            let mut block = [0.0; LANES];
            stream.places(first, &mut block);
            for (lane, place) in block.iter().enumerate() {
                assert_eq!(*place, stream.place(first + lane as u64), "seed {seed}, run {first} + {lane}");
            }
        }
    }

    #[test]
    fn the_seed_and_the_address_say_which_words() {
        let place = |seed, address| Stream::new(seed, address).place(1);
        assert_ne!(place(1, "a"), place(2, "a"));
        assert_ne!(place(1, "a"), place(1, "b"));
        // The halves of the seed are not mixed up: a seed above 32 bits is another one.
        assert_ne!(place(1, "a"), place(1 | 1 << 32, "a"));
    }
}

//! What keeps figures from being drawn, each with the figures it is about.

/// Why figures cannot be drawn. Figures and pairs are named by their number in the list that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SampleError {
    /// The low end lies above the high one.
    LowAboveHigh {
        /// The figure.
        figure: usize,
    },
    /// The likely value of a triangular or PERT does not lie between its ends.
    LikelyOutside {
        /// The figure.
        figure: usize,
    },
    /// The lower natural bound lies above the upper one.
    HeldByNothing {
        /// The figure.
        figure: usize,
    },
    /// There is no value to draw from.
    NoValues {
        /// The figure.
        figure: usize,
    },
    /// A chance of an outcome is negative, or the chances do not add up to one.
    Chances {
        /// The figure.
        figure: usize,
    },
    /// A value that may be drawn is too large to be held exactly: [`super::LARGEST`].
    TooLarge {
        /// The figure.
        figure: usize,
    },
    /// A figure takes the draw of one that does not stand before it.
    DrawOfLater {
        /// The figure.
        figure: usize,
    },
    /// Two figures that are drawn by themselves have the same address, so they would be drawn alike.
    SameAddress {
        /// The first.
        first: usize,
        /// The second.
        second: usize,
    },
    /// A pair names a figure that is not there.
    PairOfNothing {
        /// The pair.
        pair: usize,
    },
    /// A pair's strength lies beyond −1 or 1.
    PairTooStrong {
        /// The pair.
        pair: usize,
    },
    /// A pair of one draw with itself has another strength than 1.
    PairOfOneDraw {
        /// The pair.
        pair: usize,
    },
    /// The same two draws are given another strength by an earlier pair.
    PairSaidTwice {
        /// The pair.
        pair: usize,
        /// The earlier one.
        earlier: usize,
    },
    /// No figures can be related as strongly as these pairs say: their matrix is not positive semi-definite.
    NotPossible {
        /// Every figure that is related to these, directly or through others, in the order of their addresses.
        block: Vec<usize>,
        /// A few of them that contradict one another whatever the rest says; without any one of these they would not.
        figures: Vec<usize>,
        /// The hundredths of every strength of the block that are possible: at 83, all of them times 0.83.
        workable_hundredths: u32,
    },
}

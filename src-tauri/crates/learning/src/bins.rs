//! The bins of numbers: where a number falls, what the bins are called, what a typical number in one is.
//!
//! Head counts and money have bins that mean something by themselves; any other number is only large or small beside its
//! kind.

use autoreach_domain::icp::HeadCountRange;
use autoreach_domain::oversight::segment::{HEAD_COUNT_BINS, HEAD_COUNT_EDGES};

/// Where a standardised number falls: four edges, five bins.
const Z_EDGES: [f64; 4] = [-0.8, -0.25, 0.25, 0.8];
const Z_BINS: [&str; 5] = ["far below usual", "below usual", "usual", "above usual", "far above usual"];
/// Money has the same edges, in thousands.
const MONEY_BINS: [&str; 8] = [
    "1-10 thousand",
    "11-50 thousand",
    "51-200 thousand",
    "201-500 thousand",
    "501-1,000 thousand",
    "1,001-5,000 thousand",
    "5,001-10,000 thousand",
    "10,001+ thousand",
];
/// A standardised number in the middle of each bin.
const Z_TYPICAL: [f64; 5] = [-1.2, -0.525, 0.0, 0.525, 1.2];
/// A number in the middle of each business bin, on the scale of orders of magnitude; money in thousands.
const BUSINESS_TYPICAL: [f64; 8] = [3.0, 24.0, 101.0, 317.0, 708.0, 2_237.0, 7_071.0, 20_000.0];

/// Which words the bins of a number carry.
#[derive(Clone, Copy)]
pub(crate) enum Bins {
    Usual,
    HeadCount,
    Money,
}

impl Bins {
    /// Head counts, revenue and funding mean something by themselves; other numbers only beside their kind.
    pub(crate) fn of(feature: &str) -> Self {
        match feature {
            "head_count" | "headcount" | "employees" => Self::HeadCount,
            "revenue" | "annual_revenue" | "funding" | "total_funding" => Self::Money,
            _ => Self::Usual,
        }
    }

    pub(crate) fn index(self, value: f64, z: f64) -> usize {
        match self {
            Self::Usual => Z_EDGES.iter().take_while(|edge| z >= **edge).count(),
            Self::HeadCount => HEAD_COUNT_EDGES.iter().take_while(|edge| value > **edge).count(),
            Self::Money => HEAD_COUNT_EDGES.iter().take_while(|edge| value / 1_000.0 > **edge).count(),
        }
    }

    pub(crate) fn words(self, index: usize) -> &'static str {
        match self {
            Self::Usual => Z_BINS[index],
            Self::HeadCount => HEAD_COUNT_BINS[index],
            Self::Money => MONEY_BINS[index],
        }
    }

    /// A number in the middle of a bin; `at` gives the number that lies so many deviations from the usual one.
    pub(crate) fn typical(self, index: usize, at: impl Fn(f64) -> f64) -> f64 {
        match self {
            Self::Usual => at(Z_TYPICAL[index]),
            Self::HeadCount => BUSINESS_TYPICAL[index],
            Self::Money => 1_000.0 * BUSINESS_TYPICAL[index],
        }
    }
}

/// One bin of head counts, both ends included; no upper end for the last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeadCountBin {
    pub(crate) least: u32,
    pub(crate) most: Option<u32>,
    /// A head count in its middle.
    pub(crate) typical: f64,
}

impl HeadCountBin {
    /// All bins, smallest companies first.
    pub(crate) fn all() -> [Self; 8] {
        std::array::from_fn(|index| Self {
            least: if index == 0 { 1 } else { HEAD_COUNT_EDGES[index - 1] as u32 + 1 },
            most: HEAD_COUNT_EDGES.get(index).map(|edge| *edge as u32),
            typical: BUSINESS_TYPICAL[index],
        })
    }

    /// Does a stated range reach into this bin? One that ends where the bin begins does not.
    pub(crate) fn is_meant_by(&self, stated: HeadCountRange) -> bool {
        stated.overlaps(self.least + 1, self.most.map_or(u32::MAX, |most| most - 1))
    }
}

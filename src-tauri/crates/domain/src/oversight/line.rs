//! The line in force: how certain the agent must be to go on alone, and what that rests on.

use super::event::Certificate;
use super::override_::Override;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A threshold on calibrated certainty with its reason.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct Line {
    /// Certainty from which on an output may go on alone, 0 to 1.
    pub threshold: f64,
    /// What allows it.
    pub basis: LineBasis,
}

/// What a line rests on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "basis", rename_all = "snake_case")]
pub enum LineBasis {
    /// Evidence, and a floor above which even good evidence does not reach at first.
    Certified {
        /// The evidence.
        certificate: Certificate,
        /// The certified threshold after calibration, 0.5 to 1.
        certified: f64,
        /// The floor, 0 to 1.
        floor: f64,
    },
    /// A person's word; nothing certifies it.
    Overridden {
        /// By this.
        given: Override,
    },
}

impl Line {
    /// `max(t_cal, floor)` (`learning.md` 4.5).
    pub(super) fn certified(certificate: Certificate, certified: f64, floor: f64) -> Self {
        Self { threshold: certified.max(floor), basis: LineBasis::Certified { certificate, certified, floor } }
    }

    pub(super) fn overridden(given: Override) -> Self {
        Self { threshold: given.threshold(), basis: LineBasis::Overridden { given } }
    }

    /// Does evidence stand behind it?
    pub fn is_certified(&self) -> bool {
        matches!(self.basis, LineBasis::Certified { .. })
    }

    /// One sentence for the receipt.
    pub fn words(&self) -> String {
        // A line of 99.7 % is not one that nothing passes.
        let percent =
            |share: f64| if share > 0.995 { format!("{:.1} %", 100.0 * share.min(0.999)) } else { format!("{:.0} %", 100.0 * share) };
        match &self.basis {
            LineBasis::Overridden { .. } => {
                format!("Your line is {} by override; nothing certifies it.", percent(self.threshold))
            }
            LineBasis::Certified { certificate, certified, floor } if floor > certified => format!(
                "Your line is {}: the floor. The {} promise is certified from {} on, by {} reviews.",
                percent(self.threshold),
                percent(certificate.promise),
                percent(*certified),
                certificate.pairs
            ),
            LineBasis::Certified { certificate, .. } => format!(
                "Your line is {}: certified for the {} promise by {} reviews.",
                percent(self.threshold),
                percent(certificate.promise),
                certificate.pairs
            ),
        }
    }
}

//! What leaves the computer: written down before or as it happens, shown to whoever asks, and held back by a profile.
//!
//! A question to a model is on disk before it is sent; pages are written down with the lead they were read for, so that
//! research is not slowed down. The words that models were shown are kept for a while, their hashes for good. Everything lies
//! in the encrypted store.

mod record;
#[cfg(test)]
pub(crate) mod tests;
pub mod view;

pub(crate) use record::{ModelCall, ending, pages};

use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::egress::EgressProfile;
use autoreach_store::tables::{egress_call, setting};
use jiff::{SignedDuration, Timestamp};

/// Setting: how much models may be shown.
const PROFILE: &str = "egress_profile";
/// How long the words that a model was shown are kept.
const TEXTS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Texts kept at most, whatever their age: a long run must not fill the disk with pages that are kept elsewhere too.
const MOST_TEXTS: u64 = 4_000;

impl Engine {
    /// How much models may be shown; everything they need before anybody said otherwise.
    pub async fn egress_profile(&self) -> Result<EgressProfile, EngineError> {
        Ok(setting::get(self.store.read(), PROFILE).await?.unwrap_or_default())
    }

    /// Sets how much models may be shown. It holds from the next question on.
    pub async fn set_egress_profile(&self, profile: EgressProfile) -> Result<(), EngineError> {
        let tx = self.store.begin().await?;
        setting::set(&*tx, PROFILE, &profile).await?;
        Ok(tx.commit().await?)
    }

    /// Forgets the words of calls that are long past; that they were made, and the hash of the words, stays.
    pub(crate) async fn forget_old_texts(&self, now: Timestamp) -> Result<u64, EngineError> {
        let before = now.checked_sub(TEXTS_KEPT).unwrap_or(Timestamp::MIN);
        let tx = self.store.begin().await?;
        let forgotten = egress_call::forget_texts(&*tx, before, MOST_TEXTS).await?;
        tx.commit().await?;
        Ok(forgotten)
    }
}

//! The team's notes about markets as people use them. A note acts on leads that are drafted after it was written, and on those that
//! wait when their card is made anew.

use super::day;
use crate::Engine;
use crate::error::EngineError;
use autoreach_domain::ids::MarketNoteId;
use autoreach_domain::market_note::{MarketNote, NewMarketNote};
use autoreach_store::tables::setting;

/// Setting: the notes, oldest first.
const NOTES: &str = "market_notes";

impl Engine {
    /// The notes that still hold, oldest first.
    pub async fn market_notes(&self) -> Result<Vec<MarketNote>, EngineError> {
        let kept: Vec<MarketNote> = setting::get(self.store.read(), NOTES).await?.unwrap_or_default();
        let today = day(self.now());
        Ok(kept.into_iter().filter(|note| note.holds_on(today)).collect())
    }

    /// Adds a note. Notes that are over are dropped with it.
    pub async fn add_market_note(&self, written: NewMarketNote) -> Result<MarketNote, EngineError> {
        let note = MarketNote::new(self.id(MarketNoteId::new)?, written, self.reviewer(), day(self.now()))?;
        let mut notes = self.market_notes().await?;
        notes.push(note.clone());
        self.keep_notes(&notes).await?;
        Ok(note)
    }

    /// Lets a note end. `false` when it was over already.
    pub async fn end_market_note(&self, id: MarketNoteId) -> Result<bool, EngineError> {
        let mut notes = self.market_notes().await?;
        let before = notes.len();
        notes.retain(|note| note.id != id);
        self.keep_notes(&notes).await?;
        Ok(notes.len() < before)
    }

    async fn keep_notes(&self, notes: &[MarketNote]) -> Result<(), EngineError> {
        let tx = self.store.begin().await?;
        setting::set(&*tx, NOTES, &notes).await?;
        Ok(tx.commit().await?)
    }
}

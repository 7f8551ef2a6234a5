//! What models may cost in a day and in a run. A limit stops the calls, not the work: the built-in engine goes on, and each item
//! it stands in for says so.

use super::engine::in_dollars;
use crate::Engine;
use crate::error::EngineError;
use autoreach_llm::{BudgetLimits, Cost, Spending};
use autoreach_store::tables::setting;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Setting: the limits.
const LIMITS: &str = "spending_limits";
/// What models may cost in a day before anybody said otherwise: five dollars.
const USUAL_DAY_MICROS: u64 = 5_000_000;
/// Tokens a day before anybody said otherwise, whatever they cost.
const USUAL_DAY_TOKENS: u64 = 2_000_000;

/// What models may cost. `None` is no limit; 0 stops every paid call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SpendingLimits {
    /// In a day (UTC), in millionths of a US dollar.
    #[ts(type = "number | null")]
    pub day_micros: Option<u64>,
    /// Tokens in a day, in and out together. The only limit that holds a model whose price is not known.
    #[ts(type = "number | null")]
    pub day_tokens: Option<u64>,
    /// In one run, in millionths of a US dollar.
    #[ts(type = "number | null")]
    pub run_micros: Option<u64>,
    /// Tokens in one run.
    #[ts(type = "number | null")]
    pub run_tokens: Option<u64>,
}

impl Default for SpendingLimits {
    fn default() -> Self {
        Self { day_micros: Some(USUAL_DAY_MICROS), day_tokens: Some(USUAL_DAY_TOKENS), run_micros: None, run_tokens: None }
    }
}

impl SpendingLimits {
    pub(super) fn of_day(self) -> BudgetLimits {
        BudgetLimits { cost: self.day_micros.map(Cost::from_micros), tokens: self.day_tokens }
    }

    pub(super) fn of_run(self) -> BudgetLimits {
        BudgetLimits { cost: self.run_micros.map(Cost::from_micros), tokens: self.run_tokens }
    }
}

/// What a day has cost beside its limits: "Today: $0.12 of $5.00, 34,200 of 2,000,000 tokens."
pub(super) fn today(spent: Spending, limits: &SpendingLimits) -> String {
    let of = |limit: Option<String>| limit.map(|limit| format!(" of {limit}")).unwrap_or_default();
    let money = of(limits.day_micros.map(in_dollars));
    let tokens = of(limits.day_tokens.map(grouped));
    format!("Today: {}{money}, {}{tokens} tokens.", in_dollars(spent.cost.micros()), grouped(spent.tokens))
}

/// A count with its thousands set apart.
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl Engine {
    /// What models may cost; the usual limits before others were set.
    pub async fn spending_limits(&self) -> Result<SpendingLimits, EngineError> {
        Ok(setting::get(self.store.read(), LIMITS).await?.unwrap_or_default())
    }

    /// Is what models may cost in a day used up? Never where no model is asked.
    pub(crate) async fn is_day_limit_reached(&self) -> Result<bool, EngineError> {
        let (limits, spent) = (self.spending_limits().await?, self.spent_today().await?);
        let is_reached = |spent: u64, limit: Option<u64>| spent > 0 && limit.is_some_and(|limit| spent >= limit);
        Ok(is_reached(spent.cost.micros(), limits.day_micros) || is_reached(spent.tokens, limits.day_tokens))
    }

    /// Sets the limits. They hold from the next call on, with what was spent before counted.
    pub async fn set_spending_limits(&self, limits: SpendingLimits) -> Result<(), EngineError> {
        let tx = self.store.begin().await?;
        setting::set(&*tx, LIMITS, &limits).await?;
        tx.commit().await?;
        self.forget_models().await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_told_beside_its_limits_and_without_those_that_are_not() {
        let spent = Spending { cost: Cost::from_micros(120_000), tokens: 34_200 };
        assert_eq!(today(spent, &SpendingLimits::default()), "Today: $0.12 of $5.00, 34,200 of 2,000,000 tokens.");
        let open = SpendingLimits { day_micros: None, day_tokens: None, ..SpendingLimits::default() };
        assert_eq!(today(Spending::default(), &open), "Today: nothing, 0 tokens.");
    }
}

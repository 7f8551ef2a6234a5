//! What calls may cost: reserved at their dearest before they are made, settled at what they did cost.
//!
//! Many calls run at once, so a limit that only looks at what is already spent would be passed by all of them together.
//! A reservation that is dropped without being settled counts in full: a call that was cut, timed out or cancelled may
//! have been billed. Prices and limits are the caller's data; so is the day or run a budget stands for.

use std::sync::{Arc, Mutex, PoisonError};

use crate::chat::{ChatRequest, Usage};
use crate::error::BudgetStop;

/// An amount of money, exact: picos are millionths of a millionth of the currency unit the prices are in, so that a price
/// in millionths per million tokens needs no rounding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    picos: u64,
}

impl Cost {
    /// Picos in a millionth of the currency unit.
    const PICOS_PER_MICRO: u64 = 1_000_000;

    /// From whole units of the currency.
    pub const fn from_dollars(dollars: u64) -> Self {
        Self { picos: dollars * 1_000_000 * Self::PICOS_PER_MICRO }
    }

    /// From millionths of the currency unit.
    pub fn from_micros(micros: u64) -> Self {
        Self { picos: micros.saturating_mul(Self::PICOS_PER_MICRO) }
    }

    /// In millionths of the currency unit, rounded up.
    pub fn micros(self) -> u64 {
        self.picos.div_ceil(Self::PICOS_PER_MICRO)
    }

    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self { picos: self.picos.saturating_add(other.picos) }
    }

    fn minus(self, other: Self) -> Self {
        Self { picos: self.picos.saturating_sub(other.picos) }
    }
}

/// A model's price, in millionths of the currency unit per million tokens: 3.00 per million tokens is 3,000,000.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Price {
    /// For the question.
    pub input_per_million_micros: u64,
    /// For the answer.
    pub output_per_million_micros: u64,
}

impl Price {
    /// What this many tokens cost.
    pub fn of(&self, usage: &Usage) -> Cost {
        let input = usage.input_tokens.saturating_mul(self.input_per_million_micros);
        let output = usage.output_tokens.saturating_mul(self.output_per_million_micros);
        Cost { picos: input.saturating_add(output) }
    }

    /// The most a call can cost, for estimates before a run.
    pub fn at_most(&self, request: &ChatRequest) -> Cost {
        self.of(&dearest(request))
    }
}

/// What may be spent. `None` is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BudgetLimits {
    /// Money.
    pub cost: Option<Cost>,
    /// Tokens, in and out together.
    pub tokens: Option<u64>,
}

/// What was spent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spending {
    /// Money.
    pub cost: Cost,
    /// Tokens, in and out together.
    pub tokens: u64,
}

impl Spending {
    fn of(price: &Price, usage: &Usage) -> Self {
        Self { cost: price.of(usage), tokens: usage.input_tokens.saturating_add(usage.output_tokens) }
    }

    fn plus(self, other: Self) -> Self {
        Self { cost: self.cost.plus(other.cost), tokens: self.tokens.saturating_add(other.tokens) }
    }

    fn minus(self, other: Self) -> Self {
        Self { cost: self.cost.minus(other.cost), tokens: self.tokens.saturating_sub(other.tokens) }
    }
}

/// What a budget stands for, so that the call it stops can say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BudgetSpan {
    /// A day.
    Day,
    /// A run.
    Run,
}

impl BudgetSpan {
    fn out_of_money(self) -> BudgetStop {
        match self {
            Self::Day => BudgetStop::CostLimit,
            Self::Run => BudgetStop::RunCostLimit,
        }
    }

    fn out_of_tokens(self) -> BudgetStop {
        match self {
            Self::Day => BudgetStop::TokenLimit,
            Self::Run => BudgetStop::RunTokenLimit,
        }
    }
}

/// The budget of a day or a run, shared by all calls that draw on it.
pub struct Budget {
    span: BudgetSpan,
    limits: BudgetLimits,
    taken: Mutex<Spending>,
}

impl Budget {
    /// A day's budget of which `spent` is already gone.
    pub fn new(limits: BudgetLimits, spent: Spending) -> Arc<Self> {
        Self::of(BudgetSpan::Day, limits, spent)
    }

    /// The budget of a day or a run of which `spent` is already gone.
    pub fn of(span: BudgetSpan, limits: BudgetLimits, spent: Spending) -> Arc<Self> {
        Arc::new(Self { span, limits, taken: Mutex::new(spent) })
    }

    /// A budget without limits, which only counts.
    pub fn unlimited() -> Arc<Self> {
        Self::new(BudgetLimits::default(), Spending::default())
    }

    /// What was spent, calls in flight counted at their dearest.
    pub fn taken(&self) -> Spending {
        *self.lock()
    }

    /// Sets aside what the call may cost at most, or stops it.
    pub(crate) fn reserve(self: &Arc<Self>, price: Price, request: &ChatRequest) -> Result<Reservation, BudgetStop> {
        let amount = Spending::of(&price, &dearest(request));
        let mut taken = self.lock();
        let after = taken.plus(amount);
        if self.limits.cost.is_some_and(|limit| after.cost > limit) {
            return Err(self.span.out_of_money());
        }
        if self.limits.tokens.is_some_and(|limit| after.tokens > limit) {
            return Err(self.span.out_of_tokens());
        }
        *taken = after;
        Ok(Reservation { budget: self.clone(), price, amount })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Spending> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Money set aside for one call. Dropped without a word it stays spent.
pub(crate) struct Reservation {
    budget: Arc<Budget>,
    price: Price,
    amount: Spending,
}

impl Reservation {
    /// The call was made and used this much.
    pub(crate) fn settle(self, usage: &Usage) {
        let mut taken = self.budget.lock();
        *taken = taken.minus(self.amount).plus(Spending::of(&self.price, usage));
    }

    /// The call never reached a model.
    pub(crate) fn release(self) {
        self.settle(&Usage::default());
    }
}

/// What one call has set aside in every budget it draws on.
pub(crate) struct Reservations(Vec<Reservation>);

impl Reservations {
    /// Sets aside what the call may cost at most in each budget, or in none.
    pub(crate) fn make<'b>(
        budgets: impl IntoIterator<Item = &'b Arc<Budget>>,
        price: Price,
        request: &ChatRequest,
    ) -> Result<Self, BudgetStop> {
        let mut made = Self(Vec::new());
        for budget in budgets {
            match budget.reserve(price, request) {
                Ok(reservation) => made.0.push(reservation),
                Err(stop) => {
                    made.release();
                    return Err(stop);
                }
            }
        }
        Ok(made)
    }

    /// The call was made and used this much.
    pub(crate) fn settle(self, usage: &Usage) {
        self.0.into_iter().for_each(|reservation| reservation.settle(usage));
    }

    /// The call never reached a model.
    pub(crate) fn release(self) {
        self.0.into_iter().for_each(Reservation::release);
    }
}

fn dearest(request: &ChatRequest) -> Usage {
    Usage { input_tokens: request.input_tokens_at_most(), output_tokens: request.max_output_tokens.into(), is_estimated: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ReplySchema;
    use schemars::JsonSchema;

    #[derive(JsonSchema)]
    #[schemars(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Nothing {
        is_done: bool,
    }

    fn request() -> ChatRequest {
        let schema = ReplySchema::of::<Nothing>().expect("is closed");
        ChatRequest { system: String::new(), user: "x".repeat(3_000), schema, max_output_tokens: 500, temperature: 0.0 }
    }

    const PRICE: Price = Price { input_per_million_micros: 3_000_000, output_per_million_micros: 15_000_000 };

    #[test]
    fn a_cost_is_exact_and_shown_rounded_up() {
        let usage = Usage { input_tokens: 1_000, output_tokens: 200, is_estimated: false };
        assert_eq!(PRICE.of(&usage).micros(), 3_000 + 3_000);
        let cheap = Price { input_per_million_micros: 150_000, output_per_million_micros: 0 };
        assert_eq!(cheap.of(&Usage { input_tokens: 1, ..Usage::default() }).micros(), 1);
    }

    #[test]
    fn calls_at_once_cannot_pass_the_limit_together() {
        let dearest = PRICE.at_most(&request());
        let limits = BudgetLimits { cost: Some(dearest.plus(dearest)), tokens: None };
        let budget = Budget::new(limits, Spending::default());
        let first = budget.reserve(PRICE, &request()).expect("fits");
        let second = budget.reserve(PRICE, &request()).expect("fits");
        assert_eq!(budget.reserve(PRICE, &request()).err(), Some(BudgetStop::CostLimit));
        first.settle(&Usage { input_tokens: 10, output_tokens: 1, is_estimated: false });
        assert!(budget.reserve(PRICE, &request()).is_err(), "what the first really cost is still gone");
        second.release();
        assert!(budget.reserve(PRICE, &request()).is_ok());
    }

    #[test]
    fn a_call_draws_on_every_budget_or_on_none() {
        let one_call = PRICE.at_most(&request());
        let limit = |calls: u64| BudgetLimits { cost: Some(Cost::from_micros(one_call.micros() * calls)), tokens: None };
        let (day, run) = (Budget::new(limit(5), Spending::default()), Budget::of(BudgetSpan::Run, limit(1), Spending::default()));
        let first = Reservations::make([&day, &run], PRICE, &request()).expect("fits into both");
        let stopped = Reservations::make([&day, &run], PRICE, &request()).err();
        assert_eq!(stopped, Some(BudgetStop::RunCostLimit), "the run says that it was the run");
        assert_eq!(day.taken().cost, one_call, "what the run refused is not taken from the day");
        first.release();
        assert_eq!((day.taken(), run.taken()), Default::default());
    }

    #[test]
    fn a_call_that_vanished_counts_in_full() {
        let budget = Budget::unlimited();
        drop(budget.reserve(PRICE, &request()).expect("fits"));
        assert_eq!(budget.taken().cost, PRICE.at_most(&request()));
    }

    #[test]
    fn the_token_limit_counts_what_was_spent_before() {
        let limits = BudgetLimits { cost: None, tokens: Some(10_000) };
        let budget = Budget::new(limits, Spending { tokens: 9_900, ..Spending::default() });
        assert_eq!(budget.reserve(PRICE, &request()).err(), Some(BudgetStop::TokenLimit));
    }
}

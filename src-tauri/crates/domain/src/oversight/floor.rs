//! The floor under every certified threshold: it starts high and falls as verdicts come without an amber.

use crate::oversight::level::Level;

/// Certainty that is enough on entering level 2 (the owner: "90%+ score").
pub const FIRST_FLOOR: f64 = 0.90;
/// By how much it falls (A5).
const FLOOR_STEP: f64 = 0.05;
/// Human verdicts without an amber per step.
pub const VERDICTS_PER_STEP: usize = 50;
/// It never falls below this.
pub const LOWEST_FLOOR: f64 = 0.60;

/// The floor that so many human verdicts without an amber support.
pub fn certainty_floor(verdicts_without_amber: usize) -> f64 {
    let steps = (verdicts_without_amber / VERDICTS_PER_STEP) as f64;
    // Rounded to whole percent, so that the fourth step is 0.70 and not a hair beside it.
    (100.0 * (FIRST_FLOOR - FLOOR_STEP * steps).max(LOWEST_FLOOR)).round() / 100.0
}

/// The fewest verdicts that support this floor.
pub(super) fn verdicts_behind(floor: f64) -> usize {
    ((FIRST_FLOOR - floor) / FLOOR_STEP).round() as usize * VERDICTS_PER_STEP
}

/// Does a floor hold at this level? At level 1 nothing is decided alone.
pub(super) fn applies(level: Level) -> bool {
    level > Level::VerifyEverything
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_falls_in_steps_of_five_and_stops_at_sixty() {
        for (verdicts, floor) in [(0, 0.90), (49, 0.90), (50, 0.85), (299, 0.65), (300, 0.60), (10_000, 0.60)] {
            assert_eq!(certainty_floor(verdicts), floor, "{verdicts} verdicts");
        }
    }
}

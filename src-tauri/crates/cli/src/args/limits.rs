//! `engine limits`: what models may cost.

use clap::Args;
use std::str::FromStr;

/// A limit, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount(pub(crate) Option<u64>);

/// What is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write an amount such as 2.50, or none")]
pub(crate) struct NoAmount;

/// Millionths of a US dollar, from dollars with at most six decimals.
fn dollars(text: &str) -> Result<Amount, NoAmount> {
    if text == "none" {
        return Ok(Amount(None));
    }
    let (whole, part) = text.strip_prefix('$').unwrap_or(text).split_once('.').unwrap_or((text.strip_prefix('$').unwrap_or(text), "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(part) || part.len() > 6 {
        return Err(NoAmount);
    }
    let micros = format!("{part:0<6}").parse::<u64>().map_err(|_| NoAmount)?;
    let dollars = whole.parse::<u64>().map_err(|_| NoAmount)?;
    dollars.checked_mul(1_000_000).and_then(|whole| whole.checked_add(micros)).map(|sum| Amount(Some(sum))).ok_or(NoAmount)
}

/// A number of tokens.
fn tokens(text: &str) -> Result<Amount, NoAmount> {
    if text == "none" { Ok(Amount(None)) } else { u64::from_str(text).map(|number| Amount(Some(number))).map_err(|_| NoAmount) }
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct LimitArgs {
    /// US dollars a day, or none
    #[arg(long, value_name = "DOLLARS", value_parser = dollars)]
    pub(crate) day: Option<Amount>,
    /// US dollars in one run, or none
    #[arg(long, value_name = "DOLLARS", value_parser = dollars)]
    pub(crate) run: Option<Amount>,
    /// Tokens a day, or none
    #[arg(long, value_name = "N", value_parser = tokens)]
    pub(crate) day_tokens: Option<Amount>,
    /// Tokens in one run, or none
    #[arg(long, value_name = "N", value_parser = tokens)]
    pub(crate) run_tokens: Option<Amount>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_read_to_the_millionth_and_nothing_else_is() {
        for (text, micros) in [("5", 5_000_000), ("2.50", 2_500_000), ("$0.000001", 1), ("0", 0)] {
            assert_eq!(dollars(text), Ok(Amount(Some(micros))), "{text}");
        }
        assert_eq!(dollars("none"), Ok(Amount(None)));
        for text in ["", "-1", "1,50", "1.2345678", "1e3", ".5"] {
            assert_eq!(dollars(text), Err(NoAmount), "{text}");
        }
    }
}

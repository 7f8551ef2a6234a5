//! What a provider's error answer means, and what we can concede to be understood.
//!
//! Providers agree on little: the same cause comes as another status, type, code or sentence. All of that knowledge is in
//! this file. The words are looked at and dropped; none of them goes into an error.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use serde_json::Value;

use crate::error::{BudgetStop, ChatError, ReplyFault};
use crate::strict_json::parse_strictly;

/// The part of an error answer that is looked at.
pub(crate) const LONGEST_ERROR_BODY: usize = 64 * 1024;

/// OpenAI's finer spelling of `retry-after`.
const RETRY_AFTER_MS: HeaderName = HeaderName::from_static("retry-after-ms");

/// Codes and sentences of an account without money left.
const SPEND_LIMIT_WORDS: [&str; 7] = [
    "insufficient_quota",
    "billing_hard_limit_reached",
    "enforced_spend_limit_reached",
    "billing_error",
    "insufficient_balance",
    "insufficient balance",
    "credit balance is too low",
];

/// Codes and sentences of a question that does not fit.
const TOO_LONG_WORDS: [&str; 7] = [
    "context_length_exceeded",
    "exceed_context_size",
    "maximum context length",
    "context window",
    "context length",
    "prompt is too long",
    "request_too_large",
];

/// The words of an error answer, in lower case.
#[derive(Debug, Default)]
pub(crate) struct Words {
    kind: String,
    code: String,
    param: String,
    message: String,
}

impl Words {
    /// Reads a body; what is not JSON is taken as one message.
    pub(crate) fn of_body(body: &[u8]) -> Self {
        match parse_strictly(body) {
            Ok(value) => Self::of_value(value.get("error").unwrap_or(&value)),
            Err(_) => Self { message: String::from_utf8_lossy(body).to_lowercase(), ..Self::default() },
        }
    }

    /// Reads the value of an `error` field: an object, or only a sentence.
    pub(crate) fn of_value(error: &Value) -> Self {
        let word = |name: &str| match error.get(name) {
            Some(Value::String(text)) => text.to_lowercase(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let sentence = error.as_str().map(str::to_lowercase);
        Self { kind: word("type"), code: word("code"), param: word("param"), message: sentence.unwrap_or_else(|| word("message")) }
    }

    fn say_any(&self, words: &[&str]) -> bool {
        let places = [&self.kind, &self.code, &self.message];
        words.iter().any(|word| places.iter().any(|place| place.contains(word)))
    }

    /// What the refusal is about: the named parameter, or else the sentence.
    fn are_about(&self, words: &[&str]) -> bool {
        let place = if self.param.is_empty() { &self.message } else { &self.param };
        words.iter().any(|word| place.contains(word))
    }
}

/// What an answer with this status means.
pub(crate) fn meaning(status: u16, words: &Words, retry_after: Option<Duration>) -> ChatError {
    if status == 402 || words.say_any(&SPEND_LIMIT_WORDS) {
        return BudgetStop::SpendLimit.into();
    }
    if status == 413 || (status < 429 && words.say_any(&TOO_LONG_WORDS)) {
        return ChatError::TooLong;
    }
    match status {
        401 | 403 => ChatError::KeyRefused,
        300..=399 | 404 | 405 | 410 => ChatError::NotFound,
        429 => retry_after.map_or(BudgetStop::Quota.into(), |retry_after| ChatError::RateLimited { retry_after }),
        408 | 425 | 500..=599 => ChatError::Busy { retry_after },
        _ if words.code == "json_validate_failed" => ReplyFault::NotJson.into(),
        _ => ChatError::BadRequest,
    }
}

/// What an error inside an answer that began with 200 means. There is no `retry-after` to miss here, so a rate limit
/// is an overload.
pub(crate) fn meaning_in_stream(error: &Value) -> ChatError {
    let words = Words::of_value(error);
    let status = match words.kind.as_str() {
        "authentication_error" => 401,
        "billing_error" => 402,
        "permission_error" => 403,
        "not_found_error" => 404,
        "request_too_large" => 413,
        "invalid_request_error" => 400,
        _ => words.code.parse().ok().filter(|status| (400..600).contains(status) && *status != 429).unwrap_or(500),
    };
    meaning(status, &words, None)
}

/// How long a provider asks to wait: seconds, milliseconds, or a date compared with the provider's own clock.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    if let Some(millis) = text(&RETRY_AFTER_MS).and_then(|text| text.parse::<f64>().ok()) {
        return Duration::try_from_secs_f64(millis / 1000.0).ok();
    }
    let asked = text(&RETRY_AFTER)?;
    if let Ok(seconds) = asked.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let now = text(&DATE).and_then(http_date).unwrap_or(now);
    Duration::try_from(http_date(asked)?.duration_since(now)).ok().or(Some(Duration::ZERO))
}

fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

/// How the answer's shape is asked for, strictest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The schema with its bounds.
    #[default]
    Bounded,
    /// The schema without lengths and ranges.
    Unbounded,
    /// Any JSON object; the schema stands in the instructions.
    AnyObject,
}

/// What a server was found not to understand. Each is conceded once and remembered for the next call; none weakens the
/// check on the answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Concessions {
    /// How the answer's shape is asked for.
    pub(crate) shape: Shape,
    /// Some models refuse to be told a temperature.
    pub(crate) without_temperature: bool,
    /// Newer models of OpenAI call the limit `max_completion_tokens`.
    pub(crate) names_completion_tokens: bool,
    /// Some servers stream but know no `stream_options`.
    pub(crate) without_stream_options: bool,
}

impl Concessions {
    /// What to try next after such a refusal; `None` when there is nothing left to concede about it.
    pub(crate) fn after(self, status: u16, words: &Words) -> Option<Self> {
        if !matches!(status, 400 | 422 | 500 | 501) {
            return None;
        }
        if words.are_about(&["temperature"]) {
            return (!self.without_temperature).then_some(Self { without_temperature: true, ..self });
        }
        if words.are_about(&["max_tokens", "max_completion_tokens"]) {
            return (!self.names_completion_tokens).then_some(Self { names_completion_tokens: true, ..self });
        }
        if words.are_about(&["stream_options"]) {
            return (!self.without_stream_options).then_some(Self { without_stream_options: true, ..self });
        }
        let shape = match self.shape {
            _ if !words.are_about(&["response_format", "json_schema", "schema", "grammar", "'format'"]) => return None,
            Shape::Bounded => Shape::Unbounded,
            Shape::Unbounded => Shape::AnyObject,
            Shape::AnyObject => return None,
        };
        Some(Self { shape, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn says(status: u16, body: Value, retry_after: Option<u64>) -> ChatError {
        meaning(status, &Words::of_body(body.to_string().as_bytes()), retry_after.map(Duration::from_secs))
    }

    #[test]
    fn money_is_told_from_rate() {
        let spend = ChatError::BudgetStop(BudgetStop::SpendLimit);
        assert_eq!(says(429, json!({"error": {"code": "insufficient_quota"}}), Some(3)), spend);
        assert_eq!(says(429, json!({"error": {"type": "rate_limit_error", "code": "enforced_spend_limit_reached"}}), Some(3)), spend);
        assert_eq!(says(400, json!({"type": "error", "error": {"message": "Your credit balance is too low to continue"}}), None), spend);
        assert_eq!(says(402, json!({}), None), spend);
        assert_eq!(says(429, json!({"error": {"type": "rate_limit_error"}}), None), ChatError::BudgetStop(BudgetStop::Quota));
        assert_eq!(says(429, json!({"error": "slow down"}), Some(3)), ChatError::RateLimited { retry_after: Duration::from_secs(3) });
    }

    #[test]
    fn a_question_that_does_not_fit_is_told_from_a_bad_one() {
        assert_eq!(says(400, json!({"error": {"code": "context_length_exceeded"}}), None), ChatError::TooLong);
        assert_eq!(
            says(400, json!({"error": {"message": "prompt is too long: 210000 tokens > 200000 maximum"}}), None),
            ChatError::TooLong
        );
        assert_eq!(says(413, json!({}), None), ChatError::TooLong);
        assert_eq!(says(400, json!({"error": {"message": "unknown field"}}), None), ChatError::BadRequest);
        assert_eq!(says(301, json!({}), None), ChatError::NotFound);
    }

    #[test]
    fn errors_inside_an_answer_count_as_errors() {
        assert_eq!(meaning_in_stream(&json!({"type": "overloaded_error"})), ChatError::Busy { retry_after: None });
        assert_eq!(meaning_in_stream(&json!({"type": "rate_limit_error"})), ChatError::Busy { retry_after: None });
        assert_eq!(meaning_in_stream(&json!({"code": 401})), ChatError::KeyRefused);
        assert_eq!(meaning_in_stream(&json!({"code": 429})), ChatError::Busy { retry_after: None });
        assert_eq!(meaning_in_stream(&json!({"code": 7})), ChatError::Busy { retry_after: None });
        assert_eq!(meaning_in_stream(&json!("llama runner process has terminated")), ChatError::Busy { retry_after: None });
        assert_eq!(meaning_in_stream(&json!({"code": "insufficient_quota"})), ChatError::BudgetStop(BudgetStop::SpendLimit));
    }

    fn wait(headers: &[(HeaderName, &str)]) -> Option<Duration> {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().expect("is a time");
        retry_after(&headers.iter().map(|(name, value)| (name.clone(), value.parse().expect("is a value"))).collect(), now)
    }

    #[test]
    fn seconds_milliseconds_and_dates_are_waits() {
        assert_eq!(wait(&[(RETRY_AFTER, "7")]), Some(Duration::from_secs(7)));
        assert_eq!(wait(&[(RETRY_AFTER, "1.5")]), Some(Duration::from_millis(1_500)));
        assert_eq!(wait(&[(RETRY_AFTER_MS, "250"), (RETRY_AFTER, "7")]), Some(Duration::from_millis(250)));
        assert_eq!(wait(&[(RETRY_AFTER, "Sun, 01 Mar 2026 12:00:30 GMT")]), Some(Duration::from_secs(30)));
        assert_eq!(wait(&[(RETRY_AFTER, "Sun, 01 Mar 2026 11:00:00 GMT")]), Some(Duration::ZERO));
        let other_clock = (DATE, "Sun, 01 Mar 2026 11:59:50 GMT");
        assert_eq!(wait(&[(RETRY_AFTER, "Sun, 01 Mar 2026 12:00:30 GMT"), other_clock]), Some(Duration::from_secs(40)));
        for nonsense in ["-1", "soon", "NaN", "1e300", ""] {
            assert_eq!(wait(&[(RETRY_AFTER, nonsense)]), None, "{nonsense:?}");
        }
    }

    #[test]
    fn each_refusal_is_conceded_once() {
        let say = |param: &str, message: &str| Words::of_value(&json!({"param": param, "message": message}));
        let start = Concessions::default();
        let named = say("max_tokens", "Use 'max_completion_tokens' instead.");
        let first = start.after(400, &named).expect("is conceded");
        assert!(first.names_completion_tokens);
        assert_eq!(first.after(400, &named), None);
        let schema = say("", "Invalid schema for response_format 'answer'");
        let shapes: Vec<Shape> =
            std::iter::successors(Some(start), |concessions| concessions.after(400, &schema)).map(|it| it.shape).collect();
        assert_eq!(shapes, [Shape::Bounded, Shape::Unbounded, Shape::AnyObject]);
        assert_eq!(start.after(401, &schema), None);
        assert_eq!(start.after(400, &say("", "no such thing")), None);
    }
}

//! JSON as a security boundary reads it: one value, each key once, bounded depth.
//!
//! `serde_json` silently keeps the last of duplicate keys, so a reader that takes the first would see another answer; here
//! they are an error. Sizes are capped by the callers, who know what they wait for.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, de};
use serde_json::{Map, Value};

use crate::error::ReplyFault;

/// Deeper than any honest answer, and well below where a recursive reader runs out of stack.
const DEEPEST: usize = 64;

/// Parses exactly one JSON value. Fails on bytes that are not UTF-8, on anything around the value, on nesting deeper than
/// 64 and on duplicate keys.
pub fn parse_strictly(bytes: &[u8]) -> Result<Value, ReplyFault> {
    let text = std::str::from_utf8(bytes).map_err(|_| ReplyFault::NotUtf8)?;
    let fault = Cell::new(ReplyFault::NotJson);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = StrictValue { depth: 0, fault: &fault }.deserialize(&mut deserializer).map_err(|_| fault.get())?;
    deserializer.end().map_err(|_| ReplyFault::NotJson)?;
    Ok(value)
}

/// A value at some depth. `fault` keeps what went wrong, because serde's errors carry text only.
#[derive(Clone, Copy)]
struct StrictValue<'a> {
    depth: usize,
    fault: &'a Cell<ReplyFault>,
}

impl StrictValue<'_> {
    fn refuse<E: de::Error>(&self, fault: ReplyFault) -> E {
        self.fault.set(fault);
        E::custom("refused")
    }

    fn inside<E: de::Error>(self) -> Result<Self, E> {
        if self.depth == DEEPEST {
            return Err(self.refuse(ReplyFault::TooDeep));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for StrictValue<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for StrictValue<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(inside)? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(self.refuse(ReplyFault::DuplicateKey));
            }
            let value = entries.next_value_seed(inside)?;
            object.insert(key, value);
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e300f64..1e300).prop_map(Value::from),
            any::<String>().prop_map(Value::from)
        ];
        leaf.prop_recursive(6, 40, 6, |inner| {
            let object = proptest::collection::btree_map(any::<String>(), inner.clone(), 0..6);
            prop_oneof![
                proptest::collection::vec(inner, 0..6).prop_map(Value::from),
                object.prop_map(|fields| fields.into_iter().collect())
            ]
        })
    }

    proptest! {
        #[test]
        fn every_value_written_is_read_back(value in any_value()) {
            prop_assert_eq!(parse_strictly(value.to_string().as_bytes()), Ok(value));
        }

        #[test]
        fn no_bytes_make_the_reader_panic_or_say_what_a_plain_reader_denies(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            if parse_strictly(&bytes).is_ok() {
                prop_assert!(serde_json::from_slice::<Value>(&bytes).is_ok());
            }
        }
    }

    fn refused(text: &str) -> ReplyFault {
        parse_strictly(text.as_bytes()).expect_err("must be refused")
    }

    #[test]
    fn one_value_is_read_as_it_stands() {
        let value = parse_strictly(br#" {"a": [1, -2, 0.5, true, null, "\u00e9"]} "#).expect("is JSON");
        assert_eq!(value, serde_json::json!({"a": [1, -2, 0.5, true, null, "é"]}));
    }

    #[test]
    fn a_duplicate_key_is_refused_at_any_depth_and_spelling() {
        assert_eq!(refused(r#"{"a":1,"a":1}"#), ReplyFault::DuplicateKey);
        assert_eq!(refused(r#"[{"x":{"a":1,"\u0061":2}}]"#), ReplyFault::DuplicateKey);
    }

    #[test]
    fn nesting_ends_at_sixty_four() {
        assert!(parse_strictly(format!("{}{}", "[".repeat(64), "]".repeat(64)).as_bytes()).is_ok());
        assert_eq!(refused(&format!("{}{}", "[".repeat(65), "]".repeat(65))), ReplyFault::TooDeep);
        assert_eq!(refused(&"[".repeat(100_000)), ReplyFault::TooDeep);
        assert_eq!(refused(&r#"{"a":"#.repeat(100_000)), ReplyFault::TooDeep);
    }

    #[test]
    fn anything_around_the_value_is_refused() {
        for text in ["", "{} {}", "```json\n{}\n```", "Sure: {}", "\u{feff}{}", "{}\0", "NaN", "{\"a\":Infinity}", "{\"a\":1e999}"] {
            assert_eq!(refused(text), ReplyFault::NotJson, "{text:?}");
        }
        assert_eq!(parse_strictly(b"\"\xff\""), Err(ReplyFault::NotUtf8));
    }
}

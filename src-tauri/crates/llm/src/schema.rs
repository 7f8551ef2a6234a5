//! The closed shape of an answer: made from a Rust type, checked to be bounded, and checked again on every answer.
//!
//! Servers differ in how much of JSON Schema they follow and some follow none, so an answer is never trusted to fit because
//! the schema was sent. Three guards stand in a row: the type must be bounded before anything is asked ([`SchemaGap`]),
//! the answer is held against the schema here, and only then does serde make the value of it.
//!
//! Recursive types, maps with free keys and `flatten` are deliberately not accepted: they have no bound to check.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::error::ReplyFault;

/// Keywords that mean nothing to a model or that some servers refuse.
const NOT_SENT: [&str; 4] = ["$schema", "title", "format", "default"];

/// Keywords that bound a value. Some servers refuse them; the check on the answer does not depend on them being sent.
const BOUNDS: [&str; 9] =
    ["maxLength", "minLength", "maxItems", "minItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "pattern"];

/// Where and why a type cannot be asked for. Names fields of our own types, never data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {kind}")]
pub struct SchemaGap {
    /// The path of the field, such as `answer.facts[].quote`.
    pub place: String,
    /// What is missing there.
    pub kind: GapKind,
}

/// What keeps a type from being a closed, bounded schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GapKind {
    /// A text without `maxLength`: add `#[schemars(length(max = …))]`.
    #[error("a text without a maximum length")]
    EndlessText,
    /// A list without `maxItems`: add `#[schemars(length(max = …))]`.
    #[error("a list without a maximum length")]
    EndlessList,
    /// An object that takes unknown fields: add `#[serde(deny_unknown_fields)]`.
    #[error("an object that takes unknown fields")]
    OpenObject,
    /// No type at all, or one that refers to itself.
    #[error("a value of any shape")]
    AnyShape,
    /// The whole answer must be an object, because providers ask for one.
    #[error("the answer is not an object")]
    RootIsNoObject,
}

/// The closed schema of an answer.
#[derive(Clone, PartialEq)]
pub struct ReplySchema(Arc<Forms>);

#[derive(PartialEq)]
struct Forms {
    checked: Value,
    sent: Value,
    without_bounds: Value,
}

impl ReplySchema {
    /// The schema of `T`. Fails when `T` leaves a text or list without bound or an object open, which a test of the caller
    /// should notice long before a user does.
    pub fn of<T: JsonSchema>() -> Result<Self, SchemaGap> {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        });
        let checked = settings.into_generator().into_root_schema_for::<T>().to_value();
        if checked.get("properties").is_none() {
            return Err(gap("answer", GapKind::RootIsNoObject));
        }
        find_gap("answer", &checked)?;
        let sent = portable(&checked, false);
        let without_bounds = portable(&checked, true);
        Ok(Self(Arc::new(Forms { checked, sent, without_bounds })))
    }

    /// As sent to a provider: every field required (optional ones may be null), nothing that only serves Rust.
    pub(crate) fn sent(&self) -> &Value {
        &self.0.sent
    }

    /// The same without lengths and ranges, for providers that refuse those keywords.
    pub(crate) fn without_bounds(&self) -> &Value {
        &self.0.without_bounds
    }

    /// Bytes of the schema as sent.
    pub(crate) fn size(&self) -> usize {
        self.0.sent.to_string().len()
    }

    /// Whether a parsed answer fits, lengths and unknown fields included.
    pub fn check(&self, answer: &Value) -> Result<(), ReplyFault> {
        check(&self.0.checked, answer)
    }
}

impl fmt::Debug for ReplySchema {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ReplySchema({} bytes)", self.size())
    }
}

fn gap(place: &str, kind: GapKind) -> SchemaGap {
    SchemaGap { place: place.to_owned(), kind }
}

/// Looks for the first place where the schema has no bound.
fn find_gap(place: &str, schema: &Value) -> Result<(), SchemaGap> {
    if schema.get("const").is_some() || schema.get("enum").is_some() {
        return Ok(());
    }
    let choices = choices(schema);
    for choice in choices {
        find_gap(place, choice)?;
    }
    let types = types(schema);
    if types.is_empty() && choices.is_empty() {
        return Err(gap(place, GapKind::AnyShape));
    }
    for name in types {
        match name {
            "string" if schema.get("maxLength").is_none() => return Err(gap(place, GapKind::EndlessText)),
            "array" => find_gap_in_list(place, schema)?,
            "object" => find_gap_in_object(place, schema)?,
            _ => {}
        }
    }
    Ok(())
}

fn find_gap_in_list(place: &str, schema: &Value) -> Result<(), SchemaGap> {
    if schema.get("maxItems").is_none() {
        return Err(gap(place, GapKind::EndlessList));
    }
    let items = schema.get("items").ok_or_else(|| gap(place, GapKind::AnyShape))?;
    find_gap(&format!("{place}[]"), items)
}

fn find_gap_in_object(place: &str, schema: &Value) -> Result<(), SchemaGap> {
    if schema.get("additionalProperties") != Some(&Value::Bool(false)) {
        return Err(gap(place, GapKind::OpenObject));
    }
    for (name, property) in properties(schema) {
        find_gap(&format!("{place}.{name}"), property)?;
    }
    Ok(())
}

/// The schema in the part of the language that providers share.
fn portable(schema: &Value, without_bounds: bool) -> Value {
    let Some(keywords) = schema.as_object() else { return schema.clone() };
    let mut kept = Map::new();
    for (keyword, value) in keywords {
        let is_dropped = NOT_SENT.contains(&keyword.as_str()) || (without_bounds && BOUNDS.contains(&keyword.as_str()));
        if !is_dropped {
            insert_portable(&mut kept, keyword, value, without_bounds);
        }
    }
    kept.into()
}

fn insert_portable(kept: &mut Map<String, Value>, keyword: &str, value: &Value, without_bounds: bool) {
    let below = |value: &Value| portable(value, without_bounds);
    match (keyword, value) {
        // The names in here are fields, not keywords: a field called `title` stays.
        ("properties", Value::Object(fields)) => {
            kept.insert("required".to_owned(), fields.keys().cloned().collect());
            let fields: Map<String, Value> = fields.iter().map(|(name, field)| (name.clone(), below(field))).collect();
            kept.insert("properties".to_owned(), fields.into());
        }
        ("required", _) => {}
        ("anyOf" | "oneOf", Value::Array(choices)) => {
            kept.insert("anyOf".to_owned(), choices.iter().map(below).collect());
        }
        ("items", items) => {
            kept.insert("items".to_owned(), below(items));
        }
        (keyword, value) => {
            kept.insert(keyword.to_owned(), value.clone());
        }
    }
}

fn check(schema: &Value, answer: &Value) -> Result<(), ReplyFault> {
    let is_given = schema.get("const").is_none_or(|value| value == answer);
    let is_listed = schema.get("enum").and_then(Value::as_array).is_none_or(|values| values.contains(answer));
    let types = types(schema);
    let has_type = types.is_empty() || types.iter().any(|name| is_of_type(name, answer));
    if !(is_given && is_listed && has_type) {
        return Err(ReplyFault::WrongShape);
    }
    check_choices(schema, answer)?;
    match answer {
        Value::String(text) => check_length(schema, "minLength", "maxLength", text.chars().count()),
        Value::Array(items) => check_list(schema, items),
        Value::Object(fields) => check_fields(schema, fields),
        Value::Number(number) => check_range(schema, number.as_f64().unwrap_or(f64::NAN)),
        Value::Null | Value::Bool(_) => Ok(()),
    }
}

/// At least one of the choices must fit. Among those that do not, one that only exceeds a limit tells more.
fn check_choices(schema: &Value, answer: &Value) -> Result<(), ReplyFault> {
    let choices = choices(schema);
    let mut fault = if choices.is_empty() { None } else { Some(ReplyFault::WrongShape) };
    for choice in choices {
        match check(choice, answer) {
            Ok(()) => return Ok(()),
            Err(ReplyFault::OverLimit) => fault = Some(ReplyFault::OverLimit),
            Err(_) => {}
        }
    }
    fault.map_or(Ok(()), Err)
}

fn check_list(schema: &Value, items: &[Value]) -> Result<(), ReplyFault> {
    check_length(schema, "minItems", "maxItems", items.len())?;
    let Some(shape) = schema.get("items") else { return Ok(()) };
    items.iter().try_for_each(|item| check(shape, item))
}

fn check_fields(schema: &Value, fields: &Map<String, Value>) -> Result<(), ReplyFault> {
    let known = schema.get("properties").and_then(Value::as_object);
    let field_schema = |name: &str| known.and_then(|known| known.get(name));
    if schema.get("additionalProperties") == Some(&Value::Bool(false)) && fields.keys().any(|name| field_schema(name).is_none()) {
        return Err(ReplyFault::WrongShape);
    }
    let required = schema.get("required").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if required.iter().filter_map(Value::as_str).any(|name| !fields.contains_key(name)) {
        return Err(ReplyFault::WrongShape);
    }
    fields.iter().try_for_each(|(name, value)| field_schema(name).map_or(Ok(()), |field| check(field, value)))
}

fn check_length(schema: &Value, least: &str, most: &str, length: usize) -> Result<(), ReplyFault> {
    let bound = |name: &str| schema.get(name).and_then(Value::as_u64);
    let length = length as u64;
    let fits = bound(least).is_none_or(|least| length >= least) && bound(most).is_none_or(|most| length <= most);
    if fits { Ok(()) } else { Err(ReplyFault::OverLimit) }
}

fn check_range(schema: &Value, number: f64) -> Result<(), ReplyFault> {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let fits = bound("minimum").is_none_or(|least| number >= least)
        && bound("maximum").is_none_or(|most| number <= most)
        && bound("exclusiveMinimum").is_none_or(|least| number > least)
        && bound("exclusiveMaximum").is_none_or(|most| number < most);
    if fits { Ok(()) } else { Err(ReplyFault::OverLimit) }
}

fn is_of_type(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

/// `type` may be one name or a list of names.
fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn choices(schema: &Value) -> &[Value] {
    let list = schema.get("anyOf").or_else(|| schema.get("oneOf"));
    list.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

/// The schema as a sentence, for servers that take no schema.
pub(crate) fn in_words(schema: &ReplySchema) -> String {
    format!("\n\nAnswer with one JSON object and nothing else. It must follow this JSON Schema exactly:\n{}", json!(schema.sent()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::HashMap;

    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Fact {
        #[schemars(length(max = 20))]
        title: String,
        #[schemars(length(max = 5))]
        note: Option<String>,
        #[schemars(range(min = 0.0, max = 1.0))]
        weight: f32,
        count: Option<u8>,
        kind: Kind,
        source: Option<Source>,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        /// A place.
        Place,
        /// A number.
        HeadCount,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(tag = "on", deny_unknown_fields)]
    #[allow(dead_code)]
    enum Source {
        Page { line: u32 },
        Row { index: u32 },
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Answer {
        #[schemars(length(max = 3))]
        facts: Vec<Fact>,
        #[schemars(length(max = 2), inner(length(max = 4)))]
        tags: Vec<String>,
    }

    fn fact(change: impl FnOnce(&mut Value)) -> Result<(), ReplyFault> {
        let mut fact = json!({"title": "Oslo", "weight": 0.5, "kind": "place", "source": {"on": "Page", "line": 3}});
        change(&mut fact);
        let schema = ReplySchema::of::<Answer>().expect("is closed");
        schema.check(&json!({"facts": [fact], "tags": []}))
    }

    #[test]
    fn what_fits_passes_and_optional_fields_may_be_null_or_missing() {
        assert_eq!(fact(|_| ()), Ok(()));
        assert_eq!(fact(|fact| fact["note"] = Value::Null), Ok(()));
        assert_eq!(fact(|fact| fact["source"] = Value::Null), Ok(()));
        assert_eq!(fact(|fact| fact["source"] = json!({"on": "Row", "index": 1})), Ok(()));
    }

    #[test]
    fn every_way_of_not_fitting_is_noticed() {
        let wrong: [fn(&mut Value); 8] = [
            |fact| fact["extra"] = json!(1),
            |fact| fact["title"] = json!(["Oslo"]),
            |fact| fact["kind"] = json!("planet"),
            |fact| fact["weight"] = json!("0.5"),
            |fact| fact["count"] = json!(1.5),
            |fact| fact["source"]["extra"] = json!(1),
            |fact| fact["source"]["on"] = json!("Elsewhere"),
            |fact| *fact = json!(["Oslo", null, 0.5, 1, "place", null]),
        ];
        for (index, change) in wrong.into_iter().enumerate() {
            assert_eq!(fact(change), Err(ReplyFault::WrongShape), "change {index}");
        }
        let title_is_missing = |fact: &mut Value| drop(fact.as_object_mut().expect("is an object").remove("title"));
        assert_eq!(fact(title_is_missing), Err(ReplyFault::WrongShape));
    }

    #[test]
    fn limits_are_counted_in_characters_and_held() {
        assert_eq!(fact(|fact| fact["title"] = "é".repeat(20).into()), Ok(()));
        assert_eq!(fact(|fact| fact["title"] = "é".repeat(21).into()), Err(ReplyFault::OverLimit));
        assert_eq!(fact(|fact| fact["note"] = json!("123456")), Err(ReplyFault::OverLimit));
        assert_eq!(fact(|fact| fact["weight"] = json!(1.01)), Err(ReplyFault::OverLimit));
        let schema = ReplySchema::of::<Answer>().expect("is closed");
        assert_eq!(schema.check(&json!({"facts": [], "tags": ["a", "b", "c"]})), Err(ReplyFault::OverLimit));
        assert_eq!(schema.check(&json!({"facts": [], "tags": ["abcde"]})), Err(ReplyFault::OverLimit));
    }

    #[test]
    fn what_is_sent_requires_every_field_and_keeps_fields_named_like_keywords() {
        let schema = ReplySchema::of::<Answer>().expect("is closed");
        let fact = &schema.sent()["properties"]["facts"]["items"];
        assert_eq!(fact["required"], json!(["count", "kind", "note", "source", "title", "weight"]));
        assert_eq!(fact["properties"]["title"]["maxLength"], json!(20));
        assert!(fact["properties"]["weight"].get("format").is_none());
        assert!(!schema.without_bounds().to_string().contains("maxLength"));
        assert!(!schema.sent().to_string().contains("oneOf"), "strict modes know anyOf only");
    }

    macro_rules! gap_of {
        ($($body:tt)*) => {{
            #[derive(Deserialize, JsonSchema)]
            #[allow(dead_code)]
            $($body)*
            ReplySchema::of::<Loose>().expect_err("must have a gap")
        }};
    }

    #[test]
    fn a_type_without_bounds_is_named_with_its_place() {
        let text = gap_of!(
            #[serde(deny_unknown_fields)]
            struct Loose {
                word: String,
            }
        );
        assert_eq!(text, gap("answer.word", GapKind::EndlessText));
        let optional = gap_of!(
            #[serde(deny_unknown_fields)]
            struct Loose {
                word: Option<String>,
            }
        );
        assert_eq!(optional, gap("answer.word", GapKind::EndlessText));
        let list = gap_of!(
            #[serde(deny_unknown_fields)]
            struct Loose {
                words: Vec<u8>,
            }
        );
        assert_eq!(list, gap("answer.words", GapKind::EndlessList));
        let inner = gap_of!(
            #[serde(deny_unknown_fields)]
            struct Loose {
                #[schemars(length(max = 2))]
                words: Vec<String>,
            }
        );
        assert_eq!(inner, gap("answer.words[]", GapKind::EndlessText));
        assert_eq!(
            gap_of!(
                struct Loose {
                    number: u8,
                }
            ),
            gap("answer", GapKind::OpenObject)
        );
        let map = gap_of!(
            #[serde(deny_unknown_fields)]
            struct Loose {
                any: HashMap<String, u8>,
            }
        );
        assert_eq!(map, gap("answer.any", GapKind::OpenObject));
        let any = gap_of!(
            #[serde(deny_unknown_fields)]
            struct Loose {
                any: Value,
            }
        );
        assert_eq!(any, gap("answer.any", GapKind::AnyShape));
        let recursive = gap_of!(
            #[serde(deny_unknown_fields)]
            struct Loose {
                own: Option<Box<Loose>>,
            }
        );
        assert_eq!(recursive.kind, GapKind::AnyShape);
        let root = gap_of!(
            enum Loose {
                One,
                Two,
            }
        );
        assert_eq!(root, gap("answer", GapKind::RootIsNoObject));
    }
}

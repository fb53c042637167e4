//! From the JSON that the browser parsed to the shapes of `septet_core::wire`.
//!
//! The browser has a JSON parser already, so only its values are read here.
//! Compared with `serde_json` this keeps a third of the page's code out of the
//! download, mostly because an answer that is not of our shape is just that:
//! nobody reads what exactly was wrong with it. See `docs/adr/0006-light-page.md`.

use std::fmt;

use js_sys::{Array, JSON, Object};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};
use wasm_bindgen::{JsCast, JsValue};

/// Reads a text that should hold a `T`.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Malformed> {
    T::deserialize(Value(JSON::parse(text).map_err(|_| Malformed)?))
}

/// The text is not JSON, or not of the expected shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not of the expected shape")
    }
}

impl std::error::Error for Malformed {}

/// The messages are dropped before they are made, which is where the bytes are saved.
impl de::Error for Malformed {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }

    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

/// A value as the browser parsed it.
struct Value(JsValue);

impl Value {
    /// JSON's numbers are doubles; ours are whole and below 2^53.
    fn whole(&self) -> Result<i64, Malformed> {
        let number = self.0.as_f64().filter(|number| number.fract() == 0.0);
        number.map(|number| number as i64).ok_or(Malformed)
    }

    fn text(&self) -> Result<String, Malformed> {
        self.0.as_string().ok_or(Malformed)
    }

    fn items(&self) -> Result<Items, Malformed> {
        let items = self.0.dyn_ref::<Array>().ok_or(Malformed)?.clone();
        Ok(Items { items, next: 0 })
    }

    fn entries(&self) -> Result<Entries, Malformed> {
        let object = self.0.dyn_ref::<Object>().ok_or(Malformed)?;
        let entries = Items {
            items: Object::entries(object),
            next: 0,
        };
        Ok(Entries {
            entries,
            value: JsValue::UNDEFINED,
        })
    }
}

macro_rules! whole_numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
            visitor.visit_i64(self.whole()?)
        })*
    };
}

macro_rules! texts {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
            visitor.visit_string(self.text()?)
        })*
    };
}

impl<'de> de::Deserializer<'de> for Value {
    type Error = Malformed;

    /// Only called for shapes whose tag must be found before they can be read.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        if self.0.is_null() {
            visitor.visit_unit()
        } else if let Some(flag) = self.0.as_bool() {
            visitor.visit_bool(flag)
        } else if self.0.is_string() {
            visitor.visit_string(self.text()?)
        } else if self.0.is_array() {
            visitor.visit_seq(self.items()?)
        } else if self.0.is_object() {
            visitor.visit_map(self.entries()?)
        } else {
            visitor.visit_i64(self.whole()?)
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_bool(self.0.as_bool().ok_or(Malformed)?)
    }

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    texts! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_seq(self.items()?)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_map(self.entries()?)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        visitor.visit_map(self.entries()?)
    }

    /// The contract's enums are names, or objects with a tag, which are read as structs.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        let name = self.text()?;
        let name: StrDeserializer<'_, Malformed> = name.as_str().into_deserializer();
        visitor.visit_enum(name)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        f32 f64 bytes byte_buf unit unit_struct tuple tuple_struct
    }
}

struct Items {
    items: Array,
    next: u32,
}

impl<'de> de::SeqAccess<'de> for Items {
    type Error = Malformed;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Malformed> {
        if self.next >= self.items.length() {
            return Ok(None);
        }
        let item = self.items.get(self.next);
        self.next += 1;
        seed.deserialize(Value(item)).map(Some)
    }
}

struct Entries {
    /// Pairs of name and value.
    entries: Items,
    /// The value that belongs to the name that was read last.
    value: JsValue,
}

impl<'de> de::MapAccess<'de> for Entries {
    type Error = Malformed;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Malformed> {
        let Entries { entries, value } = self;
        if entries.next >= entries.items.length() {
            return Ok(None);
        }
        let entry: Array = entries.items.get(entries.next).unchecked_into();
        entries.next += 1;
        *value = entry.get(1);
        seed.deserialize(Value(entry.get(0))).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Malformed> {
        seed.deserialize(Value(std::mem::replace(
            &mut self.value,
            JsValue::UNDEFINED,
        )))
    }
}

#[cfg(test)]
mod tests {
    use septet_core::campaign::{Field, Problem, ProblemKind};
    use septet_core::wire::{
        Audience, CampaignState, ErrorCode, PauseReason, ProblemDetails, ProviderStatus,
        SavedDraft, Session,
    };
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::{Malformed, parse};

    #[wasm_bindgen_test]
    fn a_struct_with_options_and_a_tagged_enum_inside_is_read() {
        let session: Session = parse(
            r#"{"user":{"id":"7","email":"ana@loja.example"},
                "portal":{"id":146000001,"name":"loja.example","ui_domain":"app-eu1.hubspot.com"},
                "provider":{"status":"ready","balance":"87.42"},
                "links":{"short_base":"https://s.example/l/","unsubscribe_base":"https://s.example/u/","code_length":10},
                "defaults":{"country":"PT","max_parts":5},
                "handset_url":null,
                "a field of a later version":[{}]}"#,
        )
        .expect("a session");
        assert_eq!(session.portal.id, 146_000_001);
        assert_eq!(
            session.provider,
            ProviderStatus::Ready {
                balance: Some("87.42".into())
            }
        );
        assert_eq!(session.handset_url, None);
        assert_eq!(session.links.code_length, 10);
    }

    #[wasm_bindgen_test]
    fn a_draft_with_defaults_and_a_sequence_is_read() {
        let saved: SavedDraft = parse(
            r#"{"key":"k","updated_at":1763880000000,
                "draft":{"text":"Olá","audience":{"kind":"contacts","ids":["1","2"]}}}"#,
        )
        .expect("a draft");
        assert_eq!(saved.updated_at, 1_763_880_000_000);
        assert!(
            saved.draft.shorten_links,
            "a missing field takes its default"
        );
        let ids = vec!["1".into(), "2".into()];
        assert_eq!(saved.draft.audience, Audience::Contacts { ids });
    }

    #[wasm_bindgen_test]
    fn flattened_problems_with_their_figures_are_read() {
        let problem: ProblemDetails = parse(
            r#"{"type":"urn:septet:problem:invalid_draft","title":"","status":422,"code":"invalid_draft",
                "problems":[{"field":"sender","kind":"too_long","max":11},
                            {"field":"text","kind":"bad_character","character":"ü"},
                            {"field":"audience","kind":"empty"}]}"#,
        )
        .expect("a problem");
        assert_eq!(problem.code, ErrorCode::InvalidDraft);
        let expected = [
            (Field::Sender, ProblemKind::TooLong { max: 11 }),
            (Field::Text, ProblemKind::BadCharacter { character: 'ü' }),
            (Field::Audience, ProblemKind::Empty),
        ];
        assert_eq!(
            problem.problems,
            expected.map(|(field, kind)| Problem { field, kind })
        );
    }

    #[wasm_bindgen_test]
    fn an_enum_with_and_without_fields_is_read_by_its_tag() {
        assert_eq!(parse(r#"{"state":"sending"}"#), Ok(CampaignState::Sending));
        let paused = CampaignState::Paused {
            reason: PauseReason::NoCredit,
        };
        assert_eq!(
            parse(r#"{"state":"paused","reason":"no_credit"}"#),
            Ok(paused)
        );
    }

    #[wasm_bindgen_test]
    fn what_is_not_of_the_shape_is_malformed() {
        for text in [
            "",
            "<h1>Bad gateway</h1>",
            "null",
            "[]",
            r#"{"state":"elsewhere"}"#,
            r#"{"state":1}"#,
        ] {
            assert_eq!(parse::<CampaignState>(text), Err(Malformed), "{text}");
        }
        assert_eq!(parse::<u8>("256"), Err(Malformed));
        assert_eq!(parse::<u8>("1.5"), Err(Malformed));
    }
}

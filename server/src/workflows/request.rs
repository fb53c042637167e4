//! The execution of an action, as HubSpot asks for it.
//!
//! Read leniently: ids are numbers or text, the fields stand in `inputFields` or `fields`,
//! and what is not known is ignored.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::hubspot::Object;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Sms,
    Voice,
    Ivr,
}

impl Action {
    /// By the end of its address.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "send-sms" => Some(Self::Sms),
            "send-voice" => Some(Self::Voice),
            "send-ivr" => Some(Self::Ivr),
            _ => None,
        }
    }
}

/// An action to be executed for one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Execution {
    /// HubSpot's name for it, the same however often it asks.
    pub(crate) callback_id: String,
    pub(crate) portal: u64,
    pub(crate) workflow: String,
    pub(crate) object: Object,
    /// The record's, as far as the action's definition asks for them.
    pub(crate) properties: BTreeMap<String, Option<String>>,
    /// What was filled in, tokens replaced.
    pub(crate) fields: BTreeMap<String, String>,
}

/// Most characters of a call-back id.
const MOST_ID: usize = 300;

impl Execution {
    /// `None` for what is no execution.
    pub(crate) fn read(body: &Value) -> Option<Self> {
        let callback_id = text(body.get("callbackId")?)?;
        if callback_id.is_empty() || callback_id.len() > MOST_ID || callback_id.contains('\0') {
            return None;
        }
        let object = body.get("object")?;
        let kind = object
            .get("objectType")
            .or_else(|| object.get("objectTypeId"))?;
        let properties = object.get("properties").and_then(Value::as_object);
        let fields = body.get("inputFields").or_else(|| body.get("fields"));
        Some(Self {
            callback_id,
            portal: text(body.pointer("/origin/portalId")?)?.parse().ok()?,
            workflow: body
                .pointer("/context/workflowId")
                .and_then(text)
                .unwrap_or_default(),
            object: Object::parse(&text(kind)?, &text(object.get("objectId")?)?).ok()?,
            properties: properties
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.clone(), value_of(value)))
                .collect(),
            fields: fields
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .filter_map(|(name, value)| Some((name.clone(), value_of(value)?)))
                .collect(),
        })
    }

    /// A field, without the spaces around it; empty where nothing was filled in.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.trim())
    }

    /// Whether a box was ticked.
    pub(super) fn is_on(&self, name: &str) -> bool {
        matches!(self.field(name), "true" | "yes" | "1")
    }
}

/// A plain value, or one with its type.
fn value_of(value: &Value) -> Option<String> {
    text(value.get("value").unwrap_or(value))
}

/// Text, a number or a boolean, as text. PostgreSQL keeps no zero bytes.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.replace('\0', "")),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::hubspot::ObjectKind;

    fn documented() -> Value {
        json!({
            "callbackId": "ap-24001001-56776413549-7-0",
            "origin": { "portalId": 24_001_001, "actionDefinitionId": 2, "actionDefinitionVersion": 3 },
            "context": { "source": "WORKFLOWS", "workflowId": 4 },
            "object": { "objectId": 904, "objectType": "CONTACT",
                "properties": { "phone": "912 000 001", "mobilephone": null } },
            "inputFields": { "message": " Olá ", "shorten_urls": "true" },
        })
    }

    #[test]
    fn the_documented_form_and_its_variants_are_the_same_execution() {
        let plain = Execution::read(&documented()).unwrap();
        assert_eq!((plain.portal, plain.workflow.as_str()), (24_001_001, "4"));
        assert_eq!(plain.object.kind, ObjectKind::Contact);
        assert_eq!(plain.object.id, "904");
        assert_eq!(plain.field("message"), "Olá");
        assert!(plain.is_on("shorten_urls"));
        assert_eq!(plain.properties["mobilephone"], None);

        let mut other = documented();
        let fields = other
            .as_object_mut()
            .unwrap()
            .remove("inputFields")
            .unwrap();
        other["fields"] = fields;
        other["fields"]["message"] = json!({ "type": "STATIC_VALUE", "value": " Olá " });
        other["fields"]["shorten_urls"] = json!(true);
        other["origin"]["portalId"] = json!("24001001");
        other["origin"]["extensionDefinitionId"] = json!(9);
        other["object"]["objectId"] = json!("904");
        other["context"]["workflowId"] = json!("4");
        let other = Execution::read(&other).unwrap();
        assert!(other.is_on("shorten_urls"));
        assert_eq!(other.fields["message"], plain.fields["message"]);
        assert_eq!(
            (other.object, other.workflow),
            (plain.object, plain.workflow)
        );
    }

    #[test]
    fn what_is_no_execution_is_told_apart() {
        for (pointer, value) in [
            ("/callbackId", json!(null)),
            ("/callbackId", json!("")),
            ("/callbackId", json!("x".repeat(301))),
            ("/origin/portalId", json!("x")),
            ("/object/objectType", json!("TICKET")),
            ("/object/objectId", json!("1 OR 1=1")),
            ("/object", json!([])),
        ] {
            let mut body = documented();
            *body.pointer_mut(pointer).unwrap() = value;
            assert_eq!(Execution::read(&body), None, "{pointer}");
        }
        assert_eq!(Execution::read(&json!([])), None);
    }
}

//! What an app adds to an account: properties, their groups, communications.

use serde_json::{Value, json};

use crate::support::{BOOKSHOP, CLINIC, World};

const CONTACTS: &str = "/crm/objects/2026-09/contacts";
const PROPERTIES: &str = "/crm/properties/2026-09/contacts";

#[tokio::test]
async fn a_property_needs_its_group_and_is_created_once() {
    let world = World::new().await;
    let crm = world.crm(CLINIC).await;
    let property = json!({
        "name": "septet_opted_out", "label": "Opted out", "type": "bool",
        "fieldType": "booleancheckbox", "groupName": "nrs360",
    });
    assert_eq!(
        crm.post(PROPERTIES, &property).await.0,
        400,
        "no such group yet"
    );
    let group = json!({"name": "nrs360", "label": "360NRS", "displayOrder": -1});
    let groups = format!("{PROPERTIES}/groups");
    assert_eq!(crm.post(&groups, &group).await.0, 201);
    assert_eq!(crm.post(&groups, &group).await.0, 409);
    assert_eq!(crm.post(PROPERTIES, &property).await.0, 201);
    let (status, answer) = crm.post(PROPERTIES, &property).await;
    assert_eq!((status, &answer["category"]), (409, &json!("CONFLICT")));
    let (_, listed) = crm.get(PROPERTIES).await;
    let names: Vec<&Value> = listed["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert!(names.contains(&&json!("septet_opted_out")));
    let change = json!({"properties": {"septet_opted_out": "true"}});
    assert_eq!(crm.patch(&format!("{CONTACTS}/201"), &change).await.0, 200);
}

#[tokio::test]
async fn a_property_with_a_bad_name_or_type_is_refused() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    for (name, kind) in [
        ("Big", "string"),
        ("1st", "string"),
        ("", "string"),
        ("ok", "text"),
    ] {
        let property = json!({
            "name": name, "label": "x", "type": kind, "fieldType": "text",
            "groupName": "contactinformation",
        });
        assert_eq!(
            crm.post(PROPERTIES, &property).await.0,
            400,
            "{name} {kind}"
        );
    }
}

#[tokio::test]
async fn a_communication_is_written_on_a_contact_s_timeline() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let communication = |contact: &str, channel: &str| {
        json!({
            "properties": {
                "hs_communication_channel_type": channel,
                "hs_communication_logged_from": "CRM",
                "hs_communication_body": "Olá Inês",
                "hs_timestamp": "2026-11-23T07:41:05.000Z",
            },
            "associations": [{
                "to": {"id": contact},
                "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 81}],
            }],
        })
    };
    let path = "/crm/objects/2026-09/communications";
    let (status, answer) = crm.post(path, &communication("101", "SMS")).await;
    assert_eq!((status, answer["id"].is_string()), (201, true));
    assert_eq!(crm.post(path, &communication("999999", "SMS")).await.0, 400);
    assert_eq!(crm.post(path, &communication("101", "PIGEON")).await.0, 400);
    let logged = world.read("/sandbox/communications").await;
    assert_eq!(logged.as_array().unwrap().len(), 1);
    assert_eq!(logged[0]["contacts"], json!(["101"]));
    assert_eq!(logged[0]["portal"].to_string(), BOOKSHOP);
}

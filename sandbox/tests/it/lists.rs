//! HubSpot's lists.

use serde_json::{Value, json};

use crate::support::{BOOKSHOP, World};

const SEARCH: &str = "/crm/lists/2026-09/search";

fn members(page: &Value) -> Vec<String> {
    let results = page["results"].as_array().expect("results");
    let id = |one: &Value| one["recordId"].as_str().expect("an id").to_owned();
    results.iter().map(id).collect()
}

#[tokio::test]
async fn lists_are_found_by_name_with_their_size() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let (_, found) = crm.post(SEARCH, &json!({"query": "FIRST light"})).await;
    assert_eq!(
        (&found["total"], &found["hasMore"]),
        (&json!(1), &json!(false))
    );
    assert_eq!(found["lists"][0]["name"], "First light (3 contacts)");
    assert_eq!(found["lists"][0]["objectTypeId"], "0-1");
    assert_eq!(
        found["lists"][0]["additionalProperties"]["hs_list_size"],
        "3"
    );
    let (_, all) = crm.post(SEARCH, &json!({"query": "todos"})).await;
    assert_eq!(
        all["lists"][0]["additionalProperties"]["hs_list_size"],
        "320"
    );
}

#[tokio::test]
async fn lists_come_in_pages() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let (_, first) = crm.post(SEARCH, &json!({"count": 2})).await;
    assert_eq!(
        (&first["offset"], &first["hasMore"]),
        (&json!(2), &json!(true))
    );
    let (_, rest) = crm.post(SEARCH, &json!({"offset": 2})).await;
    let total = first["total"].as_u64().unwrap();
    assert_eq!(rest["lists"].as_array().unwrap().len() as u64, total - 2);
    assert_eq!(crm.post(SEARCH, &json!({"count": 501})).await.0, 400);
}

#[tokio::test]
async fn the_list_of_the_tutorial_holds_exactly_three() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let (_, page) = crm.get("/crm/lists/2026-09/11/memberships").await;
    assert_eq!(members(&page), ["101", "102", "103"]);
    assert_eq!(page["total"], 3);
}

#[tokio::test]
async fn members_come_in_pages_of_at_most_250() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let path = "/crm/lists/2026-09/12/memberships?limit=250";
    let (_, first) = crm.get(path).await;
    assert_eq!(members(&first).len(), 250);
    let after = first["paging"]["next"]["after"].as_str().unwrap();
    let (_, rest) = crm.get(&format!("{path}&after={after}")).await;
    assert_eq!(members(&rest).len(), 70);
    assert!(rest.get("paging").is_none());
    assert!(
        members(&first)
            .iter()
            .all(|id| !members(&rest).contains(id))
    );
    let (_, usual) = crm.get("/crm/lists/2026-09/12/memberships").await;
    assert_eq!(members(&usual).len(), 100);
    assert_eq!(
        crm.get("/crm/lists/2026-09/12/memberships?limit=251")
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn a_dynamic_list_follows_its_contacts() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let lisbon = "/crm/lists/2026-09/13/memberships?limit=250";
    let before = members(&crm.get(lisbon).await.1);
    assert!(before.contains(&"101".to_owned()));
    let moved = json!({"properties": {"city": "Faro"}});
    crm.patch("/crm/objects/2026-09/contacts/101", &moved).await;
    assert_eq!(members(&crm.get(lisbon).await.1).len(), before.len() - 1);
}

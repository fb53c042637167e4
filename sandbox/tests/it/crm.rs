//! HubSpot's contacts, and what accounts share: nothing.

use serde_json::{Value, json};

use crate::support::{BOOKSHOP, CLINIC, World};

const CONTACTS: &str = "/crm/objects/2026-09/contacts";
const PROPERTIES: &str = "/crm/properties/2026-09/contacts";

fn ids(answer: &Value) -> Vec<String> {
    let results = answer["results"].as_array().expect("results");
    let id = |one: &Value| one["id"].as_str().expect("an id").to_owned();
    results.iter().map(id).collect()
}

#[tokio::test]
async fn the_contacts_of_the_tutorial_come_first() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let (_, page) = crm
        .get(&format!(
            "{CONTACTS}?limit=3&properties=firstname,mobilephone,nonsense"
        ))
        .await;
    assert_eq!(ids(&page), ["101", "102", "103"]);
    assert_eq!(page["results"][0]["properties"]["firstname"], "Inês");
    assert_eq!(
        page["results"][0]["properties"]["mobilephone"],
        "+351 912 000 001"
    );
    assert_eq!(page["results"][2]["properties"]["mobilephone"], Value::Null);
    assert!(page["results"][0]["properties"].get("nonsense").is_none());
}

#[tokio::test]
async fn pages_of_contacts_hang_together_without_gap_or_overlap() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let mut seen = Vec::new();
    let mut path = format!("{CONTACTS}?limit=100");
    loop {
        let (status, page) = crm.get(&path).await;
        assert_eq!(status, 200);
        seen.extend(ids(&page));
        let Some(after) = page["paging"]["next"]["after"].as_str() else {
            break;
        };
        path = format!("{CONTACTS}?limit=100&after={after}");
    }
    let mut distinct = seen.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!((seen.len(), distinct.len()), (320, 320));
    assert_eq!(crm.get(&format!("{CONTACTS}?limit=101")).await.0, 400);
}

#[tokio::test]
async fn a_search_ignores_case_and_accents_and_pages() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let search = format!("{CONTACTS}/search");
    let (_, one) = crm.post(&search, &json!({"query": "ines GONCALVES"})).await;
    assert_eq!(
        (ids(&one), &one["total"]),
        (vec!["101".to_owned()], &json!(1))
    );
    let (_, all) = crm.post(&search, &json!({"limit": 200})).await;
    assert_eq!((ids(&all).len(), &all["total"]), (200, &json!(320)));
    let after = &all["paging"]["next"]["after"];
    let (_, rest) = crm
        .post(&search, &json!({"limit": 200, "after": after}))
        .await;
    assert_eq!(ids(&rest).len(), 120);
    assert!(rest.get("paging").is_none());
    assert_eq!(crm.post(&search, &json!({"limit": 201})).await.0, 400);
}

#[tokio::test]
async fn a_search_filters_by_property() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let count = async |filters: Value| {
        let body = json!({"filterGroups": [{"filters": filters}]});
        let (status, answer) = crm.post(&format!("{CONTACTS}/search"), &body).await;
        assert_eq!(status, 200, "{answer}");
        answer["total"].as_u64().unwrap()
    };
    let has = |operator: &str| json!([{"propertyName": "mobilephone", "operator": operator}]);
    let with = count(has("HAS_PROPERTY")).await;
    let without = count(has("NOT_HAS_PROPERTY")).await;
    assert!(with > 0 && without > 0);
    assert_eq!(with + without, 320);
    let out = json!([{"propertyName": "septet_opted_out", "operator": "EQ", "value": "true"}]);
    assert!(count(out).await >= 5);
    let city = json!([{"propertyName": "city", "operator": "IN", "values": ["porto", "braga"]}]);
    assert!(count(city).await >= 5);
    let points = json!([{"propertyName": "pontos", "operator": "GTE", "value": "90"}]);
    assert_eq!(count(points).await, 2);
}

#[tokio::test]
async fn a_search_by_id_goes_on_after_an_id_and_not_beyond_ten_thousand() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let search = format!("{CONTACTS}/search");
    let body = |filters: Value, direction: &str| {
        json!({
            "limit": 200,
            "sorts": [{"propertyName": "hs_object_id", "direction": direction}],
            "filterGroups": [{"filters": filters}],
        })
    };
    let (_, first) = crm.post(&search, &body(json!([]), "ASCENDING")).await;
    let last = ids(&first).pop().unwrap();
    let after = json!([{"propertyName": "hs_object_id", "operator": "GT", "value": last}]);
    let (_, rest) = crm.post(&search, &body(after, "ASCENDING")).await;
    assert_eq!(rest["total"], 120);
    let mut all = ids(&first);
    all.extend(ids(&rest));
    let (_, newest) = crm.post(&search, &body(json!([]), "DESCENDING")).await;
    assert!(ids(&newest).iter().eq(all.iter().rev().take(200)));

    for (limit, after, status) in [(200, "9800", 200), (200, "9801", 400)] {
        let body = json!({"limit": limit, "after": after});
        assert_eq!(crm.post(&search, &body).await.0, status);
    }
    let by_name = json!({"sorts": [{"propertyName": "firstname"}]});
    assert_eq!(crm.post(&search, &by_name).await.0, 400);
}

#[tokio::test]
async fn too_many_filters_or_an_unknown_operator_are_refused() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let filter =
        |operator: &str| json!({"propertyName": "city", "operator": operator, "value": "x"});
    for groups in [
        json!([{"filters": [filter("LIKE")]}]),
        json!([{"filters": vec![filter("EQ"); 7]}]),
        json!(vec![json!({"filters": [filter("EQ")]}); 6]),
    ] {
        let body = json!({"filterGroups": groups});
        let (status, answer) = crm.post(&format!("{CONTACTS}/search"), &body).await;
        assert_eq!(
            (status, &answer["category"]),
            (400, &json!("VALIDATION_ERROR"))
        );
    }
}

#[tokio::test]
async fn a_batch_names_the_ids_that_do_not_exist() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let read = |ids: &[&str]| {
        let inputs: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        json!({"inputs": inputs, "properties": ["firstname"], "propertiesWithHistory": []})
    };
    let path = format!("{CONTACTS}/batch/read");
    let (status, answer) = crm.post(&path, &read(&["102", "101"])).await;
    assert_eq!(
        (status, ids(&answer)),
        (200, vec!["102".to_owned(), "101".to_owned()])
    );
    let (status, answer) = crm.post(&path, &read(&["101", "999999"])).await;
    assert_eq!((status, ids(&answer)), (207, vec!["101".to_owned()]));
    assert_eq!(answer["errors"][0]["context"]["ids"], json!(["999999"]));
    assert_eq!(answer["numErrors"], 1);
    assert_eq!(crm.post(&path, &read(&["101"; 101])).await.0, 400);
}

#[tokio::test]
async fn a_change_is_seen_by_the_next_read_and_undone_by_a_reset() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let path = format!("{CONTACTS}/101");
    let change = json!({"properties": {"septet_opted_out": "true", "jobtitle": ""}});
    let (status, contact) = crm.patch(&path, &change).await;
    assert_eq!(
        (status, &contact["properties"]["septet_opted_out"]),
        (200, &json!("true"))
    );
    assert_eq!(contact["properties"]["jobtitle"], Value::Null);
    let query = format!("{path}?properties=septet_opted_out");
    let value = async || crm.get(&query).await.1["properties"]["septet_opted_out"].clone();
    assert_eq!(value().await, "true");
    world
        .http
        .post(world.url("/sandbox/reset"))
        .send()
        .await
        .unwrap();
    assert_eq!(value().await, Value::Null, "and the token is still good");
}

#[tokio::test]
async fn an_unknown_or_read_only_property_cannot_be_written() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    for name in ["no_such_property", "hs_object_id"] {
        let change = json!({"properties": {name: "1"}});
        let (status, answer) = crm.patch(&format!("{CONTACTS}/101"), &change).await;
        assert_eq!(
            (status, &answer["category"]),
            (400, &json!("VALIDATION_ERROR"))
        );
        let batch = json!({"inputs": [{"id": "101", "properties": {name: "1"}}]});
        assert_eq!(
            crm.post(&format!("{CONTACTS}/batch/update"), &batch)
                .await
                .0,
            400
        );
    }
    let change = json!({"properties": {"city": "Faro"}});
    assert_eq!(
        crm.patch(&format!("{CONTACTS}/999999"), &change).await.0,
        404
    );
}

#[tokio::test]
async fn a_batch_update_changes_those_that_exist() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let change = |id: &str| json!({"id": id, "properties": {"city": "Faro"}});
    let batch = json!({"inputs": [change("101"), change("999999")]});
    let (status, answer) = crm.post(&format!("{CONTACTS}/batch/update"), &batch).await;
    assert_eq!((status, ids(&answer)), (207, vec!["101".to_owned()]));
    let (_, contact) = crm.get(&format!("{CONTACTS}/101?properties=city")).await;
    assert_eq!(contact["properties"]["city"], "Faro");
}

#[tokio::test]
async fn accounts_do_not_see_each_other() {
    let world = World::new().await;
    let clinic = world.crm(CLINIC).await;
    assert_eq!(clinic.get(&format!("{CONTACTS}/101")).await.0, 404);
    let (_, found) = clinic
        .post(
            &format!("{CONTACTS}/search"),
            &json!({"query": "Inês Gonçalves"}),
        )
        .await;
    assert_eq!(found["total"], 0);
    let change = json!({"properties": {"city": "Faro"}});
    assert_eq!(
        clinic.patch(&format!("{CONTACTS}/101"), &change).await.0,
        404
    );
    let (_, page) = clinic.get(&format!("{CONTACTS}?limit=100")).await;
    assert_eq!(ids(&page).len(), 18);
    assert_eq!(clinic.get("/crm/lists/2026-09/12/memberships").await.0, 404);
    assert_eq!(
        clinic
            .get(&format!("{PROPERTIES}/septet_opted_out"))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn the_crm_can_be_down_while_sign_in_works() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    for (fault, status, category) in [
        ("down", 503, "SERVICE_UNAVAILABLE"),
        ("rate_limited", 429, "RATE_LIMITS"),
        ("refused", 403, "MISSING_SCOPES"),
    ] {
        world.faults(&json!({"crm": fault})).await;
        let (got, answer) = crm.get(CONTACTS).await;
        assert_eq!((got, &answer["category"]), (status, &json!(category)));
        assert_eq!(crm.get("/account-info/2026-09/details").await.0, 200);
    }
}

#[tokio::test]
async fn the_account_says_where_it_lives() {
    let world = World::new().await;
    for (portal, domain, zone) in [
        (BOOKSHOP, "app-eu1.hubspot.com", "Europe/Lisbon"),
        (CLINIC, "app.hubspot.com", "Europe/Madrid"),
    ] {
        let (_, details) = world
            .crm(portal)
            .await
            .get("/account-info/2026-09/details")
            .await;
        assert_eq!(details["portalId"].to_string(), portal);
        assert_eq!(details["uiDomain"], domain);
        assert_eq!(details["timeZone"], zone);
    }
}

#[tokio::test]
async fn calls_above_what_an_account_may_make_are_refused_and_the_rest_is_told() {
    let world = World::new().await;
    let crm = world.crm(BOOKSHOP).await;
    let other = world.crm(CLINIC).await;
    let set = async |limits: &Value| {
        let url = world.url("/sandbox/hubspot/limits");
        let put = world.http.put(url).json(limits).send().await;
        assert!(put.expect("an answer").status().is_success());
    };
    set(&json!({ "calls": 3, "interval_ms": 60_000, "searches": 1 })).await;
    let search = format!("{CONTACTS}/search");
    assert_eq!(crm.post(&search, &json!({ "limit": 1 })).await.0, 200);
    // Another search in the same second.
    let (status, refusal) = crm.post(&search, &json!({ "limit": 1 })).await;
    assert_eq!((status, &refusal["errorType"]), (429, &json!("RATE_LIMIT")));
    assert_eq!(crm.get(CONTACTS).await.0, 200);
    assert_eq!(crm.get(CONTACTS).await.0, 200);
    assert_eq!(crm.get(CONTACTS).await.0, 429);
    assert_eq!(other.get(CONTACTS).await.0, 200, "each account has its own");
    let said = world.read("/sandbox/hubspot/limits").await;
    assert_eq!(said["refused"], 2);
    set(&Value::Null).await;
    assert_eq!(crm.get(CONTACTS).await.0, 200);
}

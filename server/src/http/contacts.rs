//! What the composer asks HubSpot for.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use septet_core::campaign;
use septet_core::wire::{Contact, ContactList, ContactPage, ContactSearch, ErrorCode, Property};
use serde::Deserialize;

use super::problem::ApiResult;
use super::session::SignedIn;
use crate::app::App;
use crate::hubspot::Skipped;

/// Words to look for, and where to go on.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Search {
    query: String,
    after: Option<Skipped>,
    /// Names, separated by commas.
    properties: String,
}

impl Search {
    fn properties(&self) -> Vec<String> {
        let names = self.properties.split(',').map(str::trim);
        names
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// `GET /api/properties`
pub(super) async fn properties(
    person: SignedIn,
    State(app): State<App>,
) -> ApiResult<Json<Vec<Property>>> {
    Ok(Json(app.hubspot.properties(person.portal).await?))
}

/// `GET /api/contacts`
pub(super) async fn search(
    person: SignedIn,
    State(app): State<App>,
    Query(search): Query<Search>,
) -> ApiResult<Json<ContactPage>> {
    let properties = search.properties();
    let mut page = app
        .hubspot
        .search_contacts(person.portal, &search.query, search.after, &properties)
        .await?;
    mark_opted_out(&app, person.portal, &mut page.contacts).await?;
    Ok(Json(page))
}

/// Contacts that show whom a search finds.
const SHOWN: usize = 25;

/// `POST /api/contacts/found`; what is looked for may be a name or a number, and addresses
/// are written to logs.
pub(super) async fn found(
    person: SignedIn,
    State(app): State<App>,
    search: Result<Json<ContactSearch>, JsonRejection>,
) -> ApiResult<Json<ContactPage>> {
    let Json(search) = search?;
    let search = campaign::Search::parse(&search.query, &search.filters)
        .map_err(|_| ErrorCode::BadRequest)?;
    let mut found = app
        .hubspot
        .search(person.portal, &search, None, &[])
        .await?;
    found.contacts.truncate(SHOWN);
    mark_opted_out(&app, person.portal, &mut found.contacts).await?;
    Ok(Json(ContactPage {
        contacts: found.contacts,
        total: found.total,
        after: None,
    }))
}

/// `GET /api/contacts/{id}`
pub(super) async fn one(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(search): Query<Search>,
) -> ApiResult<Json<Contact>> {
    person.may_see(&id)?;
    let mut contacts = app
        .hubspot
        .contacts(person.portal, &[id], &search.properties())
        .await?;
    mark_opted_out(&app, person.portal, &mut contacts).await?;
    Ok(Json(contacts.pop().ok_or(ErrorCode::NotFound)?))
}

/// `GET /api/lists`
pub(super) async fn lists(
    person: SignedIn,
    State(app): State<App>,
    Query(search): Query<Search>,
) -> ApiResult<Json<Vec<ContactList>>> {
    Ok(Json(app.hubspot.lists(person.portal, &search.query).await?))
}

/// Our own record of opt-outs counts even where HubSpot's has not caught up.
async fn mark_opted_out(app: &App, portal: u64, contacts: &mut [Contact]) -> ApiResult<()> {
    let (_, people) = app.store.suppressed(portal).await?;
    for contact in contacts {
        contact.opted_out |= people.contains(&contact.id);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::SHOWN;

    use crate::testing::World;

    #[tokio::test]
    async fn whom_a_search_finds_is_shown_and_a_search_for_nothing_is_refused() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let known = json!({ "property": "firstname", "operator": "known" });
        let (status, found) = browser
            .post(
                "/api/contacts/found",
                &json!({ "query": "", "filters": [known] }),
            )
            .await;
        assert_eq!(status, 200, "{found}");
        let (_, all) = browser.get("/api/contacts").await;
        assert!(found["total"].as_u64() <= all["total"].as_u64(), "{found}");
        assert_eq!(found["contacts"].as_array().unwrap().len(), SHOWN);

        let unknown = json!({ "property": "firstname", "operator": "unknown" });
        let search = json!({ "query": "nobody has this name", "filters": [unknown] });
        let (_, none) = browser.post("/api/contacts/found", &search).await;
        assert_eq!(none["total"], 0);
        let nothing = json!({ "query": " ", "filters": [] });
        let (status, _) = browser.post("/api/contacts/found", &nothing).await;
        assert_eq!(status, 400);
    }

    #[tokio::test]
    async fn a_page_of_contacts_leads_to_the_next_and_a_place_that_is_none_is_refused() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let (_, first) = browser.get("/api/contacts").await;
        let after = first["after"].as_str().unwrap();
        let (status, second) = browser.get(&format!("/api/contacts?after={after}")).await;
        assert_eq!(status, 200, "{second}");
        assert_ne!(first["contacts"][0]["id"], second["contacts"][0]["id"]);

        for after in ["x", "-1", "", "10000", "99999999999"] {
            let path = format!("/api/contacts?after={after}");
            let (status, problem) = browser.get(&path).await;
            assert_eq!(
                (status, &problem["code"]),
                (400, &json!("bad_request")),
                "{path}"
            );
        }
    }
}

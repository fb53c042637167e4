//! Files of recipients: sent in, looked at, removed.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use septet_core::wire::{ErrorCode, Import};
use serde::Deserialize;

use super::csv::{self, Choice, PAGE, Pages};
use super::problem::ApiResult;
use super::session::SignedIn;
use crate::app::App;
use crate::imports::write;
use crate::receiving;
use crate::store::{self, Removed};
use crate::texts::{Language, Texts};

/// How the file is called.
#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    name: String,
}

/// `POST /api/imports`: the body is the file.
pub(super) async fn receive(
    person: SignedIn,
    State(app): State<App>,
    named: Result<Query<Named>, QueryRejection>,
    body: Body,
) -> ApiResult<(StatusCode, Json<Import>)> {
    let Query(Named { name }) = named?;
    let import = receiving::receive(app, person.portal, name, body).await?;
    Ok((StatusCode::CREATED, Json(import)))
}

/// `GET /api/imports/{id}`
pub(super) async fn show(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
) -> ApiResult<Json<Import>> {
    Ok(Json(find(&app, person.portal, &id).await?))
}

/// `DELETE /api/imports/{id}`
pub(super) async fn delete(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
) -> ApiResult<StatusCode> {
    match app.store.remove_import(person.portal, &id).await? {
        Removed::Done => Ok(StatusCode::NO_CONTENT),
        Removed::InUse => Err(ErrorCode::WrongState.into()),
        Removed::NotFound => Err(ErrorCode::NotFound.into()),
    }
}

/// `GET /api/imports/{id}/bad.csv`
pub(super) async fn bad(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
    choice: Result<Query<Choice>, QueryRejection>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let Query(Choice { lang }) = choice?;
    let texts = Language::of(lang.as_deref(), &headers).texts();
    let import = find(&app, person.portal, &id).await?;
    let labels = import.columns.iter().map(|column| column.label.as_str());
    let columns = [texts.file_line.as_str(), &texts.file_reason];
    let columns = columns.into_iter().chain(labels);
    let name = "attachment; filename=\"bad.csv\"";
    Ok(csv::file(name, columns, async move |pages| {
        write_bad(app, person.portal, id, texts, pages).await
    }))
}

async fn write_bad(
    app: App,
    portal: u64,
    id: String,
    texts: &Texts,
    pages: Pages,
) -> store::Result<()> {
    let mut after = 0;
    loop {
        let rows = app.store.bad_rows(portal, &id, after, PAGE).await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.line;
        let mut page = String::new();
        for row in &rows {
            let line = row.line.to_string();
            let reason = row.fault.map_or("", |fault| texts.fault(fault));
            let fields = row.fields.iter().map(String::as_str);
            write::row([line.as_str(), reason].into_iter().chain(fields), &mut page);
        }
        if !pages.hand_in(page).await {
            return Ok(());
        }
    }
}

async fn find(app: &App, portal: u64, id: &str) -> ApiResult<Import> {
    let import = app.store.find_import(portal, id).await?;
    Ok(import.ok_or(ErrorCode::NotFound)?)
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use septet_core::wire::{Audience, SmsDraft, Timing};
    use serde_json::{Value, json};

    use crate::clock;
    use crate::testing::{
        Browser, CLINIC, Database, World, draft, header, on_each_database, outcome,
    };

    on_each_database![
        a_campaign_from_a_file_reaches_the_phones,
        fifty_thousand_rows_are_checked_one_by_one,
    ];

    const FILE: &str = "Nome;Telemóvel;Cidade\n\
        Ana;912000001;Faro\n\
        Rui;912 000 002;\n\
        Ana outra vez;+351 912 000 001;Faro\n\
        =1+2;;Faro\n\
        Eva;12;Faro\n\
        @zé;912000003\n\
        Gonçalo;912000004;Lisboa\n";

    async fn import(browser: &Browser, name: &str, file: impl Into<reqwest::Body>) -> (u16, Value) {
        let path = format!("/api/imports?name={name}");
        outcome(browser.request(Method::POST, &path).body(file)).await
    }

    fn to(import: &Value, text: &str) -> SmsDraft {
        let column = |name: &str| import[name].as_str().map(str::to_owned);
        SmsDraft {
            audience: Audience::Import {
                id: column("id").unwrap(),
                phone: column("phone").unwrap(),
                person: column("person"),
                prefix: column("prefix"),
            },
            ..draft(text)
        }
    }

    async fn a_campaign_from_a_file_reaches_the_phones(on: Database) {
        let database = on.empty().await;
        let world = World::with_store(database.again().await).await;
        let browser = world.signed_in().await;
        let (status, file) = import(&browser, "clientes.csv", FILE).await;
        assert_eq!(status, 201, "{file}");
        assert_eq!((&file["rows"], &file["bad"]), (&json!(7), &json!(3)));
        assert_eq!(
            (&file["phone"], &file["person"], &file["delimiter"]),
            (&json!("telemovel"), &json!("nome"), &json!(";"))
        );
        let id = file["id"].as_str().unwrap();
        let path = format!("/api/imports/{id}");
        assert_eq!(browser.get(&path).await, (200, file.clone()));

        // Somebody of the file has opted out before, in an earlier campaign.
        let first = browser
            .created("first", &to(&file, "{{nome}} {UNSUB_URL}"))
            .await;
        let delivered = |expected: u64| {
            move |campaign: &Value| {
                campaign["counts"]["delivered"] == expected
                    && campaign["state"]["state"] == "finished"
            }
        };
        world.campaign_when(&browser, &first, delivered(3)).await;
        let unsubscribe = world.link("351912000004", "/u/").await;
        let confirmed = browser.request(Method::POST, &unsubscribe).send().await;
        assert_eq!(confirmed.unwrap().status(), 200);

        let draft = to(&file, "Olá {{nome}}, de {{cidade|longe}}");
        let (status, check) = browser.post("/api/campaigns/check", &json!(draft)).await;
        assert_eq!(status, 200, "{check}");
        assert_eq!(check["recipients"], 2);
        let reasons = check["exclusions"].as_array().unwrap().iter();
        let mut reasons: Vec<&str> = reasons.map(|one| one["reason"].as_str().unwrap()).collect();
        reasons.sort_unstable();
        let expected = [
            "broken_row",
            "duplicate",
            "malformed_number",
            "no_number",
            "opted_out",
        ];
        assert_eq!(reasons, expected);

        let campaign = browser.created("key", &draft).await;
        let ended = world.campaign_when(&browser, &campaign, delivered(2)).await;
        assert_eq!(ended["counts"]["not_sent"], 5);
        let messages = world.ask_sandbox("/sandbox/messages?to=351912000002").await;
        let texts = messages.as_array().unwrap().iter();
        let last = texts.last().unwrap();
        assert_eq!(last["text"], "Olá Rui, de longe");
        // None of them is a contact of HubSpot's.
        let written = world.ask_sandbox("/sandbox/communications").await;
        assert_eq!(written, json!([]));
        let (_, page) = browser
            .get(&format!("/api/campaigns/{campaign}/recipients"))
            .await;
        assert_eq!(page["recipients"][0]["contact_id"], "row-2");

        let exclusions = format!("/api/campaigns/{campaign}/exclusions.csv?lang=pt");
        let exclusions = browser.open(&exclusions).await;
        assert_eq!(
            header(&exclusions, "content-type"),
            "text/csv; charset=utf-8"
        );
        assert_eq!(
            exclusions.text().await.unwrap(),
            "\u{feff}nome,número,contacto,motivo\r\n\
             Ana outra vez,'+351912000001,row-4,Outro destinatário tem o mesmo número.\r\n\
             '=1+2,,row-5,O contacto não tem número de telefone.\r\n\
             Eva,,row-6,O número de telefone não é válido.\r\n\
             row-7,,row-7,A linha do ficheiro não se consegue ler.\r\n\
             Gonçalo,'+351912000004,row-8,O contacto cancelou a subscrição.\r\n"
        );
        // What a campaign was made from stays.
        let removed = outcome(browser.request(Method::DELETE, &path)).await;
        assert_eq!(
            (removed.0, &removed.1["code"]),
            (409, &json!("wrong_state"))
        );
    }

    async fn fifty_thousand_rows_are_checked_one_by_one(on: Database) {
        let database = on.empty().await;
        let world = World::with_store(database.again().await).await;
        let browser = world.signed_in().await;
        let mut file = String::from("name,phone\r\n");
        for number in 0..50_000 {
            // Every tenth has the number of the one before, every hundredth a long name.
            let phone = 910_000_000 + number - i32::from(number % 10 == 9);
            let name = if number % 100 == 0 {
                "x".repeat(200)
            } else {
                "Ana".into()
            };
            file += &format!("{name},{phone}\r\n");
        }
        let (status, import) = import(&browser, "many.csv", file).await;
        assert_eq!((status, &import["rows"]), (201, &json!(50_000)), "{import}");
        let mut draft = to(&import, "Olá {{name}}");
        let now = clock::now();
        draft.timing = Timing {
            start_at: Some(now + 3_600_000),
            spread_until: Some(now + 7_200_000),
            ..Timing::default()
        };
        let (_, check) = browser.post("/api/campaigns/check", &json!(draft)).await;
        assert_eq!(
            check["spread"],
            json!([{ "parts": 1, "messages": 44_500 }, { "parts": 2, "messages": 500 }]),
            "{check}"
        );
        assert_eq!(check["exclusions"][0]["count"], 5_000);

        let id = browser.created("key", &draft).await;
        let prepared = |campaign: &Value| campaign["state"]["state"] == "sending";
        let campaign = world.campaign_when(&browser, &id, prepared).await;
        assert_eq!(campaign["counts"]["total"], 50_000);
        assert_eq!(campaign["counts"]["pending"], 45_000);
        assert_eq!(campaign["next_at"], now + 3_600_000);
        assert_eq!(world.sends().await, 0);
        let path = format!("/api/campaigns/{id}/cancel");
        assert_eq!(browser.post(&path, &json!(null)).await.0, 200);
    }

    #[tokio::test]
    async fn bad_rows_are_told_as_they_were_and_never_run() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let (_, import) = import(&browser, "a.csv", FILE).await;
        let id = import["id"].as_str().unwrap();
        let bad = browser
            .open(&format!("/api/imports/{id}/bad.csv?lang=en"))
            .await;
        assert_eq!(
            bad.text().await.unwrap(),
            "\u{feff}line,reason,Nome,Telemóvel,Cidade\r\n\
             5,There is no phone number.,'=1+2,,Faro\r\n\
             6,The phone number is not valid.,Eva,12,Faro\r\n\
             7,It has more or fewer fields than the header.,'@zé,912000003\r\n"
        );
        let path = format!("/api/imports/{id}");
        assert_eq!(outcome(browser.request(Method::DELETE, &path)).await.0, 204);
        assert_eq!(browser.get(&path).await.0, 404);
    }

    #[tokio::test]
    async fn another_portal_sees_nothing_of_a_file() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let (_, file) = import(&browser, "a.csv", FILE).await;
        let id = file["id"].as_str().unwrap();
        let mut stranger = world.browser();
        let back = stranger.authorize(CLINIC).await;
        stranger.come_back(&back).await;
        for path in [
            format!("/api/imports/{id}"),
            format!("/api/imports/{id}/bad.csv"),
        ] {
            assert_eq!(stranger.get(&path).await.0, 404, "{path}");
        }
        let path = format!("/api/imports/{id}");
        let deleted = outcome(stranger.request(Method::DELETE, &path)).await;
        assert_eq!(deleted.0, 404);
        let draft = to(&file, "Olá");
        let checked = stranger.post("/api/campaigns/check", &json!(draft)).await;
        assert_eq!((checked.0, &checked.1["code"]), (404, &json!("not_found")));
        assert_eq!(stranger.create("key", &draft).await.0, 404);
        let campaign = browser.created("key", &draft).await;
        let exclusions = format!("/api/campaigns/{campaign}/exclusions.csv");
        assert_eq!(stranger.get(&exclusions).await.0, 404);
        let (status, _) = import(&world.browser(), "a.csv", FILE).await;
        assert_eq!(status, 401);
    }

    #[tokio::test]
    async fn what_cannot_be_read_leaves_nothing_behind() {
        let world = World::with_flags(&["--max-import-mb", "1"]).await;
        let browser = world.signed_in().await;
        let large = format!("phone\n{}", "912000001\n".repeat(150_000));
        for (file, status, code) in [
            (String::new(), 422, "unreadable_file"),
            ("PK\u{3}\u{4}\0\0".into(), 422, "unreadable_file"),
            (large, 413, "file_too_large"),
        ] {
            let (found, problem) = import(&browser, "a.csv", file).await;
            assert_eq!((found, &problem["code"]), (status, &json!(code)));
        }
        let (status, problem) = {
            let request = reqwest::Client::new()
                .post(format!("{}/api/imports", world.url))
                .header("cookie", &browser.cookie)
                .header("origin", "https://evil.example");
            outcome(request.body(FILE)).await
        };
        assert_eq!((status, &problem["code"]), (403, &json!("foreign_origin")));
        let future = clock::now() + 1_000;
        assert_eq!(
            world.app.store.sweep_imports(future, future).await.unwrap(),
            0
        );
    }

    #[tokio::test]
    async fn columns_that_the_file_does_not_have_are_told() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let (_, import) = import(&browser, "a.csv", FILE).await;
        let (status, problem) = browser.create("key", &to(&import, "{{firstname}}")).await;
        assert_eq!((status, &problem["code"]), (422, &json!("invalid_draft")));
        let mut wrong = to(&import, "Olá");
        if let Audience::Import { phone, .. } = &mut wrong.audience {
            *phone = "nosuch".into();
        }
        let (status, problem) = browser.create("key", &wrong).await;
        assert_eq!(
            (status, &problem["problems"][0]["field"]),
            (422, &json!("audience"))
        );
    }
}

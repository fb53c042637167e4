//! `/api/opt-outs`: who wants no more messages, for people to see, add and export; and what
//! recipients have answered.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use septet_core::opt_out::OptOutSource;
use septet_core::phone::{Country, PhoneNumber};
use septet_core::wire::{ErrorCode, OptOut, OptOutPage, OptOutsAdded, OptOutsGiven, Replies};
use serde::Deserialize;

use super::csv::{self, Choice, PAGE, Pages};
use super::problem::ApiResult;
use super::session::SignedIn;
use crate::app::App;
use crate::clock;
use crate::imports::write;
use crate::opt_out::{self, SEALED};
use crate::store::{self, NewOptOut, StoredOptOut};
use crate::texts::Language;

/// Opt-outs of one page.
const SHOWN: u32 = 50;
/// Numbers that are stored at once.
const BATCH: usize = 5_000;
/// Lines without a number that are named.
const NAMED: usize = 20;
/// Most characters of a reason.
const MAX_REASON: usize = 200;
/// Answers that are shown.
const REPLIES: u32 = 500;

/// Which of them to show.
#[derive(Deserialize)]
pub(super) struct Wanted {
    after: Option<i64>,
    /// As people write it.
    #[serde(default)]
    number: String,
    #[serde(default)]
    country: String,
}

/// `GET /api/opt-outs`
pub(super) async fn list(
    person: SignedIn,
    State(app): State<App>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> ApiResult<Json<OptOutPage>> {
    let Query(wanted) = wanted?;
    let portal = person.portal;
    let total = app.store.count_opt_outs(portal).await?;
    let hash = match wanted.number.trim() {
        "" => None,
        number => {
            let country = Country::from_code(&wanted.country).unwrap_or(app.config.country);
            let Ok(number) = PhoneNumber::parse(number, None, country) else {
                let (opt_outs, after) = (Vec::new(), None);
                return Ok(Json(OptOutPage {
                    opt_outs,
                    total,
                    after,
                }));
            };
            Some(app.keys.number_hash(portal, number.digits()))
        }
    };
    let before = wanted.after.unwrap_or(i64::MAX);
    let stored = app
        .store
        .opt_outs(portal, hash.as_deref(), before, SHOWN)
        .await?;
    let full = stored.len() == SHOWN as usize;
    let after = stored.last().filter(|_| full).map(|one| one.id.to_string());
    let opt_outs = stored.into_iter().map(|one| shown(&app, portal, one));
    Ok(Json(OptOutPage {
        opt_outs: opt_outs.collect(),
        total,
        after,
    }))
}

fn shown(app: &App, portal: u64, one: StoredOptOut) -> OptOut {
    let phone = one
        .phone
        .and_then(|sealed| app.keys.open(portal, SEALED, &sealed).ok());
    OptOut {
        id: one.id.to_string(),
        phone: phone.map(|digits| format!("+{digits}")),
        contact_id: one.contact_id,
        scope: one.scope,
        source: one.source,
        reason: one.reason,
        by: one.by,
        at: one.at,
    }
}

/// `POST /api/opt-outs`
pub(super) async fn add(
    person: SignedIn,
    State(app): State<App>,
    given: Result<Json<OptOutsGiven>, JsonRejection>,
) -> ApiResult<Json<OptOutsAdded>> {
    let Json(given) = given?;
    let country = Country::from_code(&given.country).ok_or(ErrorCode::BadRequest)?;
    let (portal, by) = (person.portal, person.user.email);
    let reason: String = given.reason.trim().chars().take(MAX_REASON).collect();
    let mut added = OptOutsAdded::default();
    let mut read = 0;
    let mut batch = Vec::new();
    for (number, line) in (1..).zip(given.numbers.lines()) {
        let cell = first_cell(line);
        if cell.is_empty() {
            continue;
        }
        let Ok(phone) = PhoneNumber::parse(cell, None, country) else {
            // The first line of a table names its columns.
            if number > 1 || cell.chars().any(|letter| letter.is_ascii_digit()) {
                added.unread_total += 1;
                if added.unread.len() < NAMED {
                    added.unread.push(number);
                }
            }
            continue;
        };
        read += 1;
        batch.push(NewOptOut {
            number_hash: app.keys.number_hash(portal, phone.digits()),
            contact_id: String::new(),
            scope: given.scope,
            source: OptOutSource::Person,
            reason: reason.clone(),
            by: by.clone(),
            phone: Some(app.keys.seal(portal, SEALED, phone.digits())?),
        });
        if batch.len() == BATCH {
            added.added += keep(&app, portal, &mut batch).await?;
        }
    }
    added.added += keep(&app, portal, &mut batch).await?;
    added.known = read - added.added;
    if read > 0 {
        let about = added.added.to_string();
        app.store
            .audit(portal, &by, "opt_outs_added", &about, clock::now())
            .await?;
    }
    Ok(Json(added))
}

async fn keep(app: &App, portal: u64, batch: &mut Vec<NewOptOut>) -> store::Result<u64> {
    // A number that stands there twice is one.
    batch.sort_by(|one, other| one.number_hash.cmp(&other.number_hash));
    batch.dedup_by(|one, other| one.number_hash == other.number_hash);
    let added = app.store.add_opt_outs(portal, batch, clock::now()).await?;
    batch.clear();
    Ok(added)
}

/// The first field of a line, whichever character parts them.
fn first_cell(line: &str) -> &str {
    let line = line.trim_start_matches('\u{feff}');
    let cell = line.split([';', ',', '\t']).next().unwrap_or_default();
    cell.trim().trim_matches('"').trim()
}

/// `DELETE /api/opt-outs/{id}`: they get messages again, unless they have opted out in
/// another way too.
pub(super) async fn remove(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<i64>,
) -> ApiResult<StatusCode> {
    let removed = app.store.remove_opt_out(person.portal, id).await?;
    let (contact, left) = removed.ok_or(ErrorCode::NotFound)?;
    let (portal, by) = (person.portal, &person.user.email);
    let now = clock::now();
    app.store
        .audit(portal, by, "opt_out_removed", &contact, now)
        .await?;
    if !left {
        opt_out::mark(&app, portal, &contact, false);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/opt-outs.csv`: all of them; numbers that were erased are left empty.
pub(super) async fn file(
    person: SignedIn,
    State(app): State<App>,
    choice: Result<Query<Choice>, QueryRejection>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let Query(Choice { lang }) = choice?;
    let texts = Language::of(lang.as_deref(), &headers).texts();
    let columns = [
        texts.file_number.as_str(),
        &texts.file_contact,
        &texts.file_scope,
        &texts.file_source,
        &texts.file_reason,
        &texts.file_by,
        &texts.file_at,
    ];
    let name = "attachment; filename=\"opt-outs.csv\"";
    Ok(csv::file(name, columns, async move |pages| {
        write_rows(app, person.portal, pages).await
    }))
}

async fn write_rows(app: App, portal: u64, pages: Pages) -> store::Result<()> {
    let mut before = i64::MAX;
    loop {
        let stored = app.store.opt_outs(portal, None, before, PAGE).await?;
        let Some(last) = stored.last() else {
            return Ok(());
        };
        before = last.id;
        let mut page = String::new();
        for one in stored {
            let one = shown(&app, portal, one);
            let at = jiff::Timestamp::from_millisecond(one.at).unwrap_or_default();
            let (phone, at) = (one.phone.unwrap_or_default(), at.to_string());
            let cells = [
                phone.as_str(),
                &one.contact_id,
                one.scope.name(),
                one.source.name(),
                &one.reason,
                &one.by,
                &at,
            ];
            write::row(cells, &mut page);
        }
        if !pages.hand_in(page).await {
            return Ok(());
        }
    }
}

/// `GET /api/campaigns/{id}/replies`
pub(super) async fn replies(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
) -> ApiResult<Json<Replies>> {
    let campaign = app.store.campaign(person.portal, &id).await?;
    campaign.ok_or(ErrorCode::NotFound)?;
    let replies = app.store.replies(person.portal, &id, REPLIES).await?;
    Ok(Json(Replies { replies }))
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use septet_core::wire::{Purpose, SmsDraft};
    use serde_json::{Value, json};

    use super::first_cell;
    use crate::app::callback_url;
    use crate::testing::{BOOKSHOP, Browser, CLINIC, World, draft, eventually, outcome};

    #[test]
    fn the_first_cell_is_found_in_whatever_people_paste() {
        for (line, cell) in [
            ("912000001", "912000001"),
            ("  +351 912 000 001  ", "+351 912 000 001"),
            ("\"+351912000001\";Ana;x", "+351912000001"),
            ("912000001,Ana", "912000001"),
            ("912000001\tAna", "912000001"),
            ("\u{feff}phone", "phone"),
            ("", ""),
        ] {
            assert_eq!(first_cell(line), cell, "{line}");
        }
    }

    async fn add(browser: &Browser, numbers: &str, scope: &str) -> Value {
        let given = json!({ "numbers": numbers, "country": "PT", "scope": scope, "reason": "r" });
        let (status, added) = browser.post("/api/opt-outs", &given).await;
        assert_eq!(status, 200, "{added}");
        added
    }

    #[tokio::test]
    async fn numbers_are_added_once_found_exported_and_removed_with_a_note() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let table =
            "Telefone;Nome\n912000001;Inês\n+34600000001;Íñigo\n\nnobody;x\n912 000 001;again\n";
        let added = add(&browser, table, "sms").await;
        let expected = json!({ "added": 2, "known": 1, "unread": [5], "unread_total": 1 });
        assert_eq!(added, expected);
        assert_eq!(add(&browser, "912000001", "voice").await["known"], 1);
        let (_, found) = browser
            .get("/api/opt-outs?number=912000001&country=PT")
            .await;
        assert_eq!(found["opt_outs"].as_array().unwrap().len(), 1);
        let one = &found["opt_outs"][0];
        assert_eq!(
            (&one["phone"], &one["scope"], &one["source"]),
            (&json!("+351912000001"), &json!("all"), &json!("person"))
        );
        for nobody in ["912000002", "x"] {
            let path = format!("/api/opt-outs?number={nobody}&country=PT");
            assert_eq!(
                browser.get(&path).await.1["opt_outs"],
                json!([]),
                "{nobody}"
            );
        }
        let file = browser.open("/api/opt-outs.csv?lang=pt").await;
        let file = file.text().await.unwrap();
        assert!(
            file.contains("número") && file.contains("+34600000001"),
            "{file}"
        );

        // Nobody of them is sent to, whichever way they come.
        let (status, nobody) = browser.create("key", &draft("Olá")).await;
        assert_eq!(status, 422, "{nobody}");
        let id = one["id"].as_str().unwrap();
        let path = format!("/api/opt-outs/{id}");
        let remove = |browser: &Browser| outcome(browser.request(Method::DELETE, &path));
        let mut other = world.browser();
        let back = other.authorize(CLINIC).await;
        other.come_back(&back).await;
        assert_eq!(remove(&other).await.0, 404, "another account's");
        assert_eq!(other.get("/api/opt-outs").await.1["total"], 0);
        assert_eq!(remove(&browser).await.0, 204);
        assert_eq!(remove(&browser).await.0, 404);
        let (_, log) = browser.get("/api/audit").await;
        let what: Vec<&str> = log["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["what"].as_str().unwrap())
            .collect();
        assert_eq!(
            what,
            ["opt_out_removed", "opt_outs_added", "opt_outs_added"]
        );
        assert_eq!(other.get("/api/audit").await.1["entries"], json!([]));
    }

    #[tokio::test]
    async fn what_is_no_advertising_reaches_who_has_opted_out_by_two_switches_and_a_note() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        add(&browser, "912000001\n+34600000001", "all").await;
        let both = SmsDraft {
            purpose: Purpose::Transactional,
            ignore_opt_outs: true,
            ..draft("O seu livro chegou")
        };
        for one in [
            SmsDraft {
                ignore_opt_outs: false,
                ..both.clone()
            },
            SmsDraft {
                purpose: Purpose::Commercial,
                ..both.clone()
            },
        ] {
            assert_eq!(browser.create("one", &one).await.0, 422);
        }
        let id = browser.created("both", &both).await;
        let arrived = |campaign: &Value| campaign["counts"]["delivered"] == 2;
        let campaign = world.campaign_when(&browser, &id, arrived).await;
        assert_eq!(campaign["ignores_opt_outs"], true);
        let (_, log) = browser.get("/api/audit").await;
        let entry = &log["entries"][0];
        assert_eq!(
            (&entry["what"], &entry["about"]),
            (&json!("opt_outs_ignored"), &json!(id))
        );
        assert!(entry["by"].as_str().unwrap().contains('@'));
        assert_eq!(world.sends().await, 2);
    }

    #[tokio::test]
    async fn an_answer_is_shown_and_one_that_says_stop_is_an_opt_out() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let url = callback_url(&world.url, &world.app.keys, BOOKSHOP);
        let to = format!("{}/sandbox/callback", world.sandbox.url());
        let put = reqwest::Client::new().put(to).json(&json!({ "url": url }));
        assert!(put.send().await.unwrap().status().is_success());
        let id = browser.created("key", &draft("Olá")).await;
        let arrived = |campaign: &Value| campaign["counts"]["delivered"] == 2;
        world.campaign_when(&browser, &id, arrived).await;
        let answer = async |from: &str, text: &str| {
            let url = format!("{}/sandbox/answers", world.sandbox.url());
            let body = json!({ "from": from, "text": text });
            let sent = reqwest::Client::new().post(url).json(&body).send().await;
            assert_eq!(sent.unwrap().status(), 204);
        };
        answer("351912000001", "Obrigada!").await;
        // Twice, as 360nrs may call.
        answer("34600000001", " Baja. ").await;
        answer("34600000001", " Baja. ").await;
        let replied = |campaign: &Value| campaign["counts"]["replied"] == 2;
        world.campaign_when(&browser, &id, replied).await;
        let (_, replies) = browser.get(&format!("/api/campaigns/{id}/replies")).await;
        let replies = replies["replies"].as_array().unwrap();
        assert_eq!(replies.len(), 2, "{replies:?}");
        assert_eq!(
            (&replies[0]["stops"], &replies[1]["text"]),
            (&json!(true), &json!("Obrigada!"))
        );
        let list = browser.get("/api/opt-outs").await.1;
        assert_eq!(list["total"], 1);
        assert_eq!(
            (
                &list["opt_outs"][0]["source"],
                &list["opt_outs"][0]["reason"]
            ),
            (&json!("reply"), &json!("Baja."))
        );
        eventually("HubSpot knows", async || {
            let (_, contact) = browser.get("/api/contacts/102").await;
            (contact["opted_out"] == true).then_some(())
        })
        .await;
        let (_, check) = browser
            .post("/api/campaigns/check", &json!(draft("Outra vez")))
            .await;
        assert_eq!(check["recipients"], 1);
        let (_, page) = browser
            .get(&format!("/api/campaigns/{id}/recipients"))
            .await;
        let history = format!(
            "/api/campaigns/{id}/recipients/{}/history",
            page["recipients"][1]["id"].as_str().unwrap()
        );
        let (_, history) = browser.get(&history).await;
        let events: Vec<&str> = history["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["event"].as_str().unwrap())
            .collect();
        for event in ["SMS_RESPONSE", "SMS_UNSUBSCRIBED"] {
            let times = events.iter().filter(|known| **known == event).count();
            assert_eq!(times, 1, "{events:?}");
        }
    }

    #[tokio::test]
    async fn a_host_of_the_accounts_own_is_kept_once_it_leads_here_and_is_in_new_links() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let port = world.url.rsplit(':').next().unwrap();
        let save = async |host: &str| {
            let given = json!({ "host": host, "utm": { "source": "septet" } });
            let put = browser.request(Method::PUT, "/api/settings/links");
            outcome(put.json(&given)).await
        };
        let sandbox = world.sandbox.url().split_once("://").unwrap().1.to_owned();
        for (host, code) in [
            ("a b", "bad_link_host"),
            ("127.0.0.1:1", "link_host_elsewhere"),
            (sandbox.as_str(), "link_host_elsewhere"),
        ] {
            let (status, problem) = save(host).await;
            assert_eq!((status, &problem["code"]), (422, &json!(code)), "{host}");
        }
        let own = format!("127.0.0.1:{port}");
        let (status, settings) = save(&own).await;
        assert_eq!((status, &settings["links"]["host"]), (200, &json!(own)));
        let (_, session) = browser.get("/api/session").await;
        assert_eq!(session["defaults"]["utm"]["source"], "septet");
        let base = format!("http://{own}/l/");
        assert_eq!(session["links"]["short_base"], json!(base));

        let later = draft("Veja https://shop.example/x");
        let id = browser.created("key", &later).await;
        // What was counted is what is sent, whatever is set meanwhile.
        assert_eq!(save("").await.0, 200);
        let arrived = |campaign: &Value| campaign["counts"]["delivered"] == 2;
        world.campaign_when(&browser, &id, arrived).await;
        let sent = world.ask_sandbox("/sandbox/messages?to=351912000001").await;
        let text = sent[0]["text"].as_str().unwrap();
        assert!(text.contains(&base), "{text}");
        let code = text.rsplit('/').next().unwrap();
        let followed = world.browser().touch(&format!("/l/{code}")).await;
        assert_eq!(followed.status(), 302);
    }
}

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

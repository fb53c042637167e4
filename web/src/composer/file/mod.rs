//! The rows of a CSV file as recipients: chosen on this computer, sent to the server as it
//! is, and shown as the server has read it.

mod columns;
mod drop;
mod samples;
mod table;
mod upload;

use columns::Columns;
use drop::Drop;
use leptos::prelude::*;
pub(super) use samples::samples;
use septet_core::wire::{Contact, ErrorCode, Import};
use table::Table;
pub(super) use upload::Files;
use upload::{Failure, Stage};

use super::state::State;
use crate::api;
use crate::components::{Button, ErrorNotice, Icon, Look, Notice, Shape, Skeleton, Tone};
use crate::dom::{View, dynamic, view};
use crate::format::size;
use crate::i18n::{common, composer, locale, phrase, t};
use crate::remote::Remote;
use crate::signals::Memo;
use crate::words;

/// One input for the file stays while everything around it comes and goes, and with it the focus.
#[component]
pub(super) fn FileTab(state: State) -> View {
    let stage = state.files.stage;
    let import = state.files.import;
    let content = move || match (stage.get(), import.get()) {
        (Stage::Sending { name, bytes }, _) => view! { <Sending state name bytes /> },
        (Stage::Failed(failure), _) => view! { <Failed state failure /> },
        (Stage::Idle, Some(Remote::Ready(import))) => view! { <Chosen state import /> },
        (Stage::Idle, Some(Remote::Loading)) => view! { <Skeleton lines=3 /> },
        (Stage::Idle, Some(Remote::Failed(error))) if error.code() == Some(ErrorCode::NotFound) => {
            view! {
                <div data-testid="file-gone">
                    <Notice tone=Tone::Warning><p>{t(composer::file_gone)}</p></Notice>
                </div>
            }
        }
        (Stage::Idle, Some(Remote::Failed(error))) => {
            view! { <ErrorNotice error on_retry=move || state.load_file() /> }
        }
        (Stage::Idle, None) => View::nothing(),
    };
    view! {
        <Drop state />
        {dynamic(content)}
    }
}

/// How far it is, and a way to call it off.
#[component]
fn Sending(state: State, name: String, bytes: u64) -> View {
    let percent = state.files.percent;
    let title = Signal::derive(move || composer::file_sending(locale(), &name));
    let share = move || match percent.get() {
        100 => composer::file_reading.of(locale()).to_owned(),
        percent => composer::file_share(locale(), &percent.to_string(), &size(locale(), bytes)),
    };
    view! {
        <div class="file-sending" data-testid="file-sending">
            <strong role="status">{title}</strong>
            <progress
                max="100"
                aria-label=title
                prop:value=move || percent.get().to_string()
            ></progress>
            <span class="field-hint">{share}</span>
            <Button test="file-cancel" on_press=move || state.call_off()>
                {t(common::cancel)}
            </Button>
        </div>
    }
}

/// What went wrong in words, and every way on from there.
#[component]
fn Failed(state: State, failure: Failure) -> View {
    let (again, sentence) = match failure {
        Failure::Refused(error) => {
            let again = !matches!(
                error.code(),
                Some(ErrorCode::UnreadableFile | ErrorCode::FileTooLarge)
            );
            (again, phrase(words::error(&error)))
        }
        Failure::Lost => (true, phrase(composer::file_lost)),
        Failure::NoRows => (false, phrase(composer::file_no_rows)),
        Failure::TooLarge { bytes, most } => {
            let sentence = move || {
                let [bytes, most] = [bytes, most].map(|bytes| size(locale(), bytes));
                composer::file_too_large(locale(), &bytes, &most)
            };
            (false, Signal::derive(sentence))
        }
    };
    let again = again.then(|| {
        view! {
            <Button test="file-again" on_press=move || state.send_again()>{t(common::retry)}</Button>
        }
    });
    let back = state.files.import.with_untracked(Option::is_some).then(|| {
        view! {
            <Button look=Look::Quiet test="file-back" on_press=move || state.call_off()>
                {t(composer::file_keep)}
            </Button>
        }
    });
    view! {
        <div data-testid="file-failed">
            <Notice tone=Tone::Error>
                <p>{sentence}</p>
                <div class="page-actions">{again} {back}</div>
            </Notice>
        </div>
    }
}

/// What was read of the file, and what of it is what.
#[component]
fn Chosen(state: State, import: Import) -> View {
    let (rows, encoding, delimiter) = (import.rows, import.encoding.clone(), import.delimiter);
    let read_as = move || {
        let delimiter = match delimiter {
            ';' => composer::delimiter_semicolon.of(locale()).to_owned(),
            ',' => composer::delimiter_comma.of(locale()).to_owned(),
            '\t' => composer::delimiter_tab.of(locale()).to_owned(),
            other => other.to_string(),
        };
        composer::file_read_as(locale(), &encoding, &delimiter)
    };
    let name = import.name.clone();
    let name = move || match name.as_str() {
        "" => composer::tab_file.of(locale()).to_owned(),
        name => name.to_owned(),
    };
    view! {
        <div class="file-chosen" data-testid="file-chosen">
            <p class="file-head">
                <Icon shape=Shape::File />
                <strong class="file-name">{name}</strong>
                <span data-testid="file-rows">
                    {move || composer::file_rows(locale(), rows)}
                </span>
                <span class="file-read-as" data-testid="file-read-as">{read_as}</span>
            </p>
            <Bad state import=import.clone() />
            <Columns state import=import.clone() />
            <Table state import />
        </div>
    }
}

/// Rows that get nothing, as they were counted: with the columns and the country of the start.
#[component]
fn Bad(state: State, import: Import) -> View {
    let (id, bad) = (import.id.clone(), import.bad);
    let as_counted = Memo::new(move |_| {
        let country = state
            .session
            .with_value(|session| session.defaults.country.clone());
        state.draft.with(|draft| {
            draft.country == country && samples::as_proposed(&draft.audience, &import)
        })
    });
    let words = move || {
        let unset = |rows: &Vec<Contact>| rows.iter().all(|row| row.phone.is_none());
        if state.samples.with(unset) {
            return View::nothing();
        }
        if !as_counted.get() {
            return view! { <p class="field-hint">{t(composer::file_bad_unknown)}</p> };
        }
        if bad == 0 {
            return View::nothing();
        }
        let id = id.clone();
        let count = move || composer::file_bad(locale(), bad);
        view! {
            <Notice tone=Tone::Warning>
                <p data-testid="file-bad">{count}</p>
                <a
                    class=Look::Secondary.class()
                    data-testid="download-bad"
                    download="bad.csv"
                    href=move || api::bad_rows_url(&id, locale().code())
                >
                    {t(composer::file_download_bad)}
                </a>
            </Notice>
        }
    };
    dynamic(words)
}

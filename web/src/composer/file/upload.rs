//! A file on its way to the server, and the file that was read there.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::campaign::Field;
use septet_core::wire::{Audience, Import, Property};
use web_sys::File;

use super::samples::{fields, proposed};
use crate::api::{self, ApiError, Transfer};
use crate::composer::state::State;
use crate::remote::Remote;
use crate::signals::RwSignal;

/// What is known of files; the draft holds only the id of one and its columns.
#[derive(Debug, Clone, Copy)]
pub(in crate::composer) struct Files {
    /// The file whose id is in the draft, or is kept while another way is looked at.
    pub(in crate::composer) import: RwSignal<Option<Remote<Import>>>,
    /// Its columns, as what tokens can name.
    pub(in crate::composer) columns: RwSignal<Remote<Vec<Property>>>,
    pub(super) stage: RwSignal<Stage>,
    /// How much of it has been sent.
    pub(super) percent: RwSignal<usize>,
    handed: StoredValue<Handed, LocalStorage>,
    /// The answer to an attempt that was called off counts for nothing.
    attempt: StoredValue<u32>,
}

/// What the browser keeps of the file that was chosen last.
#[derive(Debug, Default)]
struct Handed {
    /// For whoever tries again.
    file: Option<File>,
    /// While it is on its way; ends with the page.
    transfer: Option<Transfer>,
}

/// What is being done with the file that was chosen last.
#[derive(Debug, Clone)]
pub(super) enum Stage {
    Idle,
    Sending { name: String, bytes: u64 },
    Failed(Failure),
}

/// Why it did not arrive.
#[derive(Debug, Clone)]
pub(super) enum Failure {
    /// Larger than the server takes.
    TooLarge {
        bytes: u64,
        most: u64,
    },
    /// The browser can no longer read it: moved, changed, or a folder.
    Lost,
    /// A header and nothing else.
    NoRows,
    Refused(ApiError),
}

impl Files {
    pub(in crate::composer) fn new() -> Self {
        Self {
            import: RwSignal::new(None),
            columns: RwSignal::new(Remote::Loading),
            stage: RwSignal::new(Stage::Idle),
            percent: RwSignal::new(0),
            handed: StoredValue::new_local(Handed::default()),
            attempt: StoredValue::new(0),
        }
    }

    /// Begins an attempt; whatever was under way ends.
    fn next(self) -> u32 {
        self.end();
        self.attempt.update_value(|attempt| *attempt += 1);
        self.attempt.get_value()
    }

    fn learn(self, import: Remote<Import>) {
        let import = Some(import);
        self.columns.try_set(fields(&import));
        self.import.try_set(import);
    }

    fn end(self) {
        self.handed.update_value(|handed| handed.transfer = None);
    }
}

impl State {
    /// Asks for the file that the draft names, where it names one.
    pub(in crate::composer) fn load_file(self) {
        let files = self.files;
        let named = self.draft.with_untracked(|draft| match &draft.audience {
            Audience::Import { id, .. } if !id.is_empty() => Some(id.clone()),
            _ => None,
        });
        let Some(id) = named else { return };
        files.learn(Remote::Loading);
        spawn_local(async move {
            let answer = api::import(&id).await;
            let asked = |import: &Option<_>| matches!(import, Some(Remote::Loading));
            // Another file may have arrived meanwhile.
            if files.import.try_with_untracked(asked) == Some(true) {
                files.learn(answer.into());
            }
        });
    }

    /// Whether there is nothing yet that could have columns.
    pub(in crate::composer) fn has_no_file(self) -> bool {
        self.files.import.with(Option::is_none)
    }

    /// Sends a file to the server, instead of any that is under way.
    pub(super) fn send_file(self, file: File) {
        let files = self.files;
        let attempt = files.next();
        let bytes = file.size() as u64;
        let most = self
            .session
            .with_value(|session| session.defaults.max_import);
        if bytes > most {
            let failure = Failure::TooLarge { bytes, most };
            files.stage.set(Stage::Failed(failure));
            return;
        }
        files.percent.set(0);
        let name = file.name();
        files.stage.set(Stage::Sending { name, bytes });
        let percent = files.percent;
        let on_percent = move |now| {
            percent.try_set(now);
        };
        match api::send_file(&file, Box::new(on_percent)) {
            Ok((transfer, answer)) => {
                files.handed.set_value(Handed {
                    file: Some(file.clone()),
                    transfer: Some(transfer),
                });
                spawn_local(async move {
                    let outcome = outcome(answer.await, &file).await;
                    if files.attempt.try_get_value() == Some(attempt) {
                        self.settle(outcome);
                    }
                });
            }
            Err(error) => files.stage.set(Stage::Failed(Failure::Refused(error))),
        }
    }

    /// Once more what was chosen last.
    pub(super) fn send_again(self) {
        let file = self.files.handed.with_value(|handed| handed.file.clone());
        if let Some(file) = file {
            self.send_file(file);
        }
    }

    /// Back to what there was before.
    pub(super) fn call_off(self) {
        self.files.next();
        self.files.stage.set(Stage::Idle);
    }

    fn settle(self, outcome: Result<Import, Failure>) {
        let files = self.files;
        files.end();
        match outcome {
            Ok(import) => {
                let audience = proposed(&import);
                files.learn(Remote::Ready(import));
                files.stage.set(Stage::Idle);
                self.sampled.set(0);
                self.choose(audience);
                self.touch(Field::Audience);
            }
            Err(failure) => files.stage.set(Stage::Failed(failure)),
        }
    }
}

async fn outcome(answer: Result<Import, ApiError>, file: &File) -> Result<Import, Failure> {
    match answer {
        Ok(import) if import.rows == 0 => Err(Failure::NoRows),
        Ok(import) => Ok(import),
        // The browser says the same for a network, for a file that it cannot read, and for a
        // server that has answered before it had all of it.
        Err(ApiError::Unreachable) if !is_readable(file).await => Err(Failure::Lost),
        Err(ApiError::Unreachable) => Err(api::session()
            .await
            .err()
            .map_or(Failure::Refused(ApiError::Unreachable), Failure::Refused)),
        Err(error) => Err(Failure::Refused(error)),
    }
}

/// Whether its first byte can be read; nothing of a folder can.
async fn is_readable(file: &File) -> bool {
    match file.slice_with_i32_and_i32(0, 1) {
        Ok(first) => first.array_buffer().await.is_ok(),
        Err(_) => false,
    }
}

//! What is being written and everything that follows from it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use js_sys::Date;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::campaign::{
    Channel, Composition, Field, Limits, Problem, ProblemKind, Rules, SmsCampaign,
    default_campaign_name,
};
use septet_core::encoding::{SegmentError, Segmentation, segment};
use septet_core::template::PreviewLinks;
use septet_core::wire::{Audience, Contact, Property, Session, SmsDraft};

use crate::api;
use crate::remote::{self, Remote};
use crate::session::use_session;

/// Contacts whose values are read for the spread of parts and the preview.
const READ_AT_MOST: usize = 25;
/// A pause in typing, before the server is asked for values of new tokens.
const PAUSE: Duration = Duration::from_millis(300);

/// The composer's state; every view gets a copy of these handles.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub(super) session: StoredValue<Session>,
    /// Key of the draft, and of the campaign that it becomes.
    pub(super) key: StoredValue<String>,
    pub(super) draft: RwSignal<SmsDraft>,
    pub(super) properties: RwSignal<Remote<Vec<Property>>>,
    /// What is known of the contacts that were picked, by id.
    pub(super) contacts: RwSignal<BTreeMap<String, Contact>>,
    /// The contact that the preview is for; `None` means the first that is picked.
    pub(super) previewed: RwSignal<Option<String>>,
    /// Fields that the person has left; their problems may be shown.
    pub(super) touched: RwSignal<Vec<Field>>,
    /// The message on its own.
    pub(super) composition: Memo<Result<Composition, ProblemKind>>,
    /// Everything that is wrong.
    pub(super) problems: Memo<Vec<Problem>>,
    /// The message for the previewed contact.
    pub(super) shown: Memo<Shown>,
}

/// A message as one contact would get it, however long.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    pub(super) text: String,
    pub(super) counted: Result<Segmentation, SegmentError>,
    /// Properties that this contact lacks.
    pub(super) missing: Vec<String>,
}

impl State {
    pub(super) fn new(key: String, draft: SmsDraft) -> Self {
        let session = use_session();
        let limits = Limits {
            max_parts: session.defaults.max_parts,
        };
        let session = StoredValue::new(session);
        let draft = RwSignal::new(draft);
        let properties = RwSignal::new(Remote::Loading);
        remote::load(properties, api::properties());
        let contacts = RwSignal::new(BTreeMap::<String, Contact>::new());
        let previewed = RwSignal::new(None::<String>);
        let composition = Memo::new(move |_| draft.with(|draft| Composition::parse(draft, limits)));
        let known = Memo::new(move |_| {
            properties.with(|properties| match properties {
                Remote::Ready(all) => Some(
                    all.iter()
                        .map(|property| property.name.clone())
                        .collect::<BTreeSet<_>>(),
                ),
                Remote::Loading | Remote::Failed(_) => None,
            })
        });
        let problems = Memo::new(move |_| {
            known.with(|known| {
                session.with_value(|session| {
                    let rules = Rules {
                        limits,
                        properties: known.as_ref(),
                        links: &session.links,
                        default_name: &default_name(),
                    };
                    draft.with(|draft| SmsCampaign::parse(draft, &rules).err().unwrap_or_default())
                })
            })
        });
        let shown = Memo::new(move |_| {
            composition.with(|composition| {
                contacts.with(|contacts| {
                    let id = previewed
                        .get()
                        .or_else(|| draft.with(first_picked));
                    let contact = id.and_then(|id| contacts.get(&id));
                    session.with_value(|session| show(composition, contact, session))
                })
            })
        });
        let state = Self {
            session,
            key: StoredValue::new(key),
            draft,
            properties,
            contacts,
            previewed,
            touched: RwSignal::new(Vec::new()),
            composition,
            problems,
            shown,
        };
        state.read_values();
        state
    }

    /// Most parts that one message may have.
    pub(super) fn max_parts(self) -> u8 {
        self.session
            .with_value(|session| session.defaults.max_parts)
    }

    /// Ids of the contacts that were picked, in order.
    pub(super) fn picked(self) -> Vec<String> {
        self.draft.with(|draft| match &draft.audience {
            Audience::Contacts { ids } => ids.clone(),
            Audience::List { .. } => Vec::new(),
        })
    }

    /// Adds a contact or takes it away.
    pub(super) fn toggle(self, contact: Contact) {
        let id = contact.id.clone();
        self.contacts.update(|contacts| {
            contacts.insert(id.clone(), contact);
        });
        self.draft.update(|draft| {
            let mut ids = match std::mem::take(&mut draft.audience) {
                Audience::Contacts { ids } => ids,
                Audience::List { .. } => Vec::new(),
            };
            match ids.iter().position(|picked| *picked == id) {
                Some(index) => drop(ids.remove(index)),
                None => ids.push(id),
            }
            draft.audience = Audience::Contacts { ids };
        });
        self.touch(Field::Audience);
    }

    /// The contact that the preview is for.
    pub(super) fn previewed_contact(self) -> Option<Contact> {
        let id = self
            .previewed
            .get()
            .or_else(|| self.draft.with(first_picked))?;
        self.contacts.with(|contacts| contacts.get(&id).cloned())
    }

    /// From now on, what is wrong with a field is said.
    pub(super) fn touch(self, field: Field) {
        let known = self
            .touched
            .with_untracked(|touched| touched.contains(&field));
        if !known {
            self.touched.update(|touched| touched.push(field));
        }
    }

    /// What is wrong with a field, if it may be said yet.
    pub(super) fn problem(self, field: Field) -> Option<ProblemKind> {
        let of_field = |problems: &Vec<Problem>| {
            let problem = problems.iter().find(|problem| problem.field == field)?;
            Some(problem.kind.clone())
        };
        let touched = self.touched.with(|touched| touched.contains(&field));
        self.problems.with(of_field).filter(|_| touched)
    }

    /// Fewest and most parts over the picked contacts whose values are known.
    pub(super) fn spread(self) -> Option<(usize, usize)> {
        let picked = self.picked();
        let counts: Vec<usize> = self.composition.with(|composition| {
            self.contacts.with(|contacts| {
                self.session.with_value(|session| {
                    let known = picked.iter().filter_map(|id| contacts.get(id));
                    known
                        .filter_map(|contact| {
                            let shown = show(composition, Some(contact), session);
                            shown.counted.ok().map(|counted| counted.parts.len())
                        })
                        .collect()
                })
            })
        });
        Some((*counts.iter().min()?, *counts.iter().max()?))
    }

    /// Keeps the values of picked and previewed contacts at hand for the tokens that are used.
    fn read_values(self) {
        let tokens = Memo::new(move |_| {
            self.composition.with(|composition| {
                let composition = composition.as_ref().ok()?;
                Some(
                    composition
                        .template
                        .properties()
                        .map(str::to_owned)
                        .collect::<Vec<_>>(),
                )
            })
        });
        let waiting = StoredValue::new(None::<TimeoutHandle>);
        Effect::new(move || {
            let tokens = tokens.get().unwrap_or_default();
            let mut ids = self.picked();
            ids.truncate(READ_AT_MOST);
            ids.extend(self.previewed.get());
            if let Some(handle) = waiting.get_value() {
                handle.clear();
            }
            let read = move || {
                for id in &ids {
                    self.read_contact(id.clone(), tokens.clone());
                }
            };
            waiting.set_value(set_timeout_with_handle(read, PAUSE).ok());
        });
        on_cleanup(move || {
            if let Some(handle) = waiting.try_get_value().flatten() {
                handle.clear();
            }
        });
    }

    /// Reads a contact, unless everything that the tokens ask for has been asked for before.
    fn read_contact(self, id: String, tokens: Vec<String>) {
        // An empty value is kept as such, so that it is not asked for again.
        let complete = self.contacts.with_untracked(|contacts| {
            let has = |contact: &Contact| {
                tokens
                    .iter()
                    .all(|token| contact.values.contains_key(token))
            };
            contacts.get(&id).is_some_and(has)
        });
        if complete {
            return;
        }
        spawn_local(async move {
            // Without the values the preview says that they are missing; the check
            // before sending reads them anew.
            if let Ok(mut contact) = api::contact(&id, &tokens).await {
                for token in tokens {
                    contact.values.entry(token).or_default();
                }
                let _ = self
                    .contacts
                    .try_update(|contacts| contacts.insert(id, contact));
            }
        });
    }
}

/// The name of a campaign that is given none.
pub(super) fn default_name() -> String {
    let today = Date::new_0();
    let year = i16::try_from(today.get_utc_full_year()).unwrap_or(i16::MAX);
    let month = u8::try_from(today.get_utc_month() + 1).unwrap_or(1);
    default_campaign_name(Channel::Sms, year, month)
}

fn first_picked(draft: &SmsDraft) -> Option<String> {
    match &draft.audience {
        Audience::Contacts { ids } => ids.first().cloned(),
        Audience::List { .. } => None,
    }
}

/// The server's own rendering and counting, but for the limit: a text that is too
/// long is counted as well, so that the person sees by how much.
fn show(
    composition: &Result<Composition, ProblemKind>,
    contact: Option<&Contact>,
    session: &Session,
) -> Shown {
    let Ok(composition) = composition else {
        return Shown {
            text: String::new(),
            counted: segment("", &septet_core::encoding::SegmentOptions::new()),
            missing: Vec::new(),
        };
    };
    let nobody = BTreeMap::new();
    let values = contact.map_or(&nobody, |contact| &contact.values);
    let links = &mut PreviewLinks(&session.links);
    let rendered = composition
        .template
        .render(values, &composition.render, links);
    let mut options = composition.options;
    options.max_parts = u8::MAX;
    let counted = segment(&rendered.text, &options);
    Shown {
        text: rendered.text,
        counted,
        missing: rendered.missing,
    }
}

//! What is being written, and everything that follows from it.

use std::collections::BTreeSet;

use js_sys::Date;
use leptos::prelude::*;
use septet_core::campaign::{
    Channel, Composition, Field, Limits, Problem, ProblemKind, Rules, SmsCampaign,
    default_campaign_name,
};
use septet_core::phone::Country;
use septet_core::wire::{
    Audience, Contact, ContactList, ContactPage, Property, Session, SmsDraft, Utm,
};

use super::audience::{self, Way};
use super::file::{self, Files};
use super::message::{Shown, show};
use super::timing::Pause;
use crate::api;
use crate::dom::effect;
use crate::remote::{self, Remote};
use crate::session::use_session;
use crate::signals::{Memo, RwSignal};

/// The composer's state; every view gets a copy of these handles.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub(super) session: StoredValue<Session>,
    /// Key of the draft, and of the campaign that it becomes.
    pub(super) key: StoredValue<String>,
    pub(super) draft: RwSignal<SmsDraft>,
    properties: RwSignal<Remote<Vec<Property>>>,
    /// How it is said who gets it.
    pub(super) way: Memo<Way>,
    /// The file that was chosen, and the one on its way.
    pub(super) files: Files,
    /// The first rows of the file as contacts; none where the draft is not for a file.
    pub(super) samples: RwSignal<Vec<Contact>>,
    /// The row that was chosen for the preview, by its place among them.
    pub(super) sampled: RwSignal<usize>,
    /// Contacts that have been seen, with the values that were asked for.
    pub(super) contacts: RwSignal<Vec<Contact>>,
    /// Ids of the contacts that were picked, in order.
    pub(super) picked: Memo<Vec<String>>,
    /// Country of numbers without a prefix.
    pub(super) country: Memo<Option<Country>>,
    /// Whether it also goes to people who have opted out.
    pub(super) ignores_opt_outs: Memo<bool>,
    /// The list that was chosen, once it has been seen.
    pub(super) list: RwSignal<Option<ContactList>>,
    /// Whom the search finds.
    pub(super) found: RwSignal<Remote<ContactPage>>,
    /// What was chosen in the other ways, kept for whoever changes their mind.
    pub(super) other_audiences: StoredValue<Vec<Audience>>,
    /// The contact that was chosen for the preview.
    pub(super) previewed: RwSignal<Option<String>>,
    /// Whom the preview is for: the chosen contact, else the first that is picked; or a row of the file.
    pub(super) recipient: Memo<Option<Contact>>,
    /// Names of the properties or columns that the message asks for.
    pub(super) tokens: Memo<Vec<String>>,
    /// The message for that contact.
    pub(super) shown: Memo<Shown>,
    /// Fewest and most parts over those whose values are known: picked contacts, or the file's first rows.
    pub(super) spread: RwSignal<Option<(usize, usize)>>,
    /// The message on its own.
    composition: Memo<Result<Composition, ProblemKind>>,
    /// Everything that the rules say about the draft.
    problems: Memo<Vec<Problem>>,
    /// What the server said about the draft as it is.
    refused: RwSignal<Vec<Problem>>,
    /// Fields that the person has left; their problems may be shown.
    touched: RwSignal<Vec<Field>>,
}

impl State {
    pub(super) fn new(key: String, draft: SmsDraft) -> Self {
        let session = StoredValue::new(use_session());
        let draft = RwSignal::new(draft);
        let properties = RwSignal::new(Remote::Loading);
        let contacts = RwSignal::new(Vec::<Contact>::new());
        let previewed = RwSignal::new(None::<String>);
        let picked = Memo::new(move |_| draft.with(audience::picked));
        let country = Memo::new(move |_| draft.with(|draft| Country::from_code(&draft.country)));
        let ignores_opt_outs = Memo::new(move |_| draft.with(|draft| draft.ignore_opt_outs));
        let way = Memo::new(move |_| draft.with(|draft| Way::of(&draft.audience)));
        let files = Files::new();
        let samples = RwSignal::new(Vec::<Contact>::new());
        let sampled = RwSignal::new(0_usize);
        let recipient = Memo::new(move |_| {
            if way.get() == Way::File {
                let row = sampled.get();
                return samples.with(|samples| samples.get(row).or(samples.first()).cloned());
            }
            let id = previewed
                .get()
                .or_else(|| picked.with(|ids| ids.first().cloned()))?;
            contacts.with(|contacts| audience::find(contacts, &id).cloned())
        });
        let limits = Limits {
            max_parts: session.with_value(|session| session.defaults.max_parts),
        };
        // It is another one with every letter.
        let composition =
            Memo::always_new(move || draft.with(|draft| Composition::parse(draft, limits)));
        let tokens = Memo::new(move |_| composition.with(tokens_of));
        let shown = Memo::new(move |_| {
            draft.with(|draft| {
                composition.with(|composition| {
                    recipient.with(|contact| {
                        session.with_value(|session| {
                            show(draft, composition, contact.as_ref(), &session.links)
                        })
                    })
                })
            })
        });
        let known = Memo::new(move |_| match way.get() {
            Way::File => files.columns.with(names_of),
            Way::Contacts | Way::List | Way::Search => properties.with(names_of),
        });
        let problems = Memo::new(move |_| {
            known.with(|known| {
                let default_name = default_name();
                session.with_value(|session| {
                    let rules = Rules {
                        limits,
                        properties: known.as_ref(),
                        links: &session.links,
                        default_name: &default_name,
                    };
                    draft.with(|draft| SmsCampaign::parse(draft, &rules).err().unwrap_or_default())
                })
            })
        });
        let state = Self {
            session,
            key: StoredValue::new(key),
            draft,
            properties,
            way,
            files,
            samples,
            sampled,
            contacts,
            picked,
            country,
            ignores_opt_outs,
            list: RwSignal::new(None),
            found: RwSignal::new(Remote::Loading),
            other_audiences: StoredValue::new(Vec::new()),
            previewed,
            recipient,
            tokens,
            shown,
            spread: RwSignal::new(None),
            composition,
            problems,
            refused: RwSignal::new(Vec::new()),
            touched: RwSignal::new(Vec::new()),
        };
        state.load_properties();
        state.load_file();
        state.follow_samples();
        state.read_values();
        state.follow_spread();
        state
    }

    /// Hosts of the message's links.
    pub(super) fn hosts(self) -> Vec<String> {
        self.composition.with(|composition| {
            let template = composition
                .as_ref()
                .map(|composition| &composition.template);
            let hosts = template
                .map(|template| template.hosts())
                .unwrap_or_default();
            hosts.into_iter().map(str::to_owned).collect()
        })
    }

    /// Characters that the tags add to what the phone of the preview gets.
    pub(super) fn tags_cost(self) -> u64 {
        self.draft.with(|draft| {
            if draft.shorten_links || draft.utm == Utm::default() {
                return 0;
            }
            let untagged = SmsDraft {
                utm: Utm::default(),
                ..draft.clone()
            };
            let limits = Limits { max_parts: u8::MAX };
            let composition = Composition::parse(&untagged, limits);
            let bare = self.recipient.with(|contact| {
                self.session.with_value(|session| {
                    show(&untagged, &composition, contact.as_ref(), &session.links)
                })
            });
            let tagged = self.shown.with(|shown| shown.text.chars().count());
            tagged.saturating_sub(bare.text.chars().count()) as u64
        })
    }

    /// Most parts that one message may have.
    pub(super) fn max_parts(self) -> usize {
        self.session
            .with_value(|session| session.defaults.max_parts.into())
    }

    /// What tokens can name: properties of contacts, or the columns of the file.
    pub(super) fn fields(self) -> RwSignal<Remote<Vec<Property>>> {
        match self.way.get() {
            Way::File => self.files.columns,
            Way::Contacts | Way::List | Way::Search => self.properties,
        }
    }

    /// Asks again for what tokens can name.
    pub(super) fn load_fields(self) {
        match self.way.get_untracked() {
            Way::File => self.load_file(),
            Way::Contacts | Way::List | Way::Search => self.load_properties(),
        }
    }

    /// Asks for the properties of the account's contacts.
    fn load_properties(self) {
        remote::load(self.properties, api::properties());
    }

    /// Changes the draft; what the server said about it before no longer holds.
    pub(super) fn edit(self, change: impl FnOnce(&mut SmsDraft)) {
        let mut change = Some(change);
        self.edit_once(&mut |draft| {
            if let Some(change) = change.take() {
                change(draft);
            }
        });
    }

    /// One for all changes, of which each would otherwise bring its own.
    fn edit_once(self, change: &mut dyn FnMut(&mut SmsDraft)) {
        if self.refused.with_untracked(|refused| !refused.is_empty()) {
            self.refused.set(Vec::new());
        }
        self.draft.update(change);
    }

    /// From now on, what is wrong with a field is said.
    pub(super) fn touch(self, field: Field) {
        if self
            .touched
            .with_untracked(|touched| !touched.contains(&field))
        {
            self.touched.update(|touched| touched.push(field));
        }
    }

    /// From now on, everything that is wrong is said; whether anything is.
    pub(super) fn touch_all(self) -> bool {
        self.touched.set(Field::ALL.to_vec());
        self.problems
            .with_untracked(|problems| !problems.is_empty())
    }

    /// Takes in what the server finds wrong with the draft.
    pub(super) fn refuse(self, problems: Vec<Problem>) {
        self.touch_all();
        self.refused.set(problems);
    }

    /// What is wrong with a field, if it may be said yet.
    pub(super) fn problem(self, field: Field) -> Option<ProblemKind> {
        let of_field = |problems: &Vec<Problem>| {
            let problem = problems.iter().find(|problem| problem.field == field)?;
            Some(problem.kind.clone())
        };
        let touched = self.touched.with(|touched| touched.contains(&field));
        let found = self.problems.with(of_field);
        found
            .or_else(|| self.refused.with(of_field))
            .filter(|_| touched)
    }

    /// Reads the first rows of the file anew, whenever its columns are chosen otherwise.
    fn follow_samples(self) {
        effect(move || {
            let samples = self.draft.with(|draft| {
                let import = self.files.import;
                import.with(|import| file::samples(&draft.audience, import))
            });
            if self.samples.with_untracked(|before| *before != samples) {
                self.samples.set(samples);
            }
        });
    }

    /// Counting for everybody takes longer than counting for one, so it waits for a pause.
    fn follow_spread(self) {
        let pause = Pause::new(150);
        effect(move || {
            self.draft.track();
            self.contacts.track();
            self.samples.track();
            pause.then(move || {
                self.spread.try_set(self.count_for_all());
            });
        });
    }

    fn count_for_all(self) -> Option<(usize, usize)> {
        let draft = self.draft.try_get_untracked()?;
        let composition = self.composition.try_get_untracked()?;
        let picked = self.picked.try_get_untracked()?;
        let samples = self.samples.try_get_untracked()?;
        self.contacts.try_with_untracked(|contacts| {
            self.session.with_value(|session| {
                let known = picked.iter().filter_map(|id| audience::find(contacts, id));
                let mut known: Vec<&Contact> = known.collect();
                known.extend(&samples);
                let counts: Vec<usize> = known
                    .into_iter()
                    .filter_map(|contact| {
                        show(&draft, &composition, Some(contact), &session.links).parts()
                    })
                    .collect();
                Some((*counts.iter().min()?, *counts.iter().max()?))
            })
        })?
    }
}

/// The name of a campaign that is given none.
pub(super) fn default_name() -> String {
    let today = Date::new_0();
    let year = i16::try_from(today.get_utc_full_year()).unwrap_or(i16::MAX);
    let month = u8::try_from(today.get_utc_month() + 1).unwrap_or(1);
    default_campaign_name(Channel::Sms, year, month)
}

fn tokens_of(composition: &Result<Composition, ProblemKind>) -> Vec<String> {
    let names = composition
        .iter()
        .flat_map(|message| message.template.properties());
    names.map(str::to_owned).collect()
}

/// `None` while they are not known.
fn names_of(properties: &Remote<Vec<Property>>) -> Option<BTreeSet<String>> {
    let Remote::Ready(all) = properties else {
        return None;
    };
    // `collect` would sort first, which is more code than this.
    let mut names = BTreeSet::new();
    for property in all {
        names.insert(property.name.clone());
    }
    Some(names)
}

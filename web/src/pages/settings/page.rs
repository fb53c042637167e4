//! The page on which recipients say that they want no more messages: name, picture, colours
//! and words of the account's own, with a preview that the server draws.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::page::{Colour, MOST_LOGO, PageProblem};
use septet_core::wire::{Settings, UnsubscribePage, UnsubscribeTexts};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, File, FileReader, HtmlInputElement};

use crate::api::{self, ApiError};
use crate::components::{Button, ErrorNotice, Look, Notice, Toasts, Tone};
use crate::dom::{Entry, View, dynamic, each, effect, value, view, when};
use crate::i18n::{Text, campaigns, locale, locale_untracked, t};
use crate::signals::{Memo, RwSignal};

/// A sentence of the page, and its name.
type Sentence = (
    Text,
    fn(&UnsubscribeTexts) -> &String,
    fn(&mut UnsubscribeTexts) -> &mut String,
);

const SENTENCES: [Sentence; 7] = [
    (
        campaigns::page_title,
        |texts| &texts.title,
        |texts| &mut texts.title,
    ),
    (
        campaigns::page_question,
        |texts| &texts.question,
        |texts| &mut texts.question,
    ),
    (
        campaigns::page_button,
        |texts| &texts.button,
        |texts| &mut texts.button,
    ),
    (
        campaigns::page_note,
        |texts| &texts.note,
        |texts| &mut texts.note,
    ),
    (
        campaigns::page_done_title,
        |texts| &texts.done_title,
        |texts| &mut texts.done_title,
    ),
    (
        campaigns::page_done_text,
        |texts| &texts.done_text,
        |texts| &mut texts.done_text,
    ),
    (
        campaigns::page_undo,
        |texts| &texts.undo,
        |texts| &mut texts.undo,
    ),
];

/// The page as it is being changed.
#[derive(Clone, Copy)]
struct Editing {
    page: RwSignal<UnsubscribePage>,
    /// The language whose words are shown.
    language: RwSignal<String>,
}

impl Editing {
    /// Changes the words of a language; empty ones are ours.
    fn words(self, change: impl FnOnce(&mut UnsubscribeTexts)) {
        let language = self.language.get_untracked();
        self.page.update(|page| {
            let place = page
                .texts
                .iter()
                .position(|texts| texts.language == language);
            let place = place.unwrap_or_else(|| {
                page.texts.push(UnsubscribeTexts {
                    language,
                    ..UnsubscribeTexts::default()
                });
                page.texts.len() - 1
            });
            change(&mut page.texts[place]);
        });
    }
}

#[component]
pub(super) fn PageCard(settings: RwSignal<Settings>) -> View {
    let page = settings.with_untracked(|settings| settings.page.clone());
    let editing = Editing {
        page: RwSignal::new(page),
        language: RwSignal::new(locale_untracked().code().to_owned()),
    };
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<ApiError>);
    let toasts = Toasts::here();
    let problem = Memo::new(move |_| editing.page.with(|page| page.check().err()));
    let save = move || {
        if busy.get_untracked() || problem.get_untracked().is_some() {
            return;
        }
        let page = editing.page.get_untracked();
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let answer = api::save_page(&page).await;
            busy.try_set(false);
            match answer {
                Ok(newest) => {
                    settings.try_set(newest);
                    toasts.say(Tone::Info, campaigns::settings_saved.of(locale_untracked()));
                }
                Err(error) => failed.try_set(Some(error)),
            }
        });
    };
    let wrong = move || {
        problem.get().map(|problem| {
            view! {
                <Notice tone=Tone::Warning>
                    <p data-testid="page-problem">{t(words(problem))}</p>
                </Notice>
            }
        })
    };
    let unchanged = Signal::derive(move || {
        let same = editing
            .page
            .with(|page| settings.with(|settings| settings.page == *page));
        same || problem.get().is_some()
    });
    view! {
        <section class="card panel" data-testid="settings-page">
            <h2>{t(campaigns::page)}</h2>
            <p>{t(campaigns::page_text)}</p>
            <form
                class="settings-form"
                on:submit=move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    save();
                }
            >
                <Brand editing />
                <Languages editing />
                {dynamic(wrong)}
                {dynamic(move || failed.get().map(|error| view! { <ErrorNotice error /> }))}
                <Preview editing problem />
                <Button look=Look::Primary busy disabled=unchanged test="page-save" on_press=save>
                    {t(campaigns::save)}
                </Button>
            </form>
        </section>
    }
}

/// Name, picture and colours.
#[component]
fn Brand(editing: Editing) -> View {
    let page = editing.page;
    let company = page.with_untracked(|page| page.company.clone());
    let has_logo = move || page.with(|page| !page.logo.is_empty());
    let read = move |event: Event| {
        let input = event.target().and_then(|input| input.dyn_into().ok());
        let input: Option<HtmlInputElement> = input;
        if let Some(file) = input.and_then(|input| input.files()?.get(0)) {
            read_picture(&file, move |logo| {
                page.try_update(|page| page.logo = logo);
            });
        }
    };
    let colour = move |test: &'static str,
                       label: Text,
                       usual: &'static str,
                       of: fn(&mut UnsubscribePage) -> &mut String| {
        let mut start = page.get_untracked();
        let start = of(&mut start).clone();
        let chosen = RwSignal::new(start);
        let shown = move || {
            chosen.with(|colour| match Colour::parse(colour) {
                Some(_) => colour.clone(),
                None => usual.to_owned(),
            })
        };
        let set = move |colour: String| {
            chosen.set(colour.clone());
            page.update(|page| *of(page) = colour);
        };
        view! {
            <div class="field">
                <label class="field-label">
                    {t(label)}
                    <input
                        type="color"
                        class="colour"
                        data-testid=test
                        prop:value=shown
                        on:input=move |event| set(value(&event))
                    />
                </label>
                {when(move || chosen.with(|colour| !colour.is_empty()), move || view! {
                    <Button look=Look::Quiet on_press=move || set(String::new())>
                        {t(campaigns::page_usual)}
                    </Button>
                })}
            </div>
        }
    };
    view! {
        <label class="field">
            <span class="field-label">{t(campaigns::page_company)}</span>
            <input
                class="input"
                type="text"
                autocomplete="organization"
                data-testid="page-company"
                prop:value=company
                on:input=move |event| page.update(|page| page.company = value(&event))
            />
        </label>
        <div class="field">
            <label class="field-label">
                {t(campaigns::page_logo)}
                <input
                    type="file"
                    accept="image/png,image/jpeg,image/webp,image/gif"
                    data-testid="page-logo"
                    on:change=read
                />
            </label>
            <span class="field-hint">{t(campaigns::page_logo_hint)}</span>
            {when(has_logo, move || view! {
                <Button look=Look::Quiet test="page-no-logo" on_press=move || page.update(|page| page.logo.clear())>
                    {t(campaigns::page_no_logo)}
                </Button>
            })}
        </div>
        <div class="pair">
            {colour("page-colour", campaigns::page_colour, "#5c2db8", |page| &mut page.colour)}
            {colour("page-background", campaigns::page_background, "#f7f7f8", |page| &mut page.background)}
        </div>
    }
}

/// The words, language by language.
#[component]
fn Languages(editing: Editing) -> View {
    let adding = RwSignal::new(String::new());
    let languages = Memo::new(move |_| {
        let mut languages = ["pt", "es", "en"].map(str::to_owned).to_vec();
        editing.page.with(|page| {
            for texts in &page.texts {
                if !languages.contains(&texts.language) {
                    languages.push(texts.language.clone());
                }
            }
        });
        languages
    });
    let option = move |language: String| {
        let key = language.clone();
        Entry::new(key, move || {
            let this = language.clone();
            let chosen = move || editing.language.with(|chosen| *chosen == this);
            let label = language.clone();
            view! { <option value=language selected=chosen>{label}</option> }
        })
    };
    let add = move || {
        let language = adding.get_untracked().trim().to_owned();
        if !language.is_empty() {
            editing.language.set(language);
            editing.words(|_| ());
            adding.set(String::new());
        }
    };
    let fields = move || {
        let language = editing.language.get();
        let start = editing.page.with_untracked(|page| {
            let same = |texts: &&UnsubscribeTexts| texts.language == language;
            page.texts.iter().find(same).cloned().unwrap_or_default()
        });
        let field = |(label, read, write): Sentence| {
            let start = read(&start).clone();
            view! {
                <label class="field">
                    <span class="field-label">{t(label)}</span>
                    <input
                        class="input"
                        type="text"
                        prop:value=start
                        on:input=move |event| {
                            let typed = value(&event);
                            editing.words(|texts| *write(texts) = typed);
                        }
                    />
                </label>
            }
        };
        SENTENCES.into_iter().map(field).collect::<Vec<_>>()
    };
    view! {
        <details class="folded">
            <summary data-testid="page-words">{t(campaigns::page_words)}</summary>
            <p class="field-hint">{t(campaigns::page_words_hint)}</p>
            <div class="pair">
                <label class="field">
                    <span class="field-label">{t(campaigns::page_language)}</span>
                    <select
                        class="input"
                        data-testid="page-language"
                        on:change=move |event| editing.language.set(value(&event))
                    >
                        {each(move || languages.get().into_iter().map(option).collect())}
                    </select>
                </label>
                <div class="field">
                    <label class="field-label">
                        {t(campaigns::page_add_language)}
                        <input
                            class="input"
                            type="text"
                            maxlength="11"
                            placeholder="ca"
                            autocapitalize="none"
                            data-testid="page-new-language"
                            prop:value=move || adding.get()
                            on:input=move |event| adding.set(value(&event))
                        />
                    </label>
                    <Button test="page-add-language" on_press=add>{t(campaigns::page_add)}</Button>
                </div>
            </div>
            <div class="settings-form">{dynamic(fields)}</div>
        </details>
    }
}

/// As the server draws it, a moment after the last change.
#[component]
fn Preview(editing: Editing, problem: Memo<Option<PageProblem>>) -> View {
    let done = RwSignal::new(false);
    let drawn = RwSignal::new(String::new());
    let latest = StoredValue::new(0_u32);
    effect(move || {
        let page = editing.page.get();
        let (language, done) = (editing.language.get(), done.get());
        if problem.get().is_some() {
            return;
        }
        latest.update_value(|latest| *latest += 1);
        let this = latest.get_value();
        spawn_local(async move {
            // An answer that was overtaken is of no use; neither is a failed one.
            if let Ok(document) = api::preview_page(&page, &language, done).await
                && latest.try_get_value() == Some(this)
            {
                drawn.try_set(document);
            }
        });
    });
    let side = move |is: bool, label: Text, test: &'static str| {
        view! {
            <button
                type="button"
                class="button button-quiet button-small"
                data-testid=test
                aria-pressed=move || (done.get() == is).to_string()
                on:click=move |_| done.set(is)
            >
                {t(label)}
            </button>
        }
    };
    let title = Signal::derive(move || campaigns::page_preview.of(locale()).to_owned());
    view! {
        <div class="page-preview">
            <div class="page-preview-sides">
                {side(false, campaigns::page_before, "preview-asked")}
                {side(true, campaigns::page_after, "preview-done")}
            </div>
            <iframe
                title=title
                sandbox=""
                data-testid="page-preview"
                srcdoc=move || drawn.get()
            ></iframe>
        </div>
    }
}

fn words(problem: PageProblem) -> Text {
    match problem {
        PageProblem::Name => campaigns::page_problem_name,
        PageProblem::Logo => campaigns::page_problem_logo,
        PageProblem::Colour => campaigns::page_problem_colour,
        PageProblem::Language => campaigns::page_problem_language,
        PageProblem::Sentence => campaigns::page_problem_sentence,
    }
}

/// Reads a picture as `data:`; what is far too large is not read at all, but refused all the
/// same, as it would be later.
fn read_picture(file: &File, give: impl Fn(String) + 'static) {
    if file.size() > f64::from(u32::try_from(MOST_LOGO).unwrap_or(u32::MAX)) {
        give("x".repeat(MOST_LOGO + 1));
        return;
    }
    let Ok(reader) = FileReader::new() else {
        return;
    };
    let read = reader.clone();
    let loaded = Closure::once_into_js(move |_: JsValue| {
        let picture = read.result().ok().and_then(|result| result.as_string());
        give(picture.unwrap_or_default());
    });
    reader.set_onload(Some(loaded.unchecked_ref()));
    // Refused only while it is reading already.
    let _ = reader.read_as_data_url(file);
}

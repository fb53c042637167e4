//! Encoding, links, country and campaign name: what most messages leave as it is.

use leptos::prelude::*;
use septet_core::campaign::Field as Name;
use septet_core::encoding::EncodingChoice;
use septet_core::wire::{SmsDraft, Utm};

use super::country::CountryField;
use super::schedule::Schedule;
use super::state::{State, default_name};
use super::words;
use crate::components::Field;
use crate::dom::{View, checked, value, view};
use crate::i18n::{Text, composer, phrase, t};

#[component]
pub(super) fn Options(state: State) -> View {
    view! {
        <h2>{t(composer::options)}</h2>
        <div class="pair">
            <EncodingField state />
            <CountryField state />
        </div>
        <Switch
            state
            label=composer::transliterate
            hint=composer::transliterate_hint
            test="transliterate"
            read=|draft| draft.transliterate
            write=|draft, on| draft.transliterate = on
        />
        <Switch
            state
            label=composer::shorten
            hint=composer::shorten_hint
            test="shorten"
            read=|draft| draft.shorten_links
            write=|draft, on| draft.shorten_links = on
        />
        <Tags state />
        <Schedule state />
        <NameField state />
    }
}

#[component]
fn EncodingField(state: State) -> View {
    let chosen = state.draft.with_untracked(|draft| draft.encoding);
    let option = |choice: &EncodingChoice| {
        let label = t(words::choice(*choice));
        view! { <option value=choice.name() selected=*choice == chosen>{label}</option> }
    };
    let options: Vec<_> = EncodingChoice::ALL.iter().map(option).collect();
    view! {
        <label class="field">
            <span class="field-label">{t(composer::encoding)}</span>
            <select
                class="input"
                data-testid="encoding"
                on:change=move |event| {
                    if let Some(choice) = EncodingChoice::from_name(&value(&event)) {
                        state.edit(|draft| draft.encoding = choice);
                    }
                }
            >
                {options}
            </select>
        </label>
    }
}

/// Something that is on or off.
#[component]
fn Switch(
    state: State,
    label: Text,
    hint: Text,
    test: &'static str,
    read: fn(&SmsDraft) -> bool,
    write: fn(&mut SmsDraft, bool),
) -> View {
    view! {
        <label class="switch">
            <input
                type="checkbox"
                role="switch"
                data-testid=test
                prop:checked=state.draft.with_untracked(read)
                on:change=move |event| {
                    let on = checked(&event);
                    state.edit(|draft| write(draft, on));
                }
            />
            <span>
                <span class="switch-label">{t(label)}</span>
                <span class="field-hint">{t(hint)}</span>
            </span>
        </label>
    }
}

/// One of the tags.
type Tag = fn(&mut Utm) -> &mut String;

/// Campaign tags of links.
#[component]
fn Tags(state: State) -> View {
    let tags: [(&str, &str, Tag); 6] = [
        ("utm_source", "septet", |utm| &mut utm.source),
        ("utm_medium", "sms", |utm| &mut utm.medium),
        ("utm_campaign", "", |utm| &mut utm.campaign),
        ("utm_term", "", |utm| &mut utm.term),
        ("utm_content", "", |utm| &mut utm.content),
        ("utm_id", "", |utm| &mut utm.id),
    ];
    let mut utm = state.draft.with_untracked(|draft| draft.utm.clone());
    let used = utm != Utm::default();
    let inputs = tags.map(|(name, example, of)| {
        let tag = of(&mut utm).clone();
        view! {
            <label class="field">
                <span class="field-label"><code>{name}</code></span>
                <input
                    class="input"
                    type="text"
                    data-testid=name
                    autocomplete="off"
                    placeholder=example
                    prop:value=tag
                    on:input=move |event| {
                        let typed = value(&event);
                        state.edit(|draft| *of(&mut draft.utm) = typed);
                    }
                />
            </label>
        }
    });
    view! {
        <details class="folded" open=used>
            <summary data-testid="utm">{t(composer::utm)}</summary>
            <p class="field-hint">{t(composer::utm_hint)}</p>
            <div class="pair">{inputs}</div>
        </details>
    }
}

#[component]
fn NameField(state: State) -> View {
    let trouble = Signal::derive(move || words::trouble(state, Name::CampaignName));
    let name = state
        .draft
        .with_untracked(|draft| draft.campaign_name.clone());
    let hint = Signal::derive(move || Some(t(composer::campaign_name_hint)().to_owned()));
    view! {
        <Field
            field=Name::CampaignName
            label=phrase(composer::campaign_name)
            hint
            error=trouble
            control=Box::new(move |ids| view! {
                <input
                    id=ids.control
                    class="input"
                    data-testid="campaign-name"
                    type="text"
                    autocomplete="off"
                    placeholder=default_name()
                    aria-describedby=ids.description
                    aria-invalid=move || trouble.get().map(|_| "true")
                    prop:value=name
                    on:input=move |event| {
                        let typed = value(&event);
                        state.edit(|draft| draft.campaign_name = typed);
                        state.touch(Name::CampaignName);
                    }
                />
            })
        />
    }
}

//! Encoding, links, country and campaign name: what most messages leave as it is.

use leptos::prelude::*;
use septet_core::campaign::Field as Name;
use septet_core::encoding::EncodingChoice;
use septet_core::wire::{Purpose, SmsDraft, Utm};

use super::country::CountryField;
use super::schedule::Schedule;
use super::state::{State, default_name};
use super::words;
use crate::components::Field;
use crate::dom::{Entry, View, checked, each, value, view, when};
use crate::i18n::{Text, composer, locale, phrase, t};
use crate::signals::Memo;

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
        <Hosts state />
        <Tags state />
        <Schedule state />
        <PurposeField state />
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

/// Which links are shortened, where they lead to several hosts or some are left alone.
#[component]
fn Hosts(state: State) -> View {
    let hosts = Memo::new(move |_| {
        let shorten = state.draft.with(|draft| draft.shorten_links);
        let hosts = if shorten { state.hosts() } else { Vec::new() };
        let plain = state
            .draft
            .with(|draft| draft.plain_hosts.iter().any(|host| hosts.contains(host)));
        if hosts.len() > 1 || plain {
            hosts
        } else {
            Vec::new()
        }
    });
    let row = move |host: String| {
        let key = host.clone();
        Entry::new(key, move || {
            let plain = state
                .draft
                .with_untracked(|draft| draft.plain_hosts.contains(&host));
            let named = host.clone();
            let label = Signal::derive(move || composer::shorten_which(locale(), &named));
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="shorten-host"
                        prop:checked=!plain
                        on:change=move |event| {
                            let shorten = checked(&event);
                            let host = host.clone();
                            state.edit(|draft| {
                                draft.plain_hosts.retain(|known| *known != host);
                                if !shorten {
                                    draft.plain_hosts.push(host);
                                }
                            });
                        }
                    />
                    <span>{label}</span>
                </label>
            }
        })
    };
    view! {
        <div>{each(move || hosts.get().into_iter().map(row).collect())}</div>
    }
}

/// What it is for. Two switches, both of which somebody has to turn, let a message go to
/// people who have opted out.
#[component]
fn PurposeField(state: State) -> View {
    let draft = state.draft;
    let used = draft.with_untracked(|draft| draft.purpose == Purpose::Transactional);
    let transactional =
        Memo::new(move |_| draft.with(|draft| draft.purpose == Purpose::Transactional));
    view! {
        <details class="folded" open=used>
            <summary data-testid="purpose">{t(composer::purpose)}</summary>
            <Switch
                state
                label=composer::transactional
                hint=composer::transactional_hint
                test="transactional"
                read=|draft| draft.purpose == Purpose::Transactional
                write=|draft, on| {
                    draft.purpose = if on { Purpose::Transactional } else { Purpose::Commercial };
                    // Never by one switch alone.
                    draft.ignore_opt_outs = false;
                }
            />
            {when(move || transactional.get(), move || view! {
                <Switch
                    state
                    label=composer::ignore_opt_outs
                    hint=composer::ignore_opt_outs_hint
                    test="ignore-opt-outs"
                    read=|draft| draft.ignore_opt_outs
                    write=|draft, on| draft.ignore_opt_outs = on
                />
            })}
        </details>
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
    let cost = Memo::new(move |_| state.tags_cost());
    view! {
        <details class="folded" open=used>
            <summary data-testid="utm">{t(composer::utm)}</summary>
            <p class="field-hint">{t(composer::utm_hint)}</p>
            {when(move || cost.get() > 0, move || view! {
                <p class="field-hint" data-testid="utm-cost">
                    {Signal::derive(move || composer::utm_cost(locale(), cost.get()))}
                </p>
            })}
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

//! The menu of contact properties that can stand in a message.

use leptos::prelude::*;
use septet_core::wire::Property;

use super::state::State;
use crate::components::{ErrorNotice, Skeleton};
use crate::i18n::{composer, t};
use crate::remote::{self, Remote};

/// Opens under its button; a choice types the token into the message.
#[component]
pub(super) fn TokenMenu(
    state: State,
    on_pick: impl Fn(&str) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let words = RwSignal::new(String::new());
    let fallback = RwSignal::new(String::new());
    let pick = move |name: String| {
        let fallback = fallback.get_untracked();
        let fallback = fallback.trim();
        on_pick(&if fallback.is_empty() {
            format!("{{{{contact.{name}}}}}")
        } else {
            format!("{{{{contact.{name}|{fallback}}}}}")
        });
        open.set(false);
        words.set(String::new());
    };
    let found = move || match state.properties.get() {
        Remote::Ready(all) => {
            let words = words.get().to_lowercase();
            let matches = |property: &Property| {
                property.label.to_lowercase().contains(&words) || property.name.contains(&words)
            };
            let mut found: Vec<Property> = all.into_iter().filter(matches).collect();
            found.sort_by_key(|property| (rank(&property.name), property.label.to_lowercase()));
            found
        }
        Remote::Loading | Remote::Failed(_) => Vec::new(),
    };
    view! {
        <details
            class="menu"
            prop:open=move || open.get()
            on:toggle=move |event| open.set(event_target::<web_sys::HtmlDetailsElement>(&event).open())
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    open.set(false);
                }
            }
        >
            <summary class="button button-quiet" data-testid="token-menu">{t(composer::insert_token)}</summary>
            <div class="menu-panel">
                <input
                    type="search"
                    class="input"
                    data-testid="token-search"
                    placeholder=t(composer::search_properties)
                    aria-label=t(composer::search_properties)
                    prop:value=move || words.get()
                    on:input=move |event| words.set(event_target_value(&event))
                />
                <input
                    type="text"
                    class="input"
                    data-testid="token-fallback"
                    placeholder=t(composer::fallback)
                    aria-label=t(composer::fallback)
                    prop:value=move || fallback.get()
                    on:input=move |event| fallback.set(event_target_value(&event))
                />
                {move || match state.properties.get() {
                    Remote::Loading => view! { <Skeleton lines=3 /> }.into_any(),
                    Remote::Failed(error) => view! {
                        <ErrorNotice
                            error
                            on_retry=move |()| remote::load(state.properties, crate::api::properties())
                        />
                    }.into_any(),
                    Remote::Ready(_) => view! {
                        <ul class="menu-list">
                            <For each=found key=|property| property.name.clone() let:property>
                                <li>
                                    <button
                                        type="button"
                                        class="menu-item"
                                        data-testid="token"
                                        data-name=property.name.clone()
                                        on:click={
                                            let name = property.name.clone();
                                            move |_| pick(name.clone())
                                        }
                                    >
                                        <span>{property.label.clone()}</span>
                                        <code>{property.name.clone()}</code>
                                    </button>
                                </li>
                            </For>
                        </ul>
                    }.into_any(),
                }}
            </div>
        </details>
    }
}

/// What people use most comes first.
fn rank(name: &str) -> usize {
    const FIRST: [&str; 5] = ["firstname", "lastname", "company", "city", "email"];
    FIRST
        .iter()
        .position(|first| *first == name)
        .unwrap_or(FIRST.len())
}

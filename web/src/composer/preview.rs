//! A phone that shows the message as one contact will see it.

use leptos::prelude::*;
use septet_core::encoding::{ReferenceBits, Segmentation};
use septet_core::sender::Sender;

use super::audience::Way;
use super::state::State;
use super::whose::Whose;
use crate::components::{Icon, Notice, Shape, Tone};
use crate::dom::{View, dynamic, view};
use crate::i18n::{composer, locale, t};
use crate::remote::Remote;
use crate::signals::Memo;

/// Whose phone it is, the phone, and what the message lacks for this contact.
#[component]
pub(super) fn Preview(state: State) -> View {
    let sender = Memo::new(move |_| {
        let typed = state.draft.with(|draft| draft.sender.trim().to_owned());
        // As 360nrs gets it, once it is one.
        Sender::parse(&typed).map_or(typed, |sender| sender.as_str().to_owned())
    });
    let shown_sender = move || match sender.get() {
        sender if sender.is_empty() => composer::sender.of(locale()).to_owned(),
        sender => sender,
    };
    let screen = move || {
        state.shown.with(|shown| match &shown.counted {
            Ok(counted) if counted.text.trim().is_empty() => {
                view! { <p class="phone-empty">{t(composer::preview_empty)}</p> }
            }
            Ok(counted) => bubble(counted),
            // The field says what is wrong; the phone shows the text as it stands.
            Err(_) => view! {
                <div class="bubble bubble-bad" data-testid="preview-text">{shown.text.clone()}</div>
            },
        })
    };
    let missing = Memo::new(move |_| state.shown.with(|shown| shown.missing.clone()));
    let lacks = move || {
        let (names, somebody) = (missing.get(), state.recipient.with(Option::is_some));
        // Without a file there is nothing to choose here.
        if names.is_empty() || (!somebody && state.way.get() == Way::File) {
            return View::nothing();
        }
        let labels: Vec<String> = names.iter().map(|name| label(state, name)).collect();
        let labels = labels.join(", ");
        let words = if somebody {
            composer::missing(locale(), &labels)
        } else {
            composer::missing_nobody(locale(), &labels)
        };
        view! {
            <div data-testid="missing">
                <Notice tone=Tone::Info><p>{words}</p></Notice>
            </div>
        }
    };
    let targets = Memo::new(move |_| {
        let short = state.draft.with(|draft| draft.shorten_links);
        let links = state.shown.with(|shown| shown.links.clone());
        if short {
            links.join("\n")
        } else {
            String::new()
        }
    });
    let leads = move || {
        let targets = targets.get();
        (!targets.is_empty()).then(|| {
            view! {
                <p class="targets">
                    {t(composer::leads_to)} <span data-testid="targets">{targets}</span>
                </p>
            }
        })
    };
    view! {
        <section id="preview" class="preview" aria-label=t(composer::preview)>
            <h2>{t(composer::preview)}</h2>
            <Whose state />
            <div class="phone">
                <p class="phone-sender" class:phone-nobody=move || sender.with(String::is_empty)>
                    <span class="phone-avatar"><Icon shape=Shape::Phone /></span>
                    <span data-testid="preview-sender">{Signal::derive(shown_sender)}</span>
                </p>
                <div class="phone-screen">{dynamic(screen)}</div>
            </div>
            {dynamic(leads)}
            {dynamic(lacks)}
        </section>
    }
}

/// The parts, joined as the phone joins them, with a line where each ends.
fn bubble(counted: &Segmentation<'_>) -> View {
    let several = counted.parts().len() > 1;
    let room = counted.encoding.each(ReferenceBits::Eight);
    let mut stretches = linked(&counted.text);
    let parts = counted.parts().enumerate().map(|(index, part)| {
        let rest = cut(&mut stretches, part.text.len());
        let inside = std::mem::replace(&mut stretches, rest).into_iter();
        let figures = [
            (index + 1).to_string(),
            part.units.to_string(),
            room.to_string(),
        ];
        let end = several.then(|| {
            let words = Signal::derive(move || {
                let [part, units, room] = &figures;
                composer::part_end(locale(), part, units, room)
            });
            view! { <span class="part-end">{words}</span> }
        });
        let inside =
            inside.map(|(link, text)| view! { <span class:bubble-link=link>{text}</span> });
        view! {
            <span class="bubble-part" data-testid="part">{inside.collect::<Vec<_>>()}</span>
            {end}
        }
    });
    view! { <div class="bubble" data-testid="preview-text">{parts.collect::<Vec<_>>()}</div> }
}

/// Cuts a text so that what phones turn into links stands alone.
fn linked(text: &str) -> Vec<(bool, String)> {
    let mut stretches = Vec::new();
    let mut rest = text;
    while let Some(start) = ["https://", "http://"]
        .iter()
        .filter_map(|head| rest.find(head))
        .min()
    {
        let (before, link) = rest.split_at(start);
        let end = link.find(char::is_whitespace).unwrap_or(link.len());
        let link = link[..end].trim_end_matches(['.', ',', ';', ')', '!', '?']);
        stretches.push((false, before.to_owned()));
        stretches.push((true, link.to_owned()));
        rest = &rest[start + link.len()..];
    }
    stretches.push((false, rest.to_owned()));
    stretches
}

/// Cuts stretches after so many bytes; a link that goes on in the next part stays one.
fn cut(stretches: &mut Vec<(bool, String)>, mut bytes: usize) -> Vec<(bool, String)> {
    for index in 0..stretches.len() {
        let (link, text) = &mut stretches[index];
        if bytes < text.len() {
            let rest = (*link, text.split_off(bytes));
            let after = stretches.split_off(index + 1);
            return std::iter::once(rest).chain(after).collect();
        }
        bytes -= text.len();
    }
    Vec::new()
}

/// What people call a property or a column.
pub(super) fn label(state: State, name: &str) -> String {
    let label = state.fields().with(|fields| match fields {
        Remote::Ready(all) => {
            let found = all.iter().find(|property| property.name == name);
            found.map(|property| property.label.clone())
        }
        Remote::Loading | Remote::Failed(_) => None,
    });
    label.unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::{cut, linked};

    #[wasm_bindgen_test]
    fn links_end_before_spaces_and_the_full_stop_of_a_sentence() {
        let marked: Vec<String> = linked("Veja https://s.pt/l/ab. Sair: http://s.pt/u/cd")
            .into_iter()
            .filter(|(link, _)| *link)
            .map(|(_, text)| text)
            .collect();
        assert_eq!(marked, ["https://s.pt/l/ab", "http://s.pt/u/cd"]);
    }

    #[wasm_bindgen_test]
    fn a_link_across_two_parts_is_one_in_both() {
        let mut first = linked("Olá https://s.pt/l/ab!");
        let second = cut(&mut first, "Olá https://s.pt".len());
        assert_eq!(first[1], (true, "https://s.pt".into()));
        assert_eq!(second[0], (true, "/l/ab".into()));
    }

    #[wasm_bindgen_test]
    fn nothing_of_the_text_is_lost() {
        let text = "a https:// b www.c.pt https://d";
        let joined: String = linked(text).into_iter().map(|(_, text)| text).collect();
        assert_eq!(joined, text);
    }
}

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

use super::{Child, Entry, View, dynamic, each, view, when};
use crate::signals::RwSignal;

/// A place in the document, with the owner of what is drawn there.
struct Stage {
    element: Element,
    owner: Owner,
}

impl Stage {
    fn draw(draw: impl FnOnce() -> View) -> Self {
        // Refused when another test has done it.
        let _ = any_spawner::Executor::init_wasm_bindgen();
        let element = document().create_element("div").unwrap();
        document().body().unwrap().append_child(&element).unwrap();
        let owner = Owner::new();
        owner.with(draw).append_to(&element);
        Self { element, owner }
    }

    fn text(&self) -> String {
        self.element.text_content().unwrap()
    }

    fn find(&self, selector: &str) -> HtmlElement {
        let found = self.element.query_selector(selector).unwrap();
        found.unwrap().unchecked_into()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.element.remove();
    }
}

/// Effects run in the browser's next turn.
async fn turn() {
    any_spawner::Executor::tick().await;
}

#[wasm_bindgen_test]
async fn attributes_classes_styles_properties_and_texts_follow_their_signals() {
    let on = RwSignal::new(false);
    let words = RwSignal::new(String::from("one"));
    let stage = Stage::draw(|| {
        view! {
            <input
                type="checkbox"
                title=words
                disabled=on
                class:lit=on
                style:width=move || on.get().then_some("7px")
                prop:checked=on
            />
            <svg viewBox="0 0 1 1"><path d="M0 0" /></svg>
            {words} "!"
        }
    });
    let input = stage.find("input");
    let seen = || {
        let style = input.style().get_property_value("width").unwrap();
        let checked = input.unchecked_ref::<web_sys::HtmlInputElement>().checked();
        let lit = input.class_list().contains("lit");
        (
            input.title(),
            input.has_attribute("disabled"),
            lit,
            style,
            checked,
        )
    };
    assert_eq!(seen(), ("one".into(), false, false, String::new(), false));
    assert_eq!(stage.text(), "one!");
    on.set(true);
    words.set("two".into());
    turn().await;
    assert_eq!(seen(), ("two".into(), true, true, "7px".into(), true));
    assert_eq!(stage.text(), "two!");
    let path = stage.find("path");
    assert_eq!(path.namespace_uri().unwrap(), "http://www.w3.org/2000/svg");
}

#[wasm_bindgen_test]
fn a_select_shows_the_value_that_it_was_given() {
    let stage = Stage::draw(|| {
        view! {
            <select prop:value="b"><option value="a"></option><option value="b"></option></select>
        }
    });
    let select: web_sys::HtmlSelectElement = stage.find("select").unchecked_into();
    assert_eq!(select.value(), "b");
}

#[wasm_bindgen_test]
async fn regions_lie_in_regions_and_what_follows_them_stays_in_its_place() {
    let outer = RwSignal::new(1);
    let inner = RwSignal::new(1);
    let stage = Stage::draw(|| {
        view! {
            "["
            {dynamic(move || {
                let outer = outer.get().to_string();
                view! { {outer} {dynamic(move || {
                    let inner = inner.get().to_string();
                    view! { <b>{inner.clone()}</b> <i>{inner}</i> }
                })} }
            })}
            "]"
        }
    });
    assert_eq!(stage.text(), "[111]");
    inner.set(2);
    turn().await;
    assert_eq!(stage.text(), "[122]");
    outer.set(2);
    turn().await;
    assert_eq!(stage.text(), "[222]");
    inner.set(3);
    turn().await;
    assert_eq!(stage.text(), "[233]");
}

#[wasm_bindgen_test]
async fn a_condition_that_goes_on_to_hold_draws_nothing_anew() {
    let count = RwSignal::new(0);
    let stage = Stage::draw(|| when(move || count.get() > 0, || view! { <b>"some"</b> }));
    assert_eq!(stage.text(), "");
    count.set(1);
    turn().await;
    let drawn = stage.find("b");
    count.set(2);
    turn().await;
    assert_eq!(stage.find("b"), drawn);
    count.set(0);
    turn().await;
    assert_eq!(stage.text(), "");
}

#[wasm_bindgen_test]
async fn entries_that_stay_keep_their_elements_in_whatever_order() {
    let keys = RwSignal::new(String::from("abc"));
    let let_go = StoredValue::new(String::new());
    let stage = Stage::draw(|| {
        let entry = move |key: char| {
            let key = key.to_string();
            Entry::new(key.clone(), move || {
                let text = key.clone();
                on_cleanup(move || let_go.update_value(|gone| gone.push_str(&key)));
                view! { <b class=text.clone()>{text.clone()}</b> }
            })
        };
        view! { <p>{each(move || keys.get().chars().map(entry).collect())}</p> "." }
    });
    let (a, c) = (stage.find(".a"), stage.find(".c"));
    for (next, gone) in [("cab", ""), ("dca", "b"), ("", "bacd"), ("a", "bacd")] {
        keys.set(next.into());
        turn().await;
        assert_eq!(stage.text(), [next, "."].concat());
        let mut gone: Vec<char> = gone.chars().collect();
        let mut found: Vec<char> = let_go.get_value().chars().collect();
        gone.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, gone, "{next}");
        if next.len() == 3 {
            assert_eq!((stage.find(".a"), stage.find(".c")), (a.clone(), c.clone()));
        }
    }
}

#[wasm_bindgen_test]
async fn handlers_hear_their_event_and_nothing_follows_once_the_owner_is_gone() {
    let pressed = RwSignal::new(0);
    let stage = Stage::draw(|| {
        view! { <button on:click=move |_| pressed.update(|count| *count += 1)>{move || pressed.get().to_string()}</button> }
    });
    stage.find("button").click();
    turn().await;
    assert_eq!(stage.text(), "1");
    stage.owner.cleanup();
    pressed.set(5);
    turn().await;
    assert_eq!(stage.text(), "1");
}

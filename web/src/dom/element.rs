//! One element and what can be said of it, as `view!` says it.

use js_sys::Reflect;
use leptos::ev::EventDescriptor;
use leptos::html::ElementType;
use leptos::prelude::{NodeRef, StoredValue, document};
use leptos::tachys::html::node_ref::NodeRefContainer;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlElement, HtmlInputElement, Node};

use super::bind::{Bind, Binding, Child, Value};
use super::{View, sure};

/// Under construction; a fragment has children only.
#[derive(Debug)]
pub(crate) struct Element(Node);

/// An element whose name and fixed attributes stand in one string, line by line.
pub(crate) fn element(known: &str) -> Element {
    let mut lines = known.split('\n');
    let name = lines.next().unwrap_or_default();
    let element = match name {
        "svg" | "path" | "rect" => {
            document().create_element_ns(Some("http://www.w3.org/2000/svg"), name)
        }
        name => document().create_element(name),
    };
    let element = sure(element);
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        sure(element.set_attribute(name, value));
    }
    Element(element.into())
}

/// Several views side by side.
pub(crate) fn fragment() -> Element {
    Element(document().create_document_fragment().into())
}

impl Element {
    /// Done.
    pub(crate) fn view(self) -> View {
        View(self.0)
    }

    /// Adds what comes after the children so far.
    pub(crate) fn child(self, child: impl Child) -> Self {
        child.append_to(&self.0);
        self
    }

    /// An attribute whose value is known only now, or changes.
    pub(crate) fn attribute(self, name: &'static str, value: impl Bind) -> Self {
        set(&self.0, Kind::Attribute, name, value.binding());
        self
    }

    /// A class that the element has while something holds.
    pub(crate) fn class(self, name: &'static str, on: impl Bind) -> Self {
        set(&self.0, Kind::Class, name, on.binding());
        self
    }

    /// One property of the element's own style.
    pub(crate) fn style(self, name: &'static str, value: impl Bind) -> Self {
        set(&self.0, Kind::Style, name, value.binding());
        self
    }

    /// A property of the browser's object, such as what a field contains now.
    pub(crate) fn property(self, name: &'static str, value: impl Bind) -> Self {
        set(&self.0, Kind::Property, name, value.binding());
        self
    }

    /// Calls when an event happens here or bubbles up to here.
    pub(crate) fn on<E: EventDescriptor>(
        self,
        event: E,
        mut then: impl FnMut(E::EventType) + 'static,
    ) -> Self
    where
        E::EventType: JsCast,
    {
        self.listen(
            &event.name(),
            Box::new(move |event| then(event.unchecked_into())),
        );
        self
    }

    fn listen(&self, event: &str, then: Box<dyn FnMut(Event)>) {
        let then = Closure::wrap(then);
        let listens = self
            .0
            .add_event_listener_with_callback(event, then.as_ref().unchecked_ref());
        sure(listens);
        // Let go with the owner, as the element is.
        StoredValue::new_local(then);
    }

    /// Lets `reference` find this element.
    pub(crate) fn node_ref<E>(self, reference: NodeRef<E>) -> Self
    where
        E: ElementType,
        E::Output: JsCast + 'static,
    {
        NodeRefContainer::<E>::load(reference, self.0.unchecked_ref());
        self
    }
}

/// What of an element a name names.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Attribute,
    Class,
    Style,
    Property,
}

/// Sets something by name, now and whenever its value changes.
fn set(node: &Node, kind: Kind, name: &'static str, value: Binding) {
    let element: HtmlElement = node.clone().unchecked_into();
    value.apply(move |value| {
        let done = match (kind, value) {
            (Kind::Attribute, Value::Absent) => element.remove_attribute(name),
            (Kind::Attribute, value) => element.set_attribute(name, &value.words()),
            (Kind::Class, value) => {
                let on = !matches!(value, Value::Absent);
                let done = element.class_list().toggle_with_force(name, on);
                done.map(drop)
            }
            (Kind::Style, value) => element.style().set_property(name, &value.words()),
            (Kind::Property, value) => {
                let value = match value {
                    Value::Absent => JsValue::FALSE,
                    Value::Present => JsValue::TRUE,
                    Value::Words(words) => JsValue::from_str(&words),
                };
                Reflect::set(&element, &JsValue::from_str(name), &value).map(drop)
            }
        };
        sure(done);
    });
}

/// What the field contains whose event this is.
pub(crate) fn value(event: &Event) -> String {
    field(event).value()
}

/// Whether the box is ticked whose event this is.
pub(crate) fn checked(event: &Event) -> bool {
    field(event).checked()
}

/// The field whose event this is: a `<select>` and a `<textarea>` have the same properties under
/// the same names.
pub(crate) fn field(event: &Event) -> HtmlInputElement {
    let target = event.target().expect("a listener's event has a target");
    target.unchecked_into()
}

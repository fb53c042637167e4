//! The browser's `EventSource` on one campaign's events, closed when dropped.

use septet_core::wire::{CampaignSummary, RecipientRow};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{EventSource, MessageEvent};

use crate::api;

/// What the stream says.
#[derive(Debug, Clone)]
pub(super) enum Event {
    /// Connected, for the first time or again: events may have been missed.
    Open,
    /// Not connected; the browser tries again.
    Interrupted,
    /// Not connected, and the browser has given up.
    Closed,
    /// The campaign has changed.
    Campaign(Box<CampaignSummary>),
    /// A recipient has changed.
    Recipient(Box<RecipientRow>),
    /// Recipients have changed that nobody names.
    Recipients,
    /// Whether the server cannot store anything.
    Outage(bool),
}

/// An open connection.
#[derive(Debug)]
pub(super) struct Stream {
    source: EventSource,
    /// The browser calls it for every event as long as the source is open.
    _listener: Closure<dyn FnMut(web_sys::Event)>,
}

impl Stream {
    /// Listens; `None` where the browser refuses the address.
    pub(super) fn open(url: &str, mut on_event: impl FnMut(Event) + 'static) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let sender = source.clone();
        let listener = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            if let Some(event) = read(&sender, &event) {
                on_event(event);
            }
        });
        for name in [
            "open",
            "error",
            "campaign",
            "recipient",
            "recipients",
            "outage",
        ] {
            let function = listener.as_ref().unchecked_ref();
            source
                .add_event_listener_with_callback(name, function)
                .ok()?;
        }
        Some(Self {
            source,
            _listener: listener,
        })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

fn read(source: &EventSource, event: &web_sys::Event) -> Option<Event> {
    let data = || event.dyn_ref::<MessageEvent>()?.data().as_string();
    match event.type_().as_str() {
        "open" => Some(Event::Open),
        "error" if source.ready_state() == EventSource::CLOSED => Some(Event::Closed),
        "error" => Some(Event::Interrupted),
        "campaign" => api::parse(&data()?).map(|campaign| Event::Campaign(Box::new(campaign))),
        "recipients" => Some(Event::Recipients),
        "outage" => Some(Event::Outage(data()? == "true")),
        _ => api::parse(&data()?).map(|row| Event::Recipient(Box::new(row))),
    }
}

//! What the page remembers in this browser.
//!
//! Storage may be switched off or full; then nothing is remembered and the page
//! works the same.

use leptos::prelude::window;

/// One remembered text, by its key in `localStorage`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stored(&'static str);

impl Stored {
    pub(crate) const fn new(key: &'static str) -> Self {
        Self(key)
    }

    /// What was written last, if anything.
    pub(crate) fn read(self) -> Option<String> {
        window().local_storage().ok()??.get_item(self.0).ok()?
    }

    /// Remembers a text.
    pub(crate) fn write(self, value: &str) {
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(self.0, value);
        }
    }

    /// Forgets it.
    pub(crate) fn clear(self) {
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.remove_item(self.0);
        }
    }
}

/// A random key, made here so that the server recognises a repeated request.
pub(crate) fn new_key() -> String {
    // Without a secure context there is no `randomUUID`; random numbers there are.
    let random = || format!("{:016x}", js_sys::Math::random().to_bits());
    let uuid = js_sys::Reflect::get(&window(), &"isSecureContext".into());
    match window().crypto() {
        Ok(crypto) if uuid.is_ok_and(|secure| secure.is_truthy()) => crypto.random_uuid(),
        _ => [random(), random()].concat(),
    }
}

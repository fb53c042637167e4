//! What turns the core's JavaScript face into a module: a way to ask for memory and a way
//! to stop. All functions are the core's.
//!
//! The standard library would bring both, and with them the sentences of every panic, which
//! nobody could read: a third of the module's weight. Only `serde-wasm-bindgen`, which the
//! module for senders and phone numbers uses, needs it.

#![cfg_attr(not(feature = "sending"), no_std)]

// Its exports are the module's.
use septet_core as _;

#[cfg(all(
    target_arch = "wasm32",
    any(feature = "text", feature = "forecast"),
    not(feature = "sending")
))]
mod bare {
    #[global_allocator]
    static MEMORY: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

    #[panic_handler]
    fn stop(_: &core::panic::PanicInfo<'_>) -> ! {
        core::arch::wasm32::unreachable()
    }
}

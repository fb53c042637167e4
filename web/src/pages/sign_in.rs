//! The way in: what Septet is, and the button that leads to HubSpot.

use leptos::prelude::*;

use super::wanted;
use crate::components::{Icon, Look, Notice, Shape, Tone};
use crate::dom::{View, view};
use crate::i18n::{Text, common, t};
use crate::router::{self, Route};
use crate::shell::{Brand, Preferences};

/// Shown at every address while nobody is signed in.
#[component]
pub(crate) fn SignIn() -> View {
    let error = match router::current() {
        Route::SignIn { error: Some(error) } => explanation(&error),
        _ => None,
    };
    let points = [
        common::sign_in_point_preview,
        common::sign_in_point_delivery,
        common::sign_in_point_optout,
    ];
    view! {
        <div class="sign-in">
            <header class="sign-in-header">
                <div class="brand">
                    <Brand />
                </div>
                <Preferences />
            </header>
            <main class="sign-in-main">
                <h1>{t(common::product_line)}</h1>
                <p class="sign-in-text">{t(common::sign_in_text)}</p>
                {error.map(|error| view! { <Notice tone=Tone::Error>{t(error)}</Notice> })}
                <form method="post" action="/auth/start" on:submit=|_| wanted::remember()>
                    <button
                        type="submit"
                        class=[Look::Primary.class(), " button-large"].concat()
                        data-testid="connect"
                    >
                        {t(common::connect)}
                    </button>
                </form>
                <p class="sign-in-note">{t(common::sign_in_note)}</p>
                <ul class="sign-in-points">
                    {points.map(|point| view! {
                        <li>
                            <Icon shape=Shape::Check />
                            <span>{t(point)}</span>
                        </li>
                    })}
                </ul>
            </main>
        </div>
    }
}

/// What `/sign-in?error=` means.
fn explanation(error: &str) -> Option<Text> {
    match error {
        "denied" => Some(common::sign_in_error_denied),
        "expired" => Some(common::sign_in_error_expired),
        "failed" => Some(common::sign_in_error_failed),
        "not_allowed" => Some(common::sign_in_error_not_allowed),
        "unreachable" => Some(common::sign_in_error_unreachable),
        _ => None,
    }
}

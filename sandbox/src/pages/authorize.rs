//! HubSpot's authorize page: choose an account, see the permissions, accept or refuse.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use url::Url;

use super::layout::Page;
use super::texts::{self, Texts, fill};
use super::visitor::Visitor;
use crate::hubspot::{Account, AuthorizeRefusal, AuthorizeRequest, decide};
use crate::shared::{Shared, lock};

/// `GET /hubspot/oauth/authorize`
pub(super) async fn ask(
    visitor: Visitor,
    State(shared): State<Arc<Shared>>,
    Query(request): Query<AuthorizeRequest>,
) -> Response {
    let redirect = match request.check() {
        Ok(redirect) => redirect,
        Err(refusal) => return refuse(&visitor, &refusal),
    };
    let accounts = lock(&shared.accounts);
    let accounts: Vec<&Account> = accounts.all().collect();
    let texts = visitor.texts();
    // Browsers hold the redirect after a form against its target as well.
    Page::new(&visitor, &texts.authorize.title)
        .form_ends_at(redirect.origin().ascii_serialization())
        .render(&question(texts, &request, &accounts))
}

/// The form of the page.
#[derive(Debug, Deserialize)]
pub(super) struct Decision {
    #[serde(flatten)]
    request: AuthorizeRequest,
    #[serde(default)]
    portal: String,
    decision: String,
}

/// `POST /hubspot/oauth/authorize`: everything is checked again, for a form can be forged.
pub(super) async fn decided(
    visitor: Visitor,
    State(shared): State<Arc<Shared>>,
    Form(form): Form<Decision>,
) -> Response {
    let redirect = match form.request.check() {
        Ok(redirect) => redirect,
        Err(refusal) => return refuse(&visitor, &refusal),
    };
    match conclude(&shared, &form, redirect) {
        Ok(Some(target)) => {
            // Whoever people come back to is the app.
            shared.set_app(target.origin().ascii_serialization());
            Redirect::to(target.as_str()).into_response()
        }
        Ok(None) => StatusCode::BAD_REQUEST.into_response(),
        Err(error) => {
            tracing::error!(%error, "no randomness for a code");
            let text = &visitor.texts().common.failed;
            let page = Page::new(&visitor, text).render(&html! { div.sheet { p { (text) } } });
            (StatusCode::INTERNAL_SERVER_ERROR, page).into_response()
        }
    }
}

/// Where to go; `None` when the account does not exist.
fn conclude(
    shared: &Shared,
    form: &Decision,
    redirect: Url,
) -> Result<Option<Url>, getrandom::Error> {
    let accounts = lock(&shared.accounts);
    let mut grants = lock(&shared.grants);
    if form.decision != "accept" {
        return decide(&form.request, redirect, None, &mut grants).map(Some);
    }
    let chosen = accounts
        .all()
        .find(|account| account.profile.id.to_string() == form.portal);
    chosen
        .map(|account| decide(&form.request, redirect, Some(&account.profile), &mut grants))
        .transpose()
}

fn question(texts: &Texts, request: &AuthorizeRequest, accounts: &[&Account]) -> Markup {
    let own = &texts.authorize;
    html! {
        form.sheet.authorize method="post" action="/hubspot/oauth/authorize" {
            h1 { (own.title) }
            p.lead { (own.lead) }
            (hidden("client_id", Some(&request.client_id)))
            (hidden("redirect_uri", Some(&request.redirect_uri)))
            (hidden("scope", Some(&request.scope)))
            (hidden("optional_scope", Some(&request.optional_scope)))
            (hidden("state", request.state.as_ref()))
            (hidden("code_challenge", request.code_challenge.as_ref()))
            (hidden("code_challenge_method", request.code_challenge_method.as_ref()))
            fieldset.accounts {
                legend { (own.choose) }
                @for (index, account) in accounts.iter().enumerate() {
                    (choice(texts, account, index == 0))
                }
            }
            section.permissions {
                h2 { (own.permissions) }
                ul {
                    @for scope in request.scopes() {
                        li { (own.scopes.get(&scope).unwrap_or(&scope)) }
                    }
                }
            }
            div.actions {
                button.button type="submit" name="decision" value="accept" { (own.accept) }
                button.button.quiet type="submit" name="decision" value="refuse" { (own.refuse) }
            }
        }
    }
}

/// One account to choose.
fn choice(texts: &Texts, account: &Account, chosen: bool) -> Markup {
    let own = &texts.authorize;
    let profile = &account.profile;
    let contacts = match account.contacts.len() {
        0 => own.contacts_none.clone(),
        number => texts::count(&own.contacts_one, &own.contacts_other, number),
    };
    html! {
        label.account {
            input type="radio" name="portal" value=(profile.id) required checked[chosen];
            span.account-name { (profile.name) }
            span.account-detail { (profile.domain) " · " (profile.id) " · " (contacts) }
            span.account-detail { (fill(&own.signed_in_as, &[("email", &profile.user_email)])) }
        }
    }
}

fn hidden(name: &str, value: Option<&String>) -> Markup {
    html! {
        @if let Some(value) = value {
            input type="hidden" name=(name) value=(value);
        }
    }
}

/// The request is wrong in itself: nobody is sent anywhere.
fn refuse(visitor: &Visitor, refusal: &AuthorizeRefusal) -> Response {
    let own = &visitor.texts().authorize;
    let reason = match refusal {
        AuthorizeRefusal::UnknownApp => own.unknown_app.clone(),
        AuthorizeRefusal::BadRedirect => own.bad_redirect.clone(),
        AuthorizeRefusal::BadScope(scope) if scope.is_empty() => own.no_scope.clone(),
        AuthorizeRefusal::BadScope(scope) => fill(&own.bad_scope, &[("scope", scope)]),
        AuthorizeRefusal::BadChallenge => own.bad_challenge.clone(),
    };
    let body = html! { div.sheet { h1 { (own.refused_title) } p { (reason) } } };
    let page = Page::new(visitor, &own.refused_title).render(&body);
    (StatusCode::BAD_REQUEST, page).into_response()
}

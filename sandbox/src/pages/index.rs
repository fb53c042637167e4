//! `/`: what the sandbox is and where everything is.

use axum::response::Response;
use maud::{Markup, html};

use super::layout::Page;
use super::texts::Texts;
use super::visitor::Visitor;

/// The overview.
pub(super) async fn show(visitor: Visitor) -> Response {
    let texts = visitor.texts();
    Page::new(&visitor, &texts.index.title).render(&overview(texts))
}

fn overview(texts: &Texts) -> Markup {
    let index = &texts.index;
    html! {
        div.sheet.wide {
            h1 { (index.title) }
            p.lead { (index.lead) }
            section.card {
                h2 { (texts.common.handset) }
                p { (index.handset_text) }
                a.button href="/handset" { (index.handset_action) }
            }
            section.card {
                h2 { (index.platforms) }
                dl.platforms {
                    dt { "360nrs" } dd { (index.nrs) " " code { "/nrs/api/rest" } }
                    dt { "HubSpot" } dd { (index.hubspot) " " code { "/hubspot" } }
                }
            }
            section.card {
                h2 { (index.tests) }
                table {
                    thead { tr { th scope="col" { (index.method) } th scope="col" { (index.purpose) } } }
                    tbody {
                        (row("GET", "/sandbox/messages", &index.messages))
                        (row("GET", "/sandbox/communications", &index.communications))
                        (row("GET", "/sandbox/requests", &index.requests))
                        (row("GET", "/sandbox/faults", &index.faults))
                        (row("PUT", "/sandbox/balance", &index.balance))
                        (row("GET", "/sandbox/voice/calls", &index.calls))
                        (row("PUT", "/sandbox/voice", &index.calling))
                        (row("POST", "/sandbox/expire", &index.expire))
                        (row("POST", "/sandbox/disconnect", &index.disconnect))
                        (row("POST", "/sandbox/reset", &index.reset))
                    }
                }
            }
        }
    }
}

/// A call; what can simply be opened is a link.
fn row(method: &str, path: &str, purpose: &str) -> Markup {
    html! {
        tr {
            td {
                code {
                    (method) " "
                    @if method == "GET" { a href=(path) { (path) } } @else { (path) }
                }
            }
            td { (purpose) }
        }
    }
}

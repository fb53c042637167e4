//! Who may talk to the sandbox: programs and pages of this computer.
//!
//! Listening on loopback keeps other machines out, but not the pages that a
//! browser on this machine has open. A page of another site could post a form
//! here, or point its own name at 127.0.0.1; both are turned away.

use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses requests under a name that is not this computer's, and writes from other sites.
pub(crate) async fn only_from_here(request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    if !host.is_some_and(is_loopback_authority) {
        return (
            StatusCode::MISDIRECTED_REQUEST,
            "The sandbox answers to localhost only.\n",
        )
            .into_response();
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let from_another_site = request
        .headers()
        .get("sec-fetch-site")
        .is_some_and(|site| site == "cross-site");
    if !reads && from_another_site {
        return (
            StatusCode::FORBIDDEN,
            "The sandbox takes no orders from other sites.\n",
        )
            .into_response();
    }
    next.run(request).await
}

/// Whether `host[:port]` names this computer.
fn is_loopback_authority(authority: &str) -> bool {
    url::Url::parse(&format!("http://{authority}/")).is_ok_and(|url| is_loopback_host(&url))
}

/// Whether the host of `url` is this computer: `localhost` or a loopback address.
pub(crate) fn is_loopback_host(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_loopback_authority;

    #[test]
    fn only_names_of_this_computer_are_loopback() {
        for ours in ["localhost:8361", "localhost", "127.0.0.1:1", "[::1]:8361"] {
            assert!(is_loopback_authority(ours), "{ours}");
        }
        for foreign in [
            "example.com",
            "localhost.example.com",
            "10.0.0.1:8361",
            "0.0.0.0",
            "",
        ] {
            assert!(!is_loopback_authority(foreign), "{foreign}");
        }
    }
}

//! Slows down whoever guesses codes: an address that has asked for many codes
//! that do not exist gets no more answers for a while.
//!
//! The count is in memory and for this process only; codes are long enough to
//! be safe without it.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::public;

/// Unknown codes that an address may ask for within [`WHILE`]; people share addresses.
const MISSES: u32 = 30;
const WHILE: Duration = Duration::from_secs(10 * 60);
/// Addresses that are remembered before those whose time is over are forgotten.
const MEMORY: usize = 10_000;

/// Who has missed how often, and since when.
#[derive(Debug, Clone, Default)]
pub(super) struct Misses(Arc<Mutex<HashMap<IpAddr, (u32, Instant)>>>);

/// Counts unknown codes, and turns away whoever has asked for too many.
pub(super) async fn limit(State(misses): State<Misses>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let Some(address) = peer.map(|peer| client(peer.0.ip(), request.headers())) else {
        return next.run(request).await;
    };
    if misses.are_too_many(address, Instant::now()) {
        let pause = [(header::RETRY_AFTER, WHILE.as_secs().to_string())];
        return (pause, public::busy(request.headers())).into_response();
    }
    let response = next.run(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        misses.count(address, Instant::now());
    }
    response
}

impl Misses {
    fn are_too_many(&self, address: IpAddr, now: Instant) -> bool {
        let misses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = misses.get(&address);
        of.is_some_and(|(count, since)| *count >= MISSES && now < *since + WHILE)
    }

    fn count(&self, address: IpAddr, now: Instant) {
        let mut misses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if misses.len() >= MEMORY {
            misses.retain(|_, (_, since)| now < *since + WHILE);
            if misses.len() >= MEMORY {
                // So many at once are no people; start over rather than grow.
                misses.clear();
            }
        }
        let entry = misses.entry(address).or_insert((0, now));
        if now >= entry.1 + WHILE {
            *entry = (0, now);
        }
        entry.0 += 1;
    }
}

/// The address that counts: the peer's, or what our own proxy says of its peer,
/// for a proxy is as near as this machine or its network. Of a list, the proxy wrote the last.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let near = match peer {
        IpAddr::V4(peer) => peer.is_loopback() || peer.is_private(),
        IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local(),
    };
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
    let forwarded = forwarded
        .filter(|_| near)
        .and_then(|list| list.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    match forwarded.unwrap_or(peer) {
        // Whoever has one of these addresses has the whole network.
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::testing::{World, draft, header};

    #[tokio::test]
    async fn whoever_guesses_codes_is_turned_away_for_a_while_and_others_are_not() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let id = browser
            .created("key", &draft("https://shop.example/"))
            .await;
        let sent = |campaign: &serde_json::Value| campaign["counts"]["delivered"] == 2;
        world.campaign_when(&browser, &id, sent).await;
        let link = world.link("351912000001", "/l/").await;
        let from = |address: &'static str, path: &str| {
            let request = world.browser().request(reqwest::Method::GET, path);
            let request = request.header("x-forwarded-for", address);
            async { request.send().await.unwrap() }
        };

        for number in 0..MISSES {
            let kind = if number % 2 == 0 { "l" } else { "u" };
            let answer = from("192.0.2.1", &format!("/{kind}/{number:010}")).await;
            assert_eq!(answer.status(), 404);
        }
        for path in ["/l/guess", "/u/guess", &link] {
            let answer = from("192.0.2.1", path).await;
            assert_eq!(answer.status(), 429, "{path}");
            assert_eq!(header(&answer, "retry-after"), "600");
            assert_ne!(header(&answer, "content-security-policy"), "");
        }
        assert_eq!(from("192.0.2.2", &link).await.status(), 302);
        assert_eq!(from("192.0.2.1", "/healthz").await.status(), 200);
    }

    #[test]
    fn after_a_while_it_is_forgotten() {
        let misses = Misses::default();
        let address = IpAddr::from([192, 0, 2, 1]);
        let start = Instant::now();
        for _ in 0..MISSES {
            assert!(!misses.are_too_many(address, start));
            misses.count(address, start);
        }
        assert!(misses.are_too_many(address, start));
        assert!(!misses.are_too_many(address, start + WHILE));
        misses.count(address, start + WHILE);
        assert!(!misses.are_too_many(address, start + WHILE));
    }

    #[test]
    fn only_a_proxy_nearby_is_believed() {
        for (peer, forwarded, expected) in [
            ("127.0.0.1", "192.0.2.1", "192.0.2.1"),
            ("10.0.0.7", "203.0.113.9, 192.0.2.1", "192.0.2.1"),
            ("127.0.0.1", "nonsense", "127.0.0.1"),
            ("198.51.100.1", "192.0.2.1", "198.51.100.1"),
            ("127.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ] {
            let headers = HeaderMap::from_iter([(
                "x-forwarded-for".parse().unwrap(),
                HeaderValue::from_static(forwarded),
            )]);
            let found = client(peer.parse().unwrap(), &headers);
            assert_eq!(found, expected.parse::<IpAddr>().unwrap(), "{peer}");
        }
    }
}

//! Whether a request is from HubSpot: its signatures, versions 1 to 3.
//!
//! HubSpot signs what it sends with the app's client secret: version 3 the method, the
//! address, the raw body and the time; version 2 the same without the time; version 1 the
//! body alone. A request with version 3 in it is judged by that alone, so that nobody
//! gains by adding an older one.

use axum::http::{HeaderMap, Method};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use septet_core::wire::Millis;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::config::Secret;
use crate::secrets;

/// How old a request may be (HubSpot's own check: five minutes).
pub(crate) const MAX_AGE: Millis = 300_000;
/// How far HubSpot's clock may be ahead of ours.
const MAX_LEAD: Millis = 60_000;

/// The escapes that version 3 signs as what they stand for; all others are signed as sent.
const DECODED: [(&str, &str); 12] = [
    ("%3A", ":"),
    ("%2F", "/"),
    ("%3F", "?"),
    ("%40", "@"),
    ("%21", "!"),
    ("%24", "$"),
    ("%27", "'"),
    ("%28", "("),
    ("%29", ")"),
    ("%2A", "*"),
    ("%2C", ","),
    ("%3B", ";"),
];

/// What is accepted where there is no version 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fallback {
    /// Nothing.
    None,
    /// Version 2, which workflows are documented to send.
    V2,
    /// Version 1, which webhooks are.
    V1,
}

/// Why a request is not believed to be HubSpot's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignatureError {
    #[error("it has no signature that is accepted here")]
    Missing,
    #[error("its signature is wrong")]
    Wrong,
    #[error("it is too old, or from the future")]
    Stale,
}

/// What was signed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a Method,
    /// In full, as it was sent.
    pub(crate) url: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

impl Signed<'_> {
    /// Whether HubSpot has signed this, lately where the signature tells when.
    pub(crate) fn verify(
        &self,
        secret: &Secret,
        fallback: Fallback,
        now: Millis,
    ) -> Result<(), SignatureError> {
        let newest = self.header("x-hubspot-signature-v3");
        let time = self.header("x-hubspot-request-timestamp");
        if newest.is_some() || time.is_some() && fallback == Fallback::None {
            return self.verify_v3(secret, newest, time, now);
        }
        let plain = self
            .header("x-hubspot-signature")
            .ok_or(SignatureError::Missing)?;
        let version = self.header("x-hubspot-signature-version");
        let hash = Sha256::new().chain_update(secret.expose());
        let hash = match (fallback, version) {
            (Fallback::V2, Some("v2")) => hash
                .chain_update(self.method.as_str())
                .chain_update(self.url)
                .chain_update(self.body),
            (Fallback::V1, None | Some("v1")) => hash.chain_update(self.body),
            _ => return Err(SignatureError::Missing),
        };
        let expected = secrets::hex(&hash.finalize());
        // How much of it is right cannot be told from the time that this takes.
        if bool::from(expected.as_bytes().ct_eq(plain.as_bytes())) {
            Ok(())
        } else {
            Err(SignatureError::Wrong)
        }
    }

    fn verify_v3(
        &self,
        secret: &Secret,
        signature: Option<&str>,
        time: Option<&str>,
        now: Millis,
    ) -> Result<(), SignatureError> {
        let (Some(signature), Some(time)) = (signature, time) else {
            return Err(SignatureError::Wrong);
        };
        let at: Millis = time.parse().map_err(|_| SignatureError::Wrong)?;
        let signature = BASE64_STANDARD
            .decode(signature)
            .map_err(|_| SignatureError::Wrong)?;
        let mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
            .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
            .chain_update(self.method.as_str())
            .chain_update(decoded(self.url))
            .chain_update(self.body)
            .chain_update(time);
        mac.verify_slice(&signature)
            .map_err(|_| SignatureError::Wrong)?;
        // Only now is the time HubSpot's.
        if (now - MAX_AGE..=now + MAX_LEAD).contains(&at) {
            Ok(())
        } else {
            Err(SignatureError::Stale)
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// An address as version 3 signs it.
fn decoded(url: &str) -> String {
    let mut decoded = String::with_capacity(url.len());
    let mut rest = url;
    while let Some(at) = rest.find('%') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let escape = DECODED.iter().find(|(escape, _)| {
            rest.get(..3)
                .is_some_and(|start| start.eq_ignore_ascii_case(escape))
        });
        let (kept, length) = escape.map_or(("%", 1), |(_, character)| (*character, 3));
        decoded.push_str(kept);
        rest = &rest[length..];
    }
    decoded + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
    const URL: &str = "https://www.example.com/webhook_uri";
    const DOUBLE: &str = r#"{"example_field":"example_value"}"#;
    const SINGLE: &str = "{'example_field':'example_value'}";
    const EVENTS: &str = r#"[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]"#;
    const V1: &str = "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de";
    const V2_GET: &str = "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e";
    const V2_POST: &str = "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900";
    const V3: (&str, Millis) = (
        "oaA3M5dEtt6kFsseJD/Hv/x+JNl1vsoxFj4oxmwP6Go=",
        1_693_657_560_000,
    );

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    fn v3(signature: &str, time: Millis) -> HeaderMap {
        headers(&[
            ("x-hubspot-signature-v3", signature),
            ("x-hubspot-request-timestamp", &time.to_string()),
        ])
    }

    fn plain(signature: &str, version: &str) -> HeaderMap {
        headers(&[
            ("x-hubspot-signature", signature),
            ("x-hubspot-signature-version", version),
        ])
    }

    fn verify(
        method: Method,
        url: &str,
        body: &str,
        headers: &HeaderMap,
        fallback: Fallback,
        now: Millis,
    ) -> Result<(), SignatureError> {
        let signed = Signed {
            method: &method,
            url,
            headers,
            body: body.as_bytes(),
        };
        signed.verify(&SECRET.into(), fallback, now)
    }

    #[test]
    fn published_vectors_pass() {
        let (post, get) = (Method::POST, Method::GET);
        for (method, body, headers, fallback, now) in [
            (&post, EVENTS, plain(V1, "v1"), Fallback::V1, 0),
            (&get, "", plain(V2_GET, "v2"), Fallback::V2, 0),
            (&post, DOUBLE, plain(V2_POST, "v2"), Fallback::V2, 0),
            (&post, DOUBLE, v3(V3.0, V3.1), Fallback::None, V3.1),
            (
                &post,
                SINGLE,
                v3("K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=", V3.1),
                Fallback::None,
                V3.1 + MAX_AGE,
            ),
            (
                &post,
                SINGLE,
                v3(
                    "RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=",
                    1_700_000_300_000,
                ),
                Fallback::None,
                1_700_000_300_000 - MAX_LEAD,
            ),
        ] {
            let verified = verify(method.clone(), URL, body, &headers, fallback, now);
            assert_eq!(verified, Ok(()), "{headers:?}");
        }
    }

    /// The table is made and checked by HubSpot's own client (`hubspot/scripts/signatures.mjs`).
    #[test]
    fn what_hubspots_own_client_signs_passes_and_nothing_else() {
        #[derive(serde::Deserialize)]
        struct Row {
            version: String,
            secret: String,
            method: String,
            url: String,
            body: String,
            timestamp: Millis,
            signature: String,
        }
        let rows = include_str!("../../../hubspot/tests/signatures.json");
        let rows: Vec<Row> = serde_json::from_str(rows).unwrap();
        assert!(rows.len() > 200);
        for row in rows {
            let method: Method = row.method.parse().unwrap();
            let (headers, fallback) = match row.version.as_str() {
                "v1" => (plain(&row.signature, "v1"), Fallback::V1),
                "v2" => (plain(&row.signature, "v2"), Fallback::V2),
                _ => (v3(&row.signature, row.timestamp), Fallback::None),
            };
            let verify = |body: &str| {
                let signed = Signed {
                    method: &method,
                    url: &row.url,
                    headers: &headers,
                    body: body.as_bytes(),
                };
                signed.verify(&row.secret.as_str().into(), fallback, row.timestamp)
            };
            assert_eq!(verify(&row.body), Ok(()), "{} {}", row.version, row.url);
            let changed = format!("{} ", row.body);
            assert_eq!(verify(&changed), Err(SignatureError::Wrong));
        }
    }

    #[test]
    fn whatever_is_changed_is_no_longer_signed() {
        let good = v3(V3.0, V3.1);
        let wrong = Err(SignatureError::Wrong);
        let other =
            |method, url: &str, body| verify(method, url, body, &good, Fallback::None, V3.1);
        assert_eq!(other(Method::PUT, URL, DOUBLE), wrong);
        assert_eq!(
            other(Method::POST, "https://www.example.com/other", DOUBLE),
            wrong
        );
        assert_eq!(other(Method::POST, URL, SINGLE), wrong);
        let later = v3(V3.0, V3.1 + 1);
        assert_eq!(
            verify(Method::POST, URL, DOUBLE, &later, Fallback::None, V3.1),
            wrong
        );
    }

    #[test]
    fn what_is_old_or_from_the_future_is_refused() {
        let good = v3(V3.0, V3.1);
        for now in [V3.1 + MAX_AGE + 1, V3.1 - MAX_LEAD - 1] {
            let verified = verify(Method::POST, URL, DOUBLE, &good, Fallback::None, now);
            assert_eq!(verified, Err(SignatureError::Stale));
        }
    }

    #[test]
    fn nobody_gains_by_an_older_version() {
        // The right version 2 beside a wrong version 3, or none where none is accepted.
        let mut both = plain(V2_POST, "v2");
        both.extend(v3("AAAA", V3.1));
        let judge = |headers: &HeaderMap, fallback| {
            verify(Method::POST, URL, DOUBLE, headers, fallback, V3.1)
        };
        assert_eq!(judge(&both, Fallback::V2), Err(SignatureError::Wrong));
        let alone = plain(V2_POST, "v2");
        for fallback in [Fallback::None, Fallback::V1] {
            assert_eq!(judge(&alone, fallback), Err(SignatureError::Missing));
        }
        assert_eq!(
            judge(&HeaderMap::new(), Fallback::V2),
            Err(SignatureError::Missing)
        );
        // Half of version 3 is not an absent one.
        let half = headers(&[("x-hubspot-signature-v3", V3.0)]);
        assert_eq!(judge(&half, Fallback::V2), Err(SignatureError::Wrong));
    }

    #[test]
    fn only_some_escapes_are_signed_as_what_they_stand_for() {
        for (sent, signed) in [
            (
                "https://a.pt/x%3Ay%2fz?q=%40%21%24%27%28%29%2A%2C%3B%3F",
                "https://a.pt/x:y/z?q=@!$'()*,;?",
            ),
            (
                "https://a.pt/?q=%20%26%3D%25%2B%C3%A9",
                "https://a.pt/?q=%20%26%3D%25%2B%C3%A9",
            ),
            // Decoded once.
            ("https://a.pt/?q=%253A", "https://a.pt/?q=%253A"),
            ("https://a.pt/?q=100%", "https://a.pt/?q=100%"),
            ("https://a.pt/?q=%2", "https://a.pt/?q=%2"),
            ("https://a.pt/?q=%é", "https://a.pt/?q=%é"),
        ] {
            assert_eq!(decoded(sent), signed);
        }
    }
}

//! Signing requests as HubSpot signs them, so that whoever gets them can be held to it.
//!
//! Version 1 is over the body, version 2 over method, address and body, both as SHA-256
//! with the secret in front; version 3 is an HMAC over method, address, body and time,
//! where some escapes of the address count as what they stand for.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::RequestBuilder;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::HUBSPOT_CLIENT_SECRET;
use crate::shared::now;

/// Which signatures a request carries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Signature {
    /// 2 and 3, as `hubspot.fetch` does.
    #[default]
    Both,
    V3,
    V2,
    /// 1 and 3, as webhooks do.
    Webhook,
    V1,
    None,
}

/// Escapes that version 3 decodes.
const DECODED: [(&str, char); 12] = [
    ("3A", ':'),
    ("2F", '/'),
    ("3F", '?'),
    ("40", '@'),
    ("21", '!'),
    ("24", '$'),
    ("27", '\''),
    ("28", '('),
    ("29", ')'),
    ("2A", '*'),
    ("2C", ','),
    ("3B", ';'),
];

impl Signature {
    /// Adds its headers to a request that was made from these.
    pub(crate) fn sign(
        self,
        request: RequestBuilder,
        method: &str,
        url: &str,
        body: &str,
        time: Option<i64>,
    ) -> RequestBuilder {
        let secret = HUBSPOT_CLIENT_SECRET;
        let mut request = request;
        if matches!(self, Self::Both | Self::V3 | Self::Webhook) {
            let time = time.unwrap_or_else(now);
            request = request
                .header(
                    "x-hubspot-signature-v3",
                    v3(secret, method, url, body, time),
                )
                .header("x-hubspot-request-timestamp", time);
        }
        if matches!(self, Self::Both | Self::V2) {
            request = request
                .header("x-hubspot-signature", v2(secret, method, url, body))
                .header("x-hubspot-signature-version", "v2");
        }
        if matches!(self, Self::Webhook | Self::V1) {
            request = request
                .header("x-hubspot-signature", v1(secret, body))
                .header("x-hubspot-signature-version", "v1");
        }
        request
    }
}

fn v1(secret: &str, body: &str) -> String {
    hex(&Sha256::digest(format!("{secret}{body}")))
}

fn v2(secret: &str, method: &str, url: &str, body: &str) -> String {
    hex(&Sha256::digest(format!("{secret}{method}{url}{body}")))
}

fn v3(secret: &str, method: &str, url: &str, body: &str, time: i64) -> String {
    let signed = format!("{method}{}{body}{time}", decoded(url));
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    let mac = mac.unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    STANDARD.encode(mac.chain_update(signed).finalize().into_bytes())
}

fn decoded(url: &str) -> String {
    let mut decoded = url.to_owned();
    for (code, character) in DECODED {
        for code in [code.to_owned(), code.to_lowercase()] {
            // None of them decodes to anything that another could be made of.
            decoded = decoded.replace(&format!("%{code}"), &character.to_string());
        }
    }
    decoded
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those that HubSpot's own clients are tested with.
    #[test]
    fn published_vectors_come_out() {
        let secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
        let url = "https://www.example.com/webhook_uri";
        let body = r#"{"example_field":"example_value"}"#;
        assert_eq!(
            v2(secret, "GET", url, ""),
            "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e"
        );
        assert_eq!(
            v2(secret, "POST", url, body),
            "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900"
        );
        assert_eq!(
            v3(secret, "POST", url, body, 1_693_657_560_000),
            "oaA3M5dEtt6kFsseJD/Hv/x+JNl1vsoxFj4oxmwP6Go="
        );
        let events = r#"[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]"#;
        assert_eq!(
            v1(secret, events),
            "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"
        );
    }
}

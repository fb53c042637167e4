//! Asking addresses that people name: only the public Internet, by HTTPS, without following
//! anybody further, for a moment and a few bytes.
//!
//! Whoever may name an address could otherwise have this server ask its neighbours, the
//! machine itself or the metadata of the cloud that it runs in. Names are judged by what they
//! resolve to, at the moment of connecting, so that a name that changes its mind in between
//! gains nothing.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, redirect};
use url::{Host, Url};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which addresses may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Abroad {
    /// Those of the public Internet, by HTTPS and on its port.
    Public,
    /// This machine's as well, for the sandbox.
    Here,
}

/// Why an address is not asked, or was not heard.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum AbroadError {
    #[error("the address is none that may be asked")]
    Forbidden,
    #[error("nobody answered there")]
    Unreachable,
}

impl Abroad {
    /// A host as people write it: `sms.example.com`, perhaps with `https://` before it.
    pub(crate) fn host(self, written: &str) -> Result<String, AbroadError> {
        let written = written.trim();
        let address = if written.contains("://") {
            written.to_owned()
        } else {
            format!("{}://{written}", self.scheme())
        };
        let url = Url::parse(&address).map_err(|_| AbroadError::Forbidden)?;
        self.allows(&url)?;
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(AbroadError::Forbidden);
        }
        let host = url.host_str().ok_or(AbroadError::Forbidden)?;
        Ok(match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        })
    }

    /// By which links to hosts of accounts go.
    pub(crate) fn scheme(self) -> &'static str {
        match self {
            Self::Public => "https",
            Self::Here => "http",
        }
    }

    /// Whether an address may be asked, as far as it says by itself.
    fn allows(self, url: &Url) -> Result<(), AbroadError> {
        let plain = url.username().is_empty() && url.password().is_none();
        let allowed = plain
            && match (self, url.host()) {
                (Self::Here, Some(_)) => matches!(url.scheme(), "http" | "https"),
                (Self::Public, Some(Host::Domain(name))) => {
                    url.scheme() == "https" && url.port().is_none() && is_public_name(name)
                }
                _ => false,
            };
        if allowed {
            Ok(())
        } else {
            Err(AbroadError::Forbidden)
        }
    }

    /// What somebody there answers to a GET, up to so many bytes.
    pub(crate) async fn get(self, url: &Url, most: usize) -> Result<Vec<u8>, AbroadError> {
        self.allows(url)?;
        let client = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .connect_timeout(PATIENCE / 2)
            .timeout(PATIENCE)
            .dns_resolver(Arc::new(Resolver(self)))
            .build()
            .map_err(|_| AbroadError::Unreachable)?;
        let answer = client.get(url.clone()).send().await;
        let mut answer = answer.map_err(|_| AbroadError::Unreachable)?;
        if !answer.status().is_success() {
            return Err(AbroadError::Unreachable);
        }
        let mut body = Vec::new();
        while let Some(bytes) = answer.chunk().await.map_err(|_| AbroadError::Unreachable)? {
            if body.len() + bytes.len() > most {
                return Err(AbroadError::Unreachable);
            }
            body.extend_from_slice(&bytes);
        }
        Ok(body)
    }
}

/// Has a dot, and is no name of this machine or its network.
fn is_public_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let own = [
        "localhost",
        "local",
        "internal",
        "intranet",
        "lan",
        "home",
        "corp",
        "arpa",
        "test",
        "invalid",
        "onion",
    ];
    name.rsplit_once('.').is_some_and(|(_, top)| {
        !own.contains(&top) && !top.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Resolves names, and leaves out what may not be asked.
#[derive(Debug, Clone, Copy)]
struct Resolver(Abroad);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let abroad = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found
                .filter(|found| abroad == Abroad::Here || is_public(found.ip()))
                .collect();
            if allowed.is_empty() {
                return Err(io::Error::from(io::ErrorKind::AddrNotAvailable).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the public Internet (IANA's registries of special-purpose
/// addresses, RFC 6890 and its successors).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        // This network, loopback, multicast, and what is kept for later.
        (0 | 127 | 224..=255, ..) => true,
        // Private networks.
        (10, ..) | (172, 16..=31, _) | (192, 168, _) => true,
        // Shared by carriers; link-local, where clouds keep their metadata.
        (100, 64..=127, _) | (169, 254, _) => true,
        // Protocol assignments, relays, benchmarks, examples.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18..=19, _) => true,
        (198, 51, 100) | (203, 0, 113) => true,
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // Written in the other way, an address is the same.
    if let Some(v4) = address.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let segments = address.segments();
    let v4 = |high: u16, low: u16| {
        let [one, two] = high.to_be_bytes();
        let [three, four] = low.to_be_bytes();
        Ipv4Addr::new(one, two, three, four)
    };
    match (segments[0], segments[1]) {
        // NAT64 (RFC 6052) and 6to4: what they lead to counts.
        (0x64, 0xff9b) if segments[2..6] == [0; 4] => is_public_v4(v4(segments[6], segments[7])),
        (0x2002, high) => is_public_v4(v4(high, segments[2])),
        // Teredo and other protocol assignments, benchmarks, examples.
        (0x2001, 0..=0x1ff | 0xdb8) | (0x3fff, 0..=0xfff) => false,
        // All else that is public begins so.
        (0x2000..=0x3fff, _) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: &[&str] = &[
        "8.8.8.8",
        "1.1.1.1",
        "172.15.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "100.63.0.1",
        "100.128.0.1",
        "169.253.0.1",
        "198.17.0.1",
        "198.20.0.1",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "2a00:1450:4003::200e",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1",
    ];
    const SPECIAL: &[&str] = &[
        "0.0.0.0",
        "127.0.0.1",
        "127.255.255.254",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::7f00:1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2002:a00:1::",
        "2001::1",
        "2001:db8::1",
        "3fff:1::1",
        "100::1",
        "4000::1",
    ];

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for public in PUBLIC {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for special in SPECIAL {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
    }

    #[test]
    fn a_host_is_a_name_of_the_public_internet_and_nothing_else() {
        for (written, host) in [
            ("sms.example.com", "sms.example.com"),
            (" https://SMS.Example.com/ ", "sms.example.com"),
            ("lição.pt", "xn--lio-nlat.pt"),
            ("sms.example.com:443", "sms.example.com"),
        ] {
            let read = Abroad::Public.host(written);
            assert_eq!(read.as_deref(), Ok(host), "{written}");
        }
        for written in [
            "",
            "x",
            "localhost",
            "printer.local",
            "db.internal",
            "http://sms.example.com",
            "sms.example.com:8443",
            "sms.example.com/l",
            "sms.example.com?x",
            "sms.example.com#x",
            "ana@sms.example.com",
            "ana:b@sms.example.com",
            "127.0.0.1",
            "2130706433",
            "0x7f.1",
            "[::1]",
            "10.in-addr.arpa",
            "ftp://sms.example.com",
            "javascript:alert(1)",
            "a b.pt",
        ] {
            let read = Abroad::Public.host(written);
            assert_eq!(read, Err(AbroadError::Forbidden), "{written}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_not_connected_to() {
        let home = Url::parse("https://localhost/").unwrap();
        let asked = Abroad::Public.get(&home, 10).await;
        assert_eq!(asked, Err(AbroadError::Forbidden));
        let resolved = |abroad| Resolver(abroad).resolve("localhost".parse().unwrap());
        assert!(resolved(Abroad::Public).await.is_err());
        assert!(resolved(Abroad::Here).await.is_ok());
    }
}

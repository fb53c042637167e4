//! The address of a recorded narration.
//!
//! Only what the address says by itself: that it is a public, plain one over HTTPS.
//! Whether something is there, that it is sound, and where its name leads, is for the
//! server to find out before anybody is called.

use alloc::borrow::ToOwned;
use alloc::string::String;

use serde::{Deserialize, Serialize};

/// Most characters of an address; ours, as the provider states none.
pub const MAX_ADDRESS: usize = 2_048;
/// Most characters of a host, and of a name between its dots (RFC 1035, 2.3.4).
const MAX_HOST: usize = 253;
const MAX_LABEL: usize = 63;

/// An address that a narration may be fetched from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct AudioUrl(String);

/// What the end of an address says about what is there; a hint, as a server may say else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudioHint {
    /// `….mp3`
    Mp3,
    /// `….wav`
    Wav,
    /// Nothing that we know.
    Other,
}

/// Why an address is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AudioError {
    /// There is nothing.
    Empty,
    /// It has more than [`MAX_ADDRESS`] characters.
    TooLong,
    /// It does not begin with `https://`.
    NotHttps,
    /// A space, a control character or one beyond ASCII: it must be encoded.
    BadCharacter,
    /// It holds a user's name or a password.
    UserInfo,
    /// It ends in a `#fragment`, which is never fetched.
    Fragment,
    /// Its host is a number instead of a name, and could be of any network.
    Address,
    /// Its host or port cannot be one, or its host has no dot.
    BadHost,
}

impl AudioUrl {
    /// Reads an address.
    ///
    /// ```
    /// use septet_core::voice::{AudioError, AudioHint, AudioUrl};
    /// let url = AudioUrl::parse(" https://cdn.example.com/hello.MP3?v=2 ").unwrap();
    /// assert_eq!(url.hint(), AudioHint::Mp3);
    /// assert_eq!(url.host(), "cdn.example.com");
    /// assert_eq!(AudioUrl::parse("https://10.0.0.1/x.mp3"), Err(AudioError::Address));
    /// ```
    ///
    /// # Errors
    /// The first [`AudioError`] that applies, in the order in which they stand.
    pub fn parse(typed: &str) -> Result<Self, AudioError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(AudioError::Empty);
        }
        if typed.chars().count() > MAX_ADDRESS {
            return Err(AudioError::TooLong);
        }
        let rest = after_scheme(typed).ok_or(AudioError::NotHttps)?;
        // Browsers and servers disagree about a backslash, and so about the host.
        let graphic = |byte: u8| byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte);
        if !typed.bytes().all(graphic) {
            return Err(AudioError::BadCharacter);
        }
        let authority = authority(rest);
        if authority.contains('@') {
            return Err(AudioError::UserInfo);
        }
        if typed.contains('#') {
            return Err(AudioError::Fragment);
        }
        check(authority)?;
        Ok(Self(typed.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of its host, without the port, as it was typed.
    #[must_use]
    pub fn host(&self) -> &str {
        let authority = authority(after_scheme(&self.0).unwrap_or_default());
        authority.split(':').next().unwrap_or_default()
    }

    /// What its path ends in.
    #[must_use]
    pub fn hint(&self) -> AudioHint {
        let path = self.0.split('?').next().unwrap_or_default();
        let ends = |with: &str| {
            path.len()
                .checked_sub(with.len())
                .and_then(|at| path.get(at..))
                .is_some_and(|end| end.eq_ignore_ascii_case(with))
        };
        if ends(".mp3") {
            AudioHint::Mp3
        } else if ends(".wav") {
            AudioHint::Wav
        } else {
            AudioHint::Other
        }
    }
}

impl From<AudioUrl> for String {
    fn from(url: AudioUrl) -> Self {
        url.0
    }
}

impl TryFrom<String> for AudioUrl {
    type Error = &'static str;

    fn try_from(typed: String) -> Result<Self, Self::Error> {
        Self::parse(&typed).map_err(|_| "this address may not be fetched")
    }
}

fn after_scheme(typed: &str) -> Option<&str> {
    let (scheme, rest) = typed.split_at_checked("https://".len())?;
    scheme.eq_ignore_ascii_case("https://").then_some(rest)
}

fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

fn check(authority: &str) -> Result<(), AudioError> {
    let (host, port) = match authority.split_once(':') {
        _ if authority.starts_with('[') => return Err(AudioError::Address),
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    if port.is_some_and(|port| !is_port(port) || !port.parse().is_ok_and(|port: u16| port > 0)) {
        return Err(AudioError::BadHost);
    }
    // One dot at the end says that nothing is to be added to the name.
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_label = |label: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=MAX_LABEL).contains(&label.len())
            && label.bytes().all(allowed)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if host.len() > MAX_HOST || !host.split('.').all(is_label) {
        return Err(AudioError::BadHost);
    }
    // Who ends in a number is an address in one of its many forms: 127.1, 0x7f.1, 2130706433
    // (WHATWG URL, "ends in a number").
    let last = host.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last
        .strip_prefix("0x")
        .or_else(|| last.strip_prefix("0X"))
        .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if hexadecimal || last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(AudioError::Address);
    }
    if !host.contains('.') {
        return Err(AudioError::BadHost);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn an_address_is_public_plain_and_over_https() {
        for (typed, expected) in [
            ("", AudioError::Empty),
            (" \n", AudioError::Empty),
            ("http://a.pt/x.mp3", AudioError::NotHttps),
            ("a.pt/x.mp3", AudioError::NotHttps),
            ("ftp://a.pt/x.mp3", AudioError::NotHttps),
            ("https:/a.pt/x.mp3", AudioError::NotHttps),
            ("https://a.pt/o lá.mp3", AudioError::BadCharacter),
            ("https://a.pt/olá.mp3", AudioError::BadCharacter),
            ("https://a.pt\\@b.pt/x.mp3", AudioError::BadCharacter),
            ("https://a.pt/x\n.mp3", AudioError::BadCharacter),
            ("https://ana@a.pt/x.mp3", AudioError::UserInfo),
            ("https://ana:x@a.pt/x.mp3", AudioError::UserInfo),
            ("https://a.pt/x.mp3#t=1", AudioError::Fragment),
            ("https://127.0.0.1/x.mp3", AudioError::Address),
            ("https://127.1/x.mp3", AudioError::Address),
            ("https://2130706433/x.mp3", AudioError::Address),
            ("https://0x7f000001/x.mp3", AudioError::Address),
            ("https://0x7f.0x1/x.mp3", AudioError::Address),
            ("https://10.0.0.1./x.mp3", AudioError::Address),
            ("https://[::1]/x.mp3", AudioError::Address),
            ("https://[::1]:443/x.mp3", AudioError::Address),
            ("https:///x.mp3", AudioError::BadHost),
            ("https://localhost/x.mp3", AudioError::BadHost),
            ("https://a..pt/x.mp3", AudioError::BadHost),
            ("https://-a.pt/x.mp3", AudioError::BadHost),
            ("https://a_b.pt/x.mp3", AudioError::BadHost),
            ("https://a.pt:/x.mp3", AudioError::BadHost),
            ("https://a.pt:0/x.mp3", AudioError::BadHost),
            ("https://a.pt:+1/x.mp3", AudioError::BadHost),
            ("https://a.pt:65536/x.mp3", AudioError::BadHost),
        ] {
            assert_eq!(AudioUrl::parse(typed), Err(expected), "{typed}");
        }
        for typed in [
            "https://a.pt",
            "HTTPS://A.PT:8443/x",
            "https://a.pt./x.wav",
            "https://xn--ol-pka.pt/x.mp3",
            "https://4711.a1/x",
            "https://a.pt/x?at=me@b.pt",
        ] {
            assert!(AudioUrl::parse(typed).is_ok(), "{typed}");
        }
    }

    #[test]
    fn lengths_have_limits() {
        let of = |length: usize| format!("https://a.pt/{}", "x".repeat(length - 13));
        assert!(AudioUrl::parse(&of(MAX_ADDRESS)).is_ok());
        assert_eq!(
            AudioUrl::parse(&of(MAX_ADDRESS + 1)),
            Err(AudioError::TooLong)
        );
        let label = "a".repeat(64);
        assert_eq!(
            AudioUrl::parse(&format!("https://{label}.pt")),
            Err(AudioError::BadHost)
        );
    }

    #[test]
    fn the_end_of_the_path_hints_at_what_is_there() {
        for (typed, expected) in [
            ("https://a.pt/x.mp3", AudioHint::Mp3),
            ("https://a.pt/x.WAV?y=.mp3", AudioHint::Wav),
            ("https://a.pt/x?y=.mp3", AudioHint::Other),
            ("https://a.pt", AudioHint::Other),
        ] {
            assert_eq!(AudioUrl::parse(typed).unwrap().hint(), expected, "{typed}");
        }
    }
}

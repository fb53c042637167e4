//! Cookies: one for the session, one for a sign-in under way.

use axum::http::{HeaderMap, HeaderValue, header};

/// A cookie of ours; over HTTPS bound to this host by its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cookie {
    name: &'static str,
    secure_name: &'static str,
}

/// Who is signed in.
pub(super) const SESSION: Cookie = Cookie {
    name: "septet",
    secure_name: "__Host-septet",
};

/// The state of a sign-in that this browser has started.
pub(super) const SIGN_IN: Cookie = Cookie {
    name: "septet_sign_in",
    secure_name: "__Host-septet_sign_in",
};

impl Cookie {
    /// Its value in a request.
    pub(super) fn read(self, headers: &HeaderMap, secure: bool) -> Option<&str> {
        let name = self.name(secure);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(found, value)| (found == name).then_some(value))
    }

    /// Sets it for so many seconds; zero takes it away.
    pub(super) fn write(self, value: &str, seconds: i64, secure: bool) -> HeaderValue {
        let name = self.name(secure);
        let flag = if secure { "; Secure" } else { "" };
        let text =
            format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{flag}");
        // Names and values are ours: base64url and digits.
        HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }

    fn name(self, secure: bool) -> &'static str {
        if secure { self.secure_name } else { self.name }
    }
}

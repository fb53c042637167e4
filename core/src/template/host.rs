//! Whose link an address is, told from its beginning.
//!
//! Some links are left as they were typed: our own short ones, and those of hosts
//! that somebody has excluded. Addresses are not parsed any further than that.

use alloc::string::String;

use super::case;
use crate::wire::LinkShape;

impl LinkShape {
    /// Whether an address is one of the links that Septet writes.
    ///
    /// ```
    /// use septet_core::wire::LinkShape;
    /// let shape = LinkShape {
    ///     short_base: "https://s.pt/l/".into(),
    ///     unsubscribe_base: "https://s.pt/u/".into(),
    ///     code_length: 10,
    /// };
    /// assert!(shape.owns("HTTPS://s.pt/l/abcdefghij"));
    /// assert!(!shape.owns("https://s.pt/about"));
    /// ```
    #[must_use]
    pub fn owns(&self, address: &str) -> bool {
        self.bases().any(|base| begins(address, base))
    }

    /// What the links begin with, where anything is known of it.
    fn bases(&self) -> impl Iterator<Item = &str> {
        let bases = [&self.short_base, &self.unsubscribe_base];
        bases
            .into_iter()
            .map(String::as_str)
            .filter(|base| !base.is_empty())
    }

    /// Whether that is settled by the beginning of an address, whatever follows.
    pub(super) fn decides(&self, head: &str) -> bool {
        self.bases()
            .all(|base| begins(head, base) || !begins(base, head))
    }
}

/// Whether an address is of one of these hosts or of a host below one.
pub(super) fn is_of(address: &str, hosts: &[String]) -> bool {
    let host = host(address);
    hosts.iter().any(|known| is_at_or_below(host, known.trim()))
}

/// Whether an address names its host to the end.
pub(super) fn names_host(head: &str) -> bool {
    authority(head).1
}

fn is_at_or_below(host: &str, known: &str) -> bool {
    if known.is_empty() || host.len() < known.len() {
        return false;
    }
    host.split_at_checked(host.len() - known.len())
        .is_some_and(|(below, end)| same(end, known) && (below.is_empty() || below.ends_with('.')))
}

fn same(one: &str, other: &str) -> bool {
    let lower = |text| str::chars(text).map(case::lower);
    lower(one).eq(lower(other))
}

fn begins(address: &str, base: &str) -> bool {
    address
        .get(..base.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(base))
}

/// `https://name@host:80/path` is of `host`.
pub(super) fn host(address: &str) -> &str {
    let (authority, _) = authority(address);
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let named = match host.rfind(']') {
        Some(end) => &host[..=end],
        None => host.split(':').next().unwrap_or_default(),
    };
    named.strip_suffix('.').unwrap_or(named)
}

/// What stands between the scheme, if there is one, and the path; whether there is a path.
fn authority(address: &str) -> (&str, bool) {
    let is_scheme = |scheme: &str| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let bare = address
        .split_once("://")
        .filter(|(scheme, _)| is_scheme(scheme))
        .map_or(address, |(_, bare)| bare);
    match bare.find(['/', '?', '#', '\\']) {
        Some(end) => (&bare[..end], true),
        None => (bare, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_itself_or_one_below() {
        let hosts = ["loja.pt".into(), "café.pt".into(), " ".into()];
        for (address, expected) in [
            ("https://loja.pt", true),
            ("https://LOJA.pt:8080/x?y#z", true),
            ("http://ana:x@loja.pt/", true),
            ("https://loja.pt./", true),
            ("www.loja.pt", true),
            ("https://a.b.loja.pt#x", true),
            ("https://CAFÉ.pt/", true),
            ("https://aloja.pt", false),
            ("https://loja.pt.evil.es", false),
            ("https://evil.es/loja.pt", false),
            ("https://evil.es?https://loja.pt", false),
            ("www.evil.es?https://loja.pt", false),
            ("https://loja.pt@evil.es", false),
            ("https://pt", false),
            ("https://[::1]:80/", false),
            ("https://éloja.pt", false),
        ] {
            assert_eq!(is_of(address, &hosts), expected, "{address}");
        }
        assert!(is_of("https://[::1]:80/", &["[::1]".into()]));
    }

    #[test]
    fn a_beginning_decides_when_no_end_could_change_it() {
        let shape = LinkShape {
            short_base: "https://s.pt/l/".into(),
            unsubscribe_base: String::new(),
            code_length: 10,
        };
        assert!(shape.decides("https://s.pt/l/"));
        assert!(shape.decides("https://loja.pt/"));
        assert!(!shape.decides("https://s.pt/"));
        assert!(!shape.owns("https://s.pt/l"));
        assert!(names_host("https://a.pt/") && names_host("www.a.pt?"));
        assert!(!names_host("https://a.pt") && !names_host("https://"));
    }
}

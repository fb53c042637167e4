//! What a visit of a short link is worth: [`class`].
//!
//! No header proves a person. Each signal is worth this much, strongest first:
//!
//! | signal | worth | source |
//! |---|---|---|
//! | a method other than GET | machine: a tap is a GET; previewers and link checkers send HEAD | RFC 9110, 9.3.1 and 9.3.2 |
//! | `Sec-Purpose`, `Purpose`, `X-Moz`, `X-Purpose` that say prefetch, prerender, preview, instant | machine: the browser looks ahead; nobody has tapped yet | Fetch, "`Sec-Purpose`"; WICG nav-speculation; Chromium `prefetch_headers.cc`; matomo issue 3285 for the older three |
//! | a user agent that names a previewer, crawler, scanner or library, or no browser's form | machine; see [`agent`](super::agent) | the corpus `data/user-agents.jsonl`, each line with its source |
//! | `Sec-Fetch-Mode` other than `navigate` | machine: a page's script or an image, which a link in an SMS is not | W3C Fetch Metadata, 2.2 |
//! | less than [`TOO_SOON`] after the send | machine: the text has hardly reached the phone | what senders report of gateways' scanners (live-direct-marketing.online, arternal.com: 1 to 5 s) |
//! | [`BURST`] other codes in a minute from one address of a data centre | machine: nobody taps several recipients' links | bloomreach.com and insiderone.com on bot clicks in SMS |
//! | `Sec-Fetch-Mode: navigate`, `Sec-Fetch-Dest: document` | needed for confirmed, of whoever sends them | W3C Fetch Metadata, 2.1 and 2.2; Chrome 80, Firefox 90, Safari 16.4 |
//! | `Sec-Fetch-User: ?1`, or `Sec-Fetch-Site: none`: something was pressed, or the link came from outside the web | needed for confirmed, save of iPhones: WebKit has never sent the former | W3C Fetch Metadata, 2.3 and 2.4; webkit.org/b/247697, browser-compat-data issue 27928 |
//! | a phone browser's user agent, `Accept-Language`, `Accept` with `text/html` | needed for confirmed: every browser sends both; previewers and libraries often neither | RFC 9110, 12.5.1 and 12.5.4 |
//! | [`SOON`] and more after the send | needed for confirmed: receive, read, tap | as above |
//! | an address outside data centres, with no [`CROWD`] behind it | needed for confirmed | see [`is_data_centre`](super::is_data_centre) |
//!
//! Everything between is [`ClickClass::Probable`]: desktop browsers (a text read on a
//! computer), tablets, a phone whose browser sends less than it could.
//!
//! What cannot be known:
//!
//! - Who copies all headers of a phone's browser from a home's or an operator's address is
//!   taken for a person. Google's scanner of links in texts and Microsoft's detonation
//!   pretend to be browsers; only their addresses and their haste tell.
//! - iPhones before iOS 16.4 send no fetch metadata at all, so that nothing distinguishes
//!   them from a library with their user agent. From iOS 12 on (the last of the iPhone 5s,
//!   still in use) they are believed; older ones are copied strings more often than phones.
//!   Chrome and Firefox renew themselves on any Android in use: without fetch metadata,
//!   whatever version they claim, they stay probable.
//! - Browsers send fetch metadata to trustworthy origins only: over plain HTTP, nobody
//!   with an Android phone is confirmed.
//! - Whether every Android browser says `Sec-Fetch-User` when another app opens the link
//!   is nowhere promised (w3c/webappsec-fetch-metadata issue 77 leaves it open); that such a
//!   link comes from no site is.
//! - A page that the browser has prefetched is shown without asking again: that tap is seen
//!   as the machine's visit only.
//! - A mobile operator puts thousands of people behind one address, so many codes from one
//!   address are no machine by themselves. An operator's own scanner hides there.
//! - Private relays and VPNs of browsers leave from data centres: people who are probable.

use super::agent::{Agent, Metadata};

/// Sooner after the send than a phone can have shown the text, in milliseconds.
const TOO_SOON: i64 = 2_000;
/// From here on somebody can have read the text and tapped, in milliseconds.
const SOON: i64 = 5_000;
/// Other codes in a minute from one address of a data centre that make a scanner of it.
const BURST: u32 = 3;
/// Other codes in a minute from any address after which it may be a scanner or an operator's.
const CROWD: u32 = 30;

/// What is known of one request for a short link. Headers are as they came; `None` where
/// there was none or it was no text.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Visit<'a> {
    pub(crate) method: &'a str,
    pub(crate) user_agent: Option<&'a str>,
    /// `Purpose`, `Sec-Purpose`, `X-Moz` and `X-Purpose`, joined.
    pub(crate) purpose: Option<&'a str>,
    /// `Sec-Fetch-Mode`.
    pub(crate) fetch_mode: Option<&'a str>,
    /// `Sec-Fetch-Dest`.
    pub(crate) fetch_dest: Option<&'a str>,
    /// `Sec-Fetch-Site`.
    pub(crate) fetch_site: Option<&'a str>,
    /// `Sec-Fetch-User`.
    pub(crate) fetch_user: Option<&'a str>,
    pub(crate) accept_language: Option<&'a str>,
    pub(crate) accept: Option<&'a str>,
    /// Negative where the visit came before the send was known to be done; `None` where
    /// nobody knows when it was.
    pub(crate) millis_after_send: Option<i64>,
    /// Other codes visited from the same address in the last minute.
    pub(crate) others_from_address: u32,
    pub(crate) from_data_centre: bool,
}

/// Who followed a link, as far as one request tells; the surer of a person, the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ClickClass {
    /// A previewer, a scanner, a crawler, a library, or a browser looking ahead.
    Machine,
    /// Nothing speaks against a person, and not enough for one.
    Probable,
    /// All that a person's phone sends.
    Confirmed,
}

impl ClickClass {
    /// What it is called in the database and in the API.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Machine => "machine",
            Self::Probable => "probable",
            Self::Confirmed => "confirmed",
        }
    }
}

/// Who made this visit.
pub(crate) fn class(visit: &Visit<'_>) -> ClickClass {
    let agent = visit.user_agent.map_or(Agent::Machine, Agent::of);
    let Agent::Browser { phone } = agent else {
        return ClickClass::Machine;
    };
    if is_machines(visit) {
        return ClickClass::Machine;
    }
    match phone {
        Some(metadata) if is_tapped(visit, metadata) && is_persons(visit) => ClickClass::Confirmed,
        _ => ClickClass::Probable,
    }
}

/// Whether anything but the user agent gives a machine away.
fn is_machines(visit: &Visit<'_>) -> bool {
    let looks_ahead = visit.purpose.is_some_and(|purpose| {
        let purpose = purpose.to_ascii_lowercase();
        ["prefetch", "prerender", "preview", "instant"]
            .iter()
            .any(|ahead| purpose.contains(ahead))
    });
    visit.method != "GET"
        || looks_ahead
        || visit.fetch_mode.is_some_and(|mode| mode != "navigate")
        || visit
            .millis_after_send
            .is_some_and(|after| after < TOO_SOON)
        || (visit.from_data_centre && visit.others_from_address >= BURST)
}

/// Whether the fetch metadata are what a tap in such a browser sends.
fn is_tapped(visit: &Visit<'_>, metadata: Metadata) -> bool {
    let navigates = visit.fetch_mode == Some("navigate") && visit.fetch_dest == Some("document");
    match metadata {
        Metadata::Full => {
            navigates && (visit.fetch_user == Some("?1") || visit.fetch_site == Some("none"))
        }
        Metadata::WithoutUser => navigates,
        Metadata::Never => visit
            .fetch_mode
            .or(visit.fetch_dest)
            .or(visit.fetch_user)
            .is_none(),
        Metadata::Outdated => false,
    }
}

/// Whether everything around the tap is a person's.
fn is_persons(visit: &Visit<'_>) -> bool {
    let speaks = visit
        .accept_language
        .is_some_and(|languages| languages.contains(|c: char| c.is_ascii_alphabetic()));
    let reads = visit
        .accept
        .is_some_and(|types| types.to_ascii_lowercase().contains("text/html"));
    speaks
        && reads
        && visit.millis_after_send.is_some_and(|after| after >= SOON)
        && visit.others_from_address < CROWD
        && !visit.from_data_centre
}

//! What a user agent says of whoever sends it.
//!
//! A browser's has the form that RFC 9110 (10.1.5) and the browsers' history gave it:
//! `Mozilla/5.0 (system) engine …`. What has another form is a library or a previewer, and
//! most of those need no name here. The names below are of machines that borrow that form.
//! Apps that show pages themselves (Facebook, Instagram, LINE, Gmail) are browsers: a person
//! holds the phone. WhatsApp, Viber and Snapchat are both, and the form tells which.

/// Who sends a user agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agent {
    /// No browser, or one that nobody looks at.
    Machine,
    Browser {
        /// What it sends of itself when it navigates, if it is a phone's.
        phone: Option<Metadata>,
    },
}

/// What a phone's browser sends of the fetch metadata (`Sec-Fetch-*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Metadata {
    /// Mode, destination and user activation: Chromium and Gecko.
    Full,
    /// Mode and destination: WebKit from iOS 16.4 on.
    WithoutUser,
    /// Nothing: WebKit on iPhones in use that are older.
    Never,
    /// Nothing, and no phone in use sends this.
    Outdated,
}

/// Words of machines that call themselves browsers, in lower case.
const MACHINES: &[&str] = &[
    // In general; addresses are where a crawler explains itself.
    "http://",
    "https://",
    "+mailto:",
    "crawler",
    "spider",
    "preview",
    "scraper",
    "slurp",
    // Previewers. Messages on an iPhone has the names of Facebook's and Twitter's.
    "facebookexternalhit",
    "facebot",
    "cardyb",
    "embedly",
    "vkshare",
    "flipboardproxy",
    // Google's, but for its apps, which people use.
    "google-",
    "-google",
    "google favicon",
    "google page speed",
    "google search console",
    "googleimageproxy",
    "googlemessages",
    // Scanners of mail and web gateways; "via" is how a mail service's proxy signs.
    "(via ",
    "barracuda",
    "bitdefender",
    "bluecoat",
    "clamav",
    "cloudmark",
    "fireeye",
    "forcepoint",
    "fortiguard",
    "ironport",
    "kaspersky",
    "messagelabs",
    "microsoft exchange",
    "microsoft office",
    "microsoft outlook",
    "mimecast",
    "ms-office",
    "msoffice",
    "palo alto",
    "proofpoint",
    "safelinks",
    "sophos",
    "symantec",
    "trend micro",
    "trendmicro",
    "virustotal",
    "websense",
    "zscaler",
    // Browsers that programs drive.
    "catchpoint",
    "chrome-lighthouse",
    "cloudflareobservatory",
    "cypress/",
    "dmbrowser",
    "headlesschrome",
    "phantomjs",
    "playwright",
    "ptst/",
    "puppeteer",
    "selenium",
    "synthetic",
];

/// Engines of browsers, one of which every browser names, in lower case.
const ENGINES: &[&str] = &[
    "applewebkit/",
    "gecko/",
    "khtml/",
    "msie ",
    "presto/",
    "trident/",
];

/// From this iOS on, WebKit sends fetch metadata.
const SENDS: (u32, u32) = (16, 4);
/// Phones with an older iOS are out of use.
const IN_USE: (u32, u32) = (12, 0);

impl Agent {
    pub(super) fn of(agent: &str) -> Self {
        let agent = agent.trim().to_ascii_lowercase();
        if !has_form(&agent) || is_named(&agent) {
            return Self::Machine;
        }
        let is_iphone = agent.contains("(iphone") || agent.contains("(ipod");
        // Apps that put their own name first, and a browser that loses its beginning, are
        // people's more often than not, but the form is not what makes it sure.
        let phone = if !agent.starts_with("mozilla/") {
            None
        } else if is_iphone {
            Some(ios(&agent))
        } else {
            // Tablets with Android leave "Mobile" out.
            (agent.contains("android") && agent.contains("mobile")).then_some(Metadata::Full)
        };
        Self::Browser { phone }
    }
}

/// Whether it has the form of a browser's, whatever stands before it. Opera Mini and UC's
/// are made by proxies that fetch for a person.
fn has_form(agent: &str) -> bool {
    let is_mozilla = agent.starts_with("mozilla/") || agent.contains("applewebkit/");
    let has_engine = agent.contains('(') && ENGINES.iter().any(|engine| agent.contains(engine));
    (is_mozilla && has_engine) || agent.starts_with("opera/") || agent.starts_with("ucweb/")
}

/// Whether it says that it is a machine.
fn is_named(agent: &str) -> bool {
    // Cubot makes phones.
    let robots = agent.replace("cubot", "");
    let is_robot = robots
        .match_indices("bot")
        .any(|(at, _)| !robots[at + 3..].starts_with(|c: char| c.is_ascii_alphabetic()));
    // Only Internet Explorer's own form had "compatible" in it; WebKit's never had.
    let is_compatible = agent
        .split_once("applewebkit/")
        .is_some_and(|(_, rest)| rest.contains("compatible;"));
    is_robot || is_compatible || MACHINES.iter().any(|machine| agent.contains(machine))
}

/// What the iOS that it names sends.
fn ios(agent: &str) -> Metadata {
    let version = agent.split_once("iphone os ").and_then(|(_, rest)| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '_');
        let mut numbers = rest[..end.unwrap_or(rest.len())].split('_');
        let major = numbers.next()?.parse().ok()?;
        let minor = numbers.next().and_then(|minor| minor.parse().ok());
        Some((major, minor.unwrap_or(0)))
    });
    match version {
        Some(version) if version >= SENDS => Metadata::WithoutUser,
        Some(version) if version >= IN_USE => Metadata::Never,
        _ => Metadata::Outdated,
    }
}

//! The corpus of user agents, each with the best that may become of it; and every other
//! signal by itself, beside an otherwise flawless visit.

use serde::Deserialize;

use super::{ClickClass, Visit, class};

const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const OLD_IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 13_2_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0.3 Mobile/15E148 Safari/604.1";
const ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36";
const DESKTOP: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:100.0) Gecko/20100101 Firefox/100.0";

/// A line of the corpus.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    agent: String,
    is: Kind,
    /// What a visit with it is at best.
    class: String,
    source: String,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Previewer,
    Scanner,
    Crawler,
    Library,
    Browser,
    InApp,
}

fn corpus() -> Vec<Line> {
    include_str!("../../data/user-agents.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

/// A person's tap on an Android phone, a minute after the send.
fn tap() -> Visit<'static> {
    Visit {
        method: "GET",
        user_agent: Some(ANDROID),
        purpose: None,
        fetch_mode: Some("navigate"),
        fetch_dest: Some("document"),
        fetch_site: None,
        fetch_user: Some("?1"),
        accept_language: Some("pt-PT,pt;q=0.9,en;q=0.8"),
        accept: Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        millis_after_send: Some(60_000),
        others_from_address: 0,
        from_data_centre: false,
    }
}

/// The same with this user agent and the fetch metadata that serve it best.
fn at_best(agent: &str) -> ClickClass {
    let full = Visit {
        user_agent: Some(agent),
        ..tap()
    };
    let without_user = Visit {
        fetch_user: None,
        ..full
    };
    let none = Visit {
        fetch_mode: None,
        fetch_dest: None,
        ..without_user
    };
    class(&full).max(class(&without_user)).max(class(&none))
}

#[test]
fn user_agents_of_the_corpus_are_told_apart() {
    let corpus = corpus();
    assert!(corpus.len() >= 120, "{}", corpus.len());
    let mut agents = std::collections::HashSet::new();
    let mut wrong = Vec::new();
    for Line {
        agent,
        is,
        class,
        source,
    } in &corpus
    {
        assert!(agents.insert(agent), "twice: {agent}");
        assert!(!source.is_empty(), "{agent}");
        let expected = named(class).expect(class);
        let person = matches!(is, Kind::Browser | Kind::InApp);
        assert_eq!(person, expected != ClickClass::Machine, "{agent}");
        let found = at_best(agent);
        if found != expected {
            wrong.push(format!("{is:?} {found:?}, not {expected:?}: {agent}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_machine_stays_one_whatever_its_letters_case() {
    for Line { agent, class, .. } in corpus() {
        let expected = named(&class).unwrap();
        for agent in [agent.to_lowercase(), agent.to_uppercase()] {
            assert_eq!(at_best(&agent), expected, "{agent}");
        }
    }
}

/// The class of that name.
fn named(name: &str) -> Option<ClickClass> {
    let mut all = [
        ClickClass::Machine,
        ClickClass::Probable,
        ClickClass::Confirmed,
    ]
    .into_iter();
    all.find(|class| class.name() == name)
}

/// A change of the flawless visit, and what becomes of it.
type Case = (&'static str, fn(&mut Visit<'static>), ClickClass);

fn hold(cases: &[Case]) {
    for (what, change, expected) in cases {
        let mut visit = tap();
        change(&mut visit);
        assert_eq!(class(&visit), *expected, "{what}");
    }
}

#[test]
fn a_tap_with_all_that_a_phone_sends_is_confirmed() {
    use ClickClass::Confirmed;
    hold(&[
        ("an Android phone's", |_| (), Confirmed),
        (
            "five seconds after the send",
            |visit| visit.millis_after_send = Some(5_000),
            Confirmed,
        ),
        (
            "from outside the web, without the user's activation",
            |visit| (visit.fetch_user, visit.fetch_site) = (None, Some("none")),
            Confirmed,
        ),
        (
            "weeks after",
            |visit| visit.millis_after_send = Some(3_000_000_000),
            Confirmed,
        ),
        (
            "an iPhone's, which says nothing of the user",
            |visit| {
                visit.user_agent = Some(IPHONE);
                visit.fetch_user = None;
            },
            Confirmed,
        ),
        (
            "an iPhone's, should it learn to",
            |visit| visit.user_agent = Some(IPHONE),
            Confirmed,
        ),
        (
            "an older iPhone's, which says nothing",
            |visit| {
                visit.user_agent = Some(OLD_IPHONE);
                (visit.fetch_mode, visit.fetch_dest, visit.fetch_user) = (None, None, None);
            },
            Confirmed,
        ),
        (
            "with others behind the operator's address",
            |visit| visit.others_from_address = 29,
            Confirmed,
        ),
        (
            "with a purpose that is none",
            |visit| visit.purpose = Some(""),
            Confirmed,
        ),
    ]);
}

#[test]
fn a_tap_that_lacks_something_is_probable() {
    use ClickClass::Probable;
    hold(&[
        (
            "on a computer",
            |visit| visit.user_agent = Some(DESKTOP),
            Probable,
        ),
        (
            "without the user's activation",
            |visit| visit.fetch_user = None,
            Probable,
        ),
        (
            "with an activation that is none",
            |visit| visit.fetch_user = Some("?0"),
            Probable,
        ),
        (
            "into a frame",
            |visit| visit.fetch_dest = Some("iframe"),
            Probable,
        ),
        (
            "without a destination",
            |visit| visit.fetch_dest = None,
            Probable,
        ),
        (
            "over plain HTTP, where Chrome says nothing",
            |visit| {
                (visit.fetch_mode, visit.fetch_dest, visit.fetch_user) = (None, None, None);
            },
            Probable,
        ),
        (
            "over plain HTTP, where an iPhone says nothing",
            |visit| {
                visit.user_agent = Some(IPHONE);
                (visit.fetch_mode, visit.fetch_dest, visit.fetch_user) = (None, None, None);
            },
            Probable,
        ),
        (
            "of an older iPhone that knows what it cannot",
            |visit| {
                visit.user_agent = Some(OLD_IPHONE);
            },
            Probable,
        ),
        (
            "without languages",
            |visit| visit.accept_language = None,
            Probable,
        ),
        (
            "with any language",
            |visit| visit.accept_language = Some("*"),
            Probable,
        ),
        ("without types", |visit| visit.accept = None, Probable),
        (
            "with any type",
            |visit| visit.accept = Some("*/*"),
            Probable,
        ),
        (
            "in haste",
            |visit| visit.millis_after_send = Some(4_999),
            Probable,
        ),
        (
            "two seconds after the send",
            |visit| visit.millis_after_send = Some(2_000),
            Probable,
        ),
        (
            "who knows when",
            |visit| visit.millis_after_send = None,
            Probable,
        ),
        (
            "through a relay",
            |visit| visit.from_data_centre = true,
            Probable,
        ),
        (
            "through a relay with few others",
            |visit| {
                visit.from_data_centre = true;
                visit.others_from_address = 2;
            },
            Probable,
        ),
        (
            "out of a crowd",
            |visit| visit.others_from_address = 30,
            Probable,
        ),
        (
            "out of any crowd, for an operator's address may hold it",
            |visit| {
                visit.others_from_address = u32::MAX;
            },
            Probable,
        ),
    ]);
}

#[test]
fn one_sign_of_a_machine_outweighs_everything_else() {
    use ClickClass::Machine;
    hold(&[
        ("HEAD", |visit| visit.method = "HEAD", Machine),
        ("OPTIONS", |visit| visit.method = "OPTIONS", Machine),
        (
            "Sec-Purpose, prefetch",
            |visit| visit.purpose = Some("prefetch"),
            Machine,
        ),
        (
            "Sec-Purpose, prerender",
            |visit| visit.purpose = Some("prefetch;prerender"),
            Machine,
        ),
        (
            "Sec-Purpose, by a relay",
            |visit| visit.purpose = Some("prefetch;anonymous-client-ip"),
            Machine,
        ),
        (
            "X-Purpose",
            |visit| visit.purpose = Some("preview"),
            Machine,
        ),
        (
            "X-Purpose, of old Chrome",
            |visit| visit.purpose = Some(", instant"),
            Machine,
        ),
        (
            "X-Moz, in capitals",
            |visit| visit.purpose = Some("Prefetch"),
            Machine,
        ),
        (
            "a script's request",
            |visit| visit.fetch_mode = Some("cors"),
            Machine,
        ),
        (
            "an image's request",
            |visit| visit.fetch_mode = Some("no-cors"),
            Machine,
        ),
        ("no user agent", |visit| visit.user_agent = None, Machine),
        ("an empty one", |visit| visit.user_agent = Some(""), Machine),
        (
            "one of spaces",
            |visit| visit.user_agent = Some("  "),
            Machine,
        ),
        ("a dash", |visit| visit.user_agent = Some("-"), Machine),
        (
            "half of one",
            |visit| visit.user_agent = Some("Mozilla/5.0"),
            Machine,
        ),
        (
            "no engine",
            |visit| visit.user_agent = Some("Mozilla/5.0 (iPhone)"),
            Machine,
        ),
        (
            "with the send",
            |visit| visit.millis_after_send = Some(0),
            Machine,
        ),
        (
            "before the send was done",
            |visit| visit.millis_after_send = Some(-300),
            Machine,
        ),
        (
            "within two seconds",
            |visit| visit.millis_after_send = Some(1_999),
            Machine,
        ),
        (
            "a burst from a data centre",
            |visit| {
                visit.from_data_centre = true;
                visit.others_from_address = 3;
            },
            Machine,
        ),
    ]);
}

#[test]
fn whatever_a_user_agent_holds_it_is_read() {
    for agent in [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 99999999999999_9 like Mac OS X) AppleWebKit/1",
        "Mozilla/5.0 (iPhone; CPU iPhone OS ",
        "Mozilla/5.0 (iPhone; CPU iPhone OS _ like Mac OS X) AppleWebKit/1",
        "Mozilla/5.0 (Android; Mobile; \u{130}bot\u{e9}) Gecko/1 bot",
        "bot",
        "\u{1f916}",
    ] {
        assert_ne!(at_best(agent), ClickClass::Confirmed, "{agent}");
    }
}

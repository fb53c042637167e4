//! The list of phones that received something, newest first.

use std::collections::HashMap;

use maud::{Markup, html};

use super::call;
use super::conversation::Item;
use super::texts::{Calls, Handset, count};
use crate::hubspot::Directory;
use crate::nrs::{Ledger, Switchboard};

/// One phone.
#[derive(Debug)]
pub(super) struct Phone<'a> {
    /// Digits of its number.
    pub(super) digits: &'a str,
    /// Whose it is; empty where nobody has this number.
    pub(super) name: String,
    /// What came last.
    last: Item<'a>,
    unread: usize,
}

/// All phones with messages or calls at the time `now`, the one with the newest first; a
/// phone that rings comes before all others.
pub(super) fn phones<'a>(
    ledger: &'a Ledger,
    switchboard: &'a Switchboard,
    directory: &Directory,
    now: i64,
) -> Vec<Phone<'a>> {
    let messages = ledger
        .on_phones(now)
        .map(|message| (&*message.to, message.read, Item::Message(message)));
    let calls = switchboard
        .on_phones()
        .map(|call| (&*call.to, call.read, Item::Call(call)));
    let mut phones: Vec<Phone<'a>> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (digits, read, item) in messages.chain(calls) {
        let unread = usize::from(!read);
        if let Some(phone) = places.get(digits).and_then(|place| phones.get_mut(*place)) {
            phone.unread += unread;
            if rank(&item) >= rank(&phone.last) {
                phone.last = item;
            }
        } else {
            places.insert(digits, phones.len());
            phones.push(Phone {
                digits,
                name: directory.names(digits),
                last: item,
                unread,
            });
        }
    }
    phones.sort_by_key(|phone| std::cmp::Reverse(rank(&phone.last)));
    phones
}

fn rank(item: &Item<'_>) -> (bool, (i64, u64)) {
    (item.is_live(), item.order())
}

/// The list, with the open one marked.
pub(super) fn list(texts: (&Handset, &Calls), phones: &[Phone<'_>], open: Option<&str>) -> Markup {
    let (own, _) = texts;
    html! {
        nav.phones #phones aria-label=(own.phones) {
            h2 { (own.phones) }
            @if phones.is_empty() {
                p.soft { (own.empty_title) }
            }
            ul {
                @for phone in phones {
                    li { (entry(texts, phone, open == Some(phone.digits))) }
                }
            }
        }
    }
}

fn entry((texts, calls): (&Handset, &Calls), phone: &Phone<'_>, open: bool) -> Markup {
    let name = if phone.name.is_empty() {
        &texts.unknown_name
    } else {
        &phone.name
    };
    html! {
        a.phone id={ "phone-" (phone.digits) } href={ "/handset/" (phone.digits) }
            data-number=(phone.digits) aria-current=[open.then_some("page")] {
            (avatar(&phone.name))
            span.phone-name { (name) }
            (super::conversation::time(phone.last.order().0))
            span.phone-number { "+" (phone.digits) }
            @match phone.last {
                Item::Message(message) => span.phone-text { (message.text) },
                Item::Call(call) => span.phone-text.ringing[call.is_live()] {
                    (call::summary(calls, call))
                },
            }
            @if phone.unread > 0 {
                span.dot role="img"
                    aria-label=(count(&texts.unread_one, &texts.unread_other, phone.unread)) {}
            }
        }
    }
}

/// The initials of a name in a circle; only an ornament.
pub(super) fn avatar(name: &str) -> Markup {
    let words: Vec<&str> = name.split(' ').filter(|word| *word != "/").collect();
    let initials: String = [words.first(), words.get(1)]
        .into_iter()
        .flatten()
        .filter_map(|word| word.chars().next())
        .collect();
    let shown = if initials.is_empty() { "#" } else { &initials };
    html! { span.avatar aria-hidden="true" { (shown) } }
}

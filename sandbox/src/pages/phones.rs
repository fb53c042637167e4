//! The list of phones that received something, newest first.

use maud::{Markup, html};

use super::texts::{Handset, count};
use crate::hubspot::Directory;
use crate::nrs::{Ledger, Message};

/// One phone.
#[derive(Debug)]
pub(super) struct Phone<'a> {
    /// Digits of its number.
    pub(super) digits: &'a str,
    /// Whose it is; empty where nobody has this number.
    pub(super) name: String,
    /// The message that came last.
    last: &'a Message,
    unread: usize,
}

/// All phones with messages at the time `now`, the one with the newest message first.
pub(super) fn phones<'a>(ledger: &'a Ledger, directory: &Directory, now: i64) -> Vec<Phone<'a>> {
    let mut phones: Vec<Phone<'a>> = Vec::new();
    for message in ledger.on_phones(now) {
        let unread = usize::from(!message.read);
        match phones.iter_mut().find(|phone| phone.digits == message.to) {
            Some(phone) => {
                phone.unread += unread;
                if message.received_at >= phone.last.received_at {
                    phone.last = message;
                }
            }
            None => phones.push(Phone {
                digits: &message.to,
                name: directory.names(&message.to),
                last: message,
                unread,
            }),
        }
    }
    phones.sort_by_key(|phone| std::cmp::Reverse((phone.last.received_at, phone.last.id)));
    phones
}

/// The list, with the open one marked.
pub(super) fn list(texts: &Handset, phones: &[Phone<'_>], open: Option<&str>) -> Markup {
    html! {
        nav.phones #phones aria-label=(texts.phones) {
            h2 { (texts.phones) }
            @if phones.is_empty() {
                p.soft { (texts.empty_title) }
            }
            ul {
                @for phone in phones {
                    li { (entry(texts, phone, open == Some(phone.digits))) }
                }
            }
        }
    }
}

fn entry(texts: &Handset, phone: &Phone<'_>, open: bool) -> Markup {
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
            (super::conversation::time(phone.last.received_at))
            span.phone-number { "+" (phone.digits) }
            span.phone-text { (phone.last.text) }
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

//! What is read digit by digit: numbers to call, and figures too long to be anything else.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::scan::{digits, number_ends};
use super::tongue::Tongue;

/// A figure of so many digits without a mark between them is a number to call, or an
/// account's: nobody writes a sum so.
const LONG: usize = 9;
/// Most digits of a number (ITU-T E.164, 6.1), and fewest of one that begins with `+`.
const MOST: usize = 15;
const FEWEST: usize = 7;

pub(super) fn read(rest: &str, tongue: Tongue) -> Option<(usize, String)> {
    let international = rest.strip_prefix('+');
    let bare = international.unwrap_or(rest);
    let mut groups: Vec<&str> = Vec::new();
    let mut after = bare;
    loop {
        let group = digits(after);
        if group.is_empty() {
            break;
        }
        groups.push(group);
        let end = &after[group.len()..];
        after = end;
        match end.strip_prefix([' ', '\u{a0}', '-']) {
            Some(next) if next.starts_with(|next: char| next.is_ascii_digit()) => after = next,
            _ => break,
        }
    }
    let total: usize = groups.iter().map(|group| group.len()).sum();
    let number = if international.is_some() {
        (FEWEST..=MOST).contains(&total)
    } else {
        let pairs = groups.iter().all(|group| group.len() >= 2);
        groups.len() > 1 && pairs && (LONG..=MOST).contains(&total)
    };
    if number && number_ends(after) {
        let plus = international.map(|_| tongue.choose("mais", "más", "plus"));
        let mut spoken = plus.map_or_else(String::new, |plus| plus.to_owned() + " ");
        let groups: Vec<String> = groups.iter().map(|group| tongue.spell(group)).collect();
        spoken.push_str(&groups.join(", "));
        return Some((rest.len() - after.len(), spoken));
    }
    let alone = digits(rest);
    let code = alone.len() >= LONG || (alone.len() > 1 && alone.starts_with('0'));
    (code && number_ends(&rest[alone.len()..])).then(|| (alone.len(), tongue.spell(alone)))
}

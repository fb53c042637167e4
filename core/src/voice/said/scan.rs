//! Where a reading may begin and end, so that nothing is torn out of a word, of a longer
//! number, or of an address.

/// Whether something may begin after this text.
pub(super) fn begins(before: &str) -> bool {
    let mut back = before.chars().rev();
    match back.next() {
        None => true,
        Some(last) if last.is_alphanumeric() => false,
        // The middle of 1.2.3.4, 10:30:15, a path or an e-mail address.
        Some(last) if ".,:/-_@".contains(last) => !back
            .next()
            .is_some_and(|before| before.is_alphanumeric() || before == '/'),
        Some(_) => true,
    }
}

/// Whether a word ends before this text.
pub(super) fn ends(after: &str) -> bool {
    !after.starts_with(char::is_alphanumeric)
}

/// Whether a number ends before this text: a dot is one of the sentence.
pub(super) fn number_ends(after: &str) -> bool {
    let mut ahead = after.chars();
    match ahead.next() {
        None => true,
        Some(next) if next.is_alphanumeric() => false,
        Some(next) if ".,:/-_@".contains(next) => {
            !ahead.next().is_some_and(|next| next.is_ascii_digit())
        }
        Some(_) => true,
    }
}

/// The digits at the beginning of a text.
pub(super) fn digits(rest: &str) -> &str {
    let end = rest.find(|character: char| !character.is_ascii_digit());
    &rest[..end.unwrap_or(rest.len())]
}

/// One to `most` digits and their value.
pub(super) fn figure(rest: &str, most: usize) -> Option<(&str, u16)> {
    let digits = digits(rest);
    let fits = (1..=most).contains(&digits.len());
    Some((digits, digits.parse().ok().filter(|_| fits)?))
}

/// What follows one space of any width, or follows at once.
pub(super) fn after_space(rest: &str) -> &str {
    rest.strip_prefix([' ', '\u{a0}', '\u{202f}', '\u{2009}'])
        .unwrap_or(rest)
}

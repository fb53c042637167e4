//! Phone numbers: from what people write to what a network dials.
//!
//! Says whether a number can exist, by the plan of its country; whether it is in
//! service only the network knows.

mod table;

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

use table::{COUNTRIES, Row};

/// Properties that hold a contact's number, the first that is filled counts (the connector's guide).
pub const PHONE_PROPERTIES: [&str; 3] = ["mobile_phone_360nrs", "mobilephone", "phone"];
/// Property that holds the international prefix of a number without one.
pub const PREFIX_PROPERTY: &str = "mobile_prefix_360nrs";

/// Most digits of an international number (ITU-T E.164, 6.1).
const MAX_DIGITS: usize = 15;
/// Fewest that any plan gives out, calling code included.
const MIN_DIGITS: usize = 7;

/// A country or territory with a numbering plan.
#[derive(Debug, Clone, Copy)]
pub struct Country(&'static Row);

impl PartialEq for Country {
    fn eq(&self, other: &Self) -> bool {
        self.code() == other.code()
    }
}

impl Eq for Country {}

impl Country {
    /// The country with an ISO 3166-1 alpha-2 code, in capitals.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let index = COUNTRIES.binary_search_by_key(&code, |row| row.0).ok()?;
        Some(Self(&COUNTRIES[index]))
    }

    /// All of them, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        COUNTRIES.iter().map(Self)
    }

    /// ISO 3166-1 alpha-2 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.0
    }

    /// Calling code, without `+`.
    #[must_use]
    pub fn calling_code(self) -> u16 {
        self.0.1
    }

    /// The significant part of a number as dialled inside the country, if it can be one.
    fn national(self, digits: &str) -> Option<&str> {
        let (_, _, trunk, fewest, most) = *self.0;
        let fits =
            |digits: &&str| (usize::from(fewest)..=usize::from(most)).contains(&digits.len());
        digits
            .strip_prefix(trunk)
            .filter(|_| !trunk.is_empty())
            .filter(fits)
            .or_else(|| Some(digits).filter(fits))
    }
}

/// A phone number in international form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

/// Why something is not a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneError {
    /// There is nothing.
    Empty,
    /// There is something, but no number of its country looks like this.
    Malformed,
}

impl PhoneNumber {
    /// Reads a number as a contact's record holds it.
    ///
    /// A number with `+` or `00` is international. Otherwise it gets `prefix`
    /// where there is one, else the calling code of `country`, unless it
    /// already begins with that code.
    ///
    /// ```
    /// use septet_core::phone::{Country, PhoneNumber};
    /// let portugal = Country::from_code("PT").unwrap();
    /// let e164 = |raw, prefix| PhoneNumber::parse(raw, prefix, portugal).map(|n| n.e164());
    /// assert_eq!(e164("912 345 678", None), Ok("+351912345678".into()));
    /// assert_eq!(e164("612-345-678", Some("+34")), Ok("+34612345678".into()));
    /// assert_eq!(e164("+44 (0)7911 123456", None), Ok("+447911123456".into()));
    /// ```
    ///
    /// # Errors
    /// [`PhoneError::Empty`] without any character, [`PhoneError::Malformed`] otherwise.
    pub fn parse(raw: &str, prefix: Option<&str>, country: Country) -> Result<Self, PhoneError> {
        let raw = raw.trim();
        if raw.is_empty() {
            return Err(PhoneError::Empty);
        }
        let (international, digits) = digits_of(raw).ok_or(PhoneError::Malformed)?;
        let number = if international {
            complete(&digits)
        } else {
            match prefix.map(str::trim).filter(|prefix| !prefix.is_empty()) {
                // A prefix that cannot be read must not turn into another
                // country's: better no message than one to a stranger.
                Some(prefix) => digits_of(prefix).and_then(|(_, code)| with_prefix(&code, &digits)),
                None => with_country(country, &digits),
            }
        };
        number.map(Self).ok_or(PhoneError::Malformed)
    }

    /// With `+`, as people and HubSpot write it.
    #[must_use]
    pub fn e164(&self) -> String {
        format!("+{}", self.0)
    }

    /// Digits only, as 360nrs wants it.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }
}

/// The digits, and whether they begin with a calling code; `None` for anything that is no number.
fn digits_of(raw: &str) -> Option<(bool, String)> {
    let mut international = false;
    let mut digits = String::with_capacity(raw.len());
    for (index, character) in raw.char_indices() {
        match character {
            // The trunk prefix that is written for readers inside the country.
            '0' if !digits.is_empty()
                && raw[..index].ends_with('(')
                && raw[index..].starts_with("0)") => {}
            '0'..='9' => digits.push(character),
            '+' if digits.is_empty() && !international => international = true,
            '-' | '.' | '/' | '(' | ')' | '\u{2010}'..='\u{2015}' => {}
            _ if character.is_whitespace() || is_mark(character) => {}
            _ => return None,
        }
    }
    match digits.strip_prefix("00") {
        Some(rest) if !international => Some((true, rest.to_owned())),
        _ => Some((international, digits)),
    }
}

/// Invisible marks that come along when a number is copied from a phone's contacts.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// An international number, checked against the plans of its calling code.
fn complete(digits: &str) -> Option<String> {
    (1..=3)
        .filter_map(|length| digits.split_at_checked(length))
        .find_map(|(code, national)| with_calling_code(code, national))
}

fn with_calling_code(code: &str, national: &str) -> Option<String> {
    sharing(code).find_map(|country| join(country, national))
}

/// A number beside a prefix of its own, which some people write into the number as well.
fn with_prefix(code: &str, digits: &str) -> Option<String> {
    sharing(code).find_map(|country| with_country(country, digits))
}

fn sharing(code: &str) -> impl Iterator<Item = Country> {
    let code: Option<u16> = code.parse().ok();
    Country::all().filter(move |country| Some(country.calling_code()) == code)
}

/// A number as written inside its country, or with the calling code but without `+`.
fn with_country(country: Country, digits: &str) -> Option<String> {
    // No country gives phones longer numbers, even where its plan has room for them.
    const LONGEST_MOBILE: usize = 11;
    let code = format!("{}", country.calling_code());
    let inside = || join(country, digits);
    let outside = || join(country, digits.strip_prefix(&code)?);
    if digits.len() > LONGEST_MOBILE {
        outside().or_else(inside)
    } else {
        inside().or_else(outside)
    }
}

fn join(country: Country, national: &str) -> Option<String> {
    let number = format!("{}{}", country.calling_code(), country.national(national)?);
    (MIN_DIGITS..=MAX_DIGITS)
        .contains(&number.len())
        .then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(raw: &str, prefix: Option<&str>, country: &str) -> Result<String, PhoneError> {
        let country = Country::from_code(country).unwrap();
        PhoneNumber::parse(raw, prefix, country).map(|number| number.digits().to_owned())
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (raw, prefix, country, expected) in [
            ("912345678", None, "PT", "351912345678"),
            ("+351 912 345 678", None, "ES", "351912345678"),
            ("00351912345678", None, "ES", "351912345678"),
            ("351912345678", None, "PT", "351912345678"),
            ("612.34.56.78", Some("34"), "PT", "34612345678"),
            ("612345678", Some("+34"), "PT", "34612345678"),
            ("+351912345678", Some("34"), "ES", "351912345678"),
            ("07911 123456", None, "GB", "447911123456"),
            ("+44 (0)7911-123456", None, "PT", "447911123456"),
            ("0170 1234567", None, "DE", "491701234567"),
            ("+39 06 1234567", None, "PT", "39061234567"),
            ("(11) 91234-5678", None, "BR", "5511912345678"),
            ("1 212 555 0123", None, "US", "12125550123"),
            ("(+351) 912 345 678", None, "ES", "351912345678"),
            ("0044 (0)7911 123456", None, "PT", "447911123456"),
            (
                "\u{202a}+351 912\u{a0}345\u{a0}678\u{202c}",
                None,
                "PT",
                "351912345678",
            ),
            ("351912345678", Some("351"), "ES", "351912345678"),
            ("06 12 34 56 78", Some("33"), "PT", "33612345678"),
            ("33612345678", None, "FR", "33612345678"),
            ("491701234567", None, "DE", "491701234567"),
            ("393331234567", None, "IT", "393331234567"),
            ("3931234567", None, "IT", "393931234567"),
            ("+52 1 55 1234 5678", None, "PT", "525512345678"),
            ("+54 9 11 2345-6789", None, "PT", "5491123456789"),
            ("300 1234567", None, "CO", "573001234567"),
        ] {
            assert_eq!(
                parse(raw, prefix, country).as_deref(),
                Ok(expected),
                "{raw}"
            );
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for raw in [
            "123",
            "91234567",
            "9123456789",
            "n/a",
            "+",
            "+999123456789",
            "912 345 678 ext 1",
            "0",
            "+351 +912345678",
            "912345678+",
            "+34 12345678",
        ] {
            assert_eq!(parse(raw, None, "PT"), Err(PhoneError::Malformed), "{raw}");
        }
        assert_eq!(parse("  ", None, "PT"), Err(PhoneError::Empty));
    }

    #[test]
    fn a_prefix_that_cannot_be_read_is_never_replaced_by_the_country() {
        for prefix in ["ES", "+", "abc", "34x", "999"] {
            assert_eq!(
                parse("912345678", Some(prefix), "PT"),
                Err(PhoneError::Malformed),
                "{prefix}"
            );
        }
        assert!(parse("912345678", Some(" "), "PT").is_ok());
    }

    #[test]
    fn countries_are_sorted_for_the_search() {
        assert!(COUNTRIES.is_sorted_by_key(|row| row.0));
        assert!(Country::all().all(|country| Country::from_code(country.code()) == Some(country)));
    }

    #[test]
    fn a_read_number_reads_as_itself() {
        for raw in ["912345678", "+44 7911 123456", "0170 1234567"] {
            let first = PhoneNumber::parse(raw, None, Country::from_code("PT").unwrap());
            if let Ok(number) = first {
                let again =
                    PhoneNumber::parse(&number.e164(), None, Country::from_code("ES").unwrap());
                assert_eq!(again, Ok(number));
            }
        }
    }
}

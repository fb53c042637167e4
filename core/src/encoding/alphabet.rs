use super::Language;
use super::options::ReferenceBits;
use super::tables::{LOCKING_DEFAULT, SINGLE_DEFAULT, TWICE, Table};

/// How the text of a message is carried: one of these for all of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// GSM 7 bit, with or without national tables (3GPP TS 23.038, 6.2.1).
    Gsm7 {
        /// National table in place of the default alphabet.
        locking: Option<Language>,
        /// National table in place of the extension table.
        single: Option<Language>,
    },
    /// UCS-2, as UTF-16 (6.2.3).
    Ucs2,
}

impl Encoding {
    /// The default alphabet with its extension table.
    pub const GSM7: Self = Self::Gsm7 {
        locking: None,
        single: None,
    };

    /// Units that a character takes; `None` where the encoding does not have it.
    #[must_use]
    pub fn units_of(self, character: char) -> Option<usize> {
        match self {
            Self::Ucs2 => Some(character.len_utf16()),
            Self::Gsm7 { locking, single } => Alphabet::new(locking, single).units_of(character),
        }
    }

    /// The septet of a character, and whether an escape comes before it.
    pub(super) fn septet_of(self, character: char) -> Option<(bool, u8)> {
        let alphabet = self.alphabet()?;
        let base = alphabet.base.septet_of(character);
        base.map(|septet| (false, septet)).or_else(|| {
            let extended = alphabet.extension.septet_of(character)?;
            Some((true, extended))
        })
    }

    /// The character of a septet, after an escape or not.
    pub(super) fn character_of(self, escaped: bool, septet: u8) -> Option<char> {
        let alphabet = self.alphabet()?;
        if !escaped {
            return alphabet.base.character_of(septet);
        }
        let twice = || {
            let Self::Gsm7 { single, .. } = self else {
                return None;
            };
            single.filter(|language| *language >= Language::Bn)?;
            let found = TWICE.iter().find(|entry| entry.0 == septet);
            found.map(|entry| entry.1)
        };
        alphabet.extension.character_of(septet).or_else(twice)
    }

    fn alphabet(self) -> Option<Alphabet> {
        match self {
            Self::Gsm7 { locking, single } => Some(Alphabet::new(locking, single)),
            Self::Ucs2 => None,
        }
    }

    /// Units of text that fit a message of one part.
    #[must_use]
    pub const fn alone(self) -> usize {
        self.room(self.table_octets())
    }

    /// Units of text that fit each part of a message of several.
    #[must_use]
    pub const fn each(self, reference: ReferenceBits) -> usize {
        self.room(self.table_octets() + reference.octets())
    }

    /// How many national tables are announced.
    #[must_use]
    pub const fn tables(self) -> usize {
        match self {
            Self::Ucs2 => 0,
            Self::Gsm7 { locking, single } => {
                locking.is_some() as usize + single.is_some() as usize
            }
        }
    }

    /// Octets of the elements that announce national tables: three each (TS 23.040, 9.2.3.24.15).
    const fn table_octets(self) -> usize {
        self.tables() * 3
    }

    /// What 140 octets hold beside elements of so many octets and, if there are any, their length octet.
    const fn room(self, elements: usize) -> usize {
        const OCTETS: usize = 140;
        let header = if elements == 0 { 0 } else { elements + 1 };
        match self {
            Self::Gsm7 { .. } => (OCTETS - header) * 8 / 7,
            Self::Ucs2 => (OCTETS - header) / 2,
        }
    }
}

/// The two tables of a GSM-7 encoding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alphabet {
    /// One septet each.
    base: &'static Table,
    /// Two, the first of which is the escape.
    extension: &'static Table,
}

impl Alphabet {
    pub(super) fn new(locking: Option<Language>, single: Option<Language>) -> Self {
        Self {
            base: locking
                .and_then(Language::locking)
                .unwrap_or(&LOCKING_DEFAULT),
            extension: single.map_or(&SINGLE_DEFAULT, Language::single),
        }
    }

    /// Septets of a character; `None` where it is in neither table.
    #[inline]
    pub(super) fn units_of(self, character: char) -> Option<usize> {
        if self.base.has(character) {
            Some(1)
        } else {
            self.extension.has(character).then_some(2)
        }
    }

    /// The same for a character below U+0100.
    #[inline(always)]
    pub(super) fn units_of_low(self, code: u8) -> Option<usize> {
        if self.base.has_low(code) {
            Some(1)
        } else {
            self.extension.has_low(code).then_some(2)
        }
    }

    /// Whether ASCII takes what it takes in the default alphabet.
    pub(super) fn has_plain_ascii(self) -> bool {
        self.base.ascii() == LOCKING_DEFAULT.ascii()
            && self.extension.ascii() == SINGLE_DEFAULT.ascii()
    }
}

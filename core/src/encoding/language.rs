use super::tables::{self as t, Table};

/// A language with national tables (3GPP TS 23.038, 6.2.1.2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Language {
    /// Turkish.
    Tr = 1,
    /// Spanish; it has a single shift table only.
    Es = 2,
    /// Portuguese.
    Pt = 3,
    /// Bengali.
    Bn = 4,
    /// Gujarati.
    Gu = 5,
    /// Hindi.
    Hi = 6,
    /// Kannada.
    Kn = 7,
    /// Malayalam.
    Ml = 8,
    /// Oriya.
    Or = 9,
    /// Punjabi.
    Pa = 10,
    /// Tamil.
    Ta = 11,
    /// Telugu.
    Te = 12,
    /// Urdu.
    Ur = 13,
}

impl Language {
    /// All of them, in order of their identifiers.
    pub const ALL: [Self; 13] = [
        Self::Tr,
        Self::Es,
        Self::Pt,
        Self::Bn,
        Self::Gu,
        Self::Hi,
        Self::Kn,
        Self::Ml,
        Self::Or,
        Self::Pa,
        Self::Ta,
        Self::Te,
        Self::Ur,
    ];

    /// The national language identifier, as in the user data header.
    #[must_use]
    pub fn identifier(self) -> u8 {
        self as u8
    }

    /// ISO 639-1 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// The language with an ISO 639-1 code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.code() == code)
    }

    /// The locking shift table; Spanish has none (annex A.3.2 is void).
    pub(super) fn locking(self) -> Option<&'static Table> {
        self.row().1
    }

    /// The single shift table.
    pub(super) fn single(self) -> &'static Table {
        self.row().2
    }

    fn row(self) -> (&'static str, Option<&'static Table>, &'static Table) {
        match self {
            Self::Tr => ("tr", Some(&t::LOCKING_TURKISH), &t::SINGLE_TURKISH),
            Self::Es => ("es", None, &t::SINGLE_SPANISH),
            Self::Pt => ("pt", Some(&t::LOCKING_PORTUGUESE), &t::SINGLE_PORTUGUESE),
            Self::Bn => ("bn", Some(&t::LOCKING_BENGALI), &t::SINGLE_BENGALI),
            Self::Gu => ("gu", Some(&t::LOCKING_GUJARATI), &t::SINGLE_GUJARATI),
            Self::Hi => ("hi", Some(&t::LOCKING_HINDI), &t::SINGLE_HINDI),
            Self::Kn => ("kn", Some(&t::LOCKING_KANNADA), &t::SINGLE_KANNADA),
            Self::Ml => ("ml", Some(&t::LOCKING_MALAYALAM), &t::SINGLE_MALAYALAM),
            Self::Or => ("or", Some(&t::LOCKING_ORIYA), &t::SINGLE_ORIYA),
            Self::Pa => ("pa", Some(&t::LOCKING_PUNJABI), &t::SINGLE_PUNJABI),
            Self::Ta => ("ta", Some(&t::LOCKING_TAMIL), &t::SINGLE_TAMIL),
            Self::Te => ("te", Some(&t::LOCKING_TELUGU), &t::SINGLE_TELUGU),
            Self::Ur => ("ur", Some(&t::LOCKING_URDU), &t::SINGLE_URDU),
        }
    }
}

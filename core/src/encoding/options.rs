use serde::{Deserialize, Serialize};

/// Which alphabets a message may use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EncodingChoice {
    /// Whatever takes the fewest parts; plain GSM-7 wins ties.
    #[default]
    #[serde(rename = "auto")]
    Auto,
    /// The GSM 7 bit default alphabet with its extension table, nothing else.
    #[serde(rename = "gsm7")]
    Gsm7,
    /// GSM 7 bit with the Portuguese national language tables.
    #[serde(rename = "gsm7-pt")]
    Gsm7Pt,
    /// UCS-2 (as UTF-16).
    #[serde(rename = "ucs2")]
    Ucs2,
}

//! The encodings among which a message's is chosen, for who measures without [`super::segment`].

use alloc::vec::Vec;

use super::{Encoding, EncodingChoice, Language, LanguageSet, SegmentOptions};

/// The GSM-7 encodings that these options allow.
pub(crate) fn gsm7_candidates(options: &SegmentOptions) -> Vec<Encoding> {
    let languages = match options.encoding {
        EncodingChoice::Auto => options.national,
        EncodingChoice::Gsm7Pt => LanguageSet::of(&[Language::Pt]),
        EncodingChoice::Gsm7 => LanguageSet::NONE,
        EncodingChoice::Ucs2 => return Vec::new(),
    };
    let national = || core::iter::once(None).chain(languages.iter().map(Some));
    let allowed = |encoding: &Encoding| {
        let chosen = options.encoding != EncodingChoice::Gsm7Pt || encoding.tables() > 0;
        chosen && (!options.provider || crate::provider::offers(*encoding))
    };
    national()
        .filter(|locking| locking.is_none_or(|language| language.locking().is_some()))
        .flat_map(|locking| national().map(move |single| Encoding::Gsm7 { locking, single }))
        .filter(allowed)
        .collect()
}

/// Whether UCS-2 may carry what no GSM-7 encoding does.
pub(crate) fn may_be_ucs2(options: &SegmentOptions) -> bool {
    matches!(
        options.encoding,
        EncodingChoice::Auto | EncodingChoice::Ucs2
    )
}

//! The message as one contact would get it.

use std::collections::BTreeMap;

use septet_core::campaign::{Composition, ProblemKind};
use septet_core::encoding::{SegmentError, SegmentOptions, Segmentation, segment};
use septet_core::template::{PreviewLinks, Rendered};
use septet_core::wire::{Contact, LinkShape, SmsDraft};

/// A message with a contact's values in it, counted however long it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    /// Before any transliteration.
    pub(super) text: String,
    /// Against no limit, so that the person sees by how much it is too long.
    pub(super) counted: Result<Segmentation<'static>, SegmentError>,
    /// Properties without value and without fallback.
    pub(super) missing: Vec<String>,
    /// Where its links lead, tags included.
    pub(super) links: Vec<String>,
}

impl Shown {
    /// How many parts, where it can be carried at all.
    pub(super) fn parts(&self) -> Option<usize> {
        match &self.counted {
            Ok(counted) => Some(counted.parts().len()),
            Err(SegmentError::TooManyParts { parts, .. }) => Some(*parts),
            Err(SegmentError::NotEncodable { .. }) => None,
        }
    }
}

/// Renders and counts as the server will. While a token is half typed, the text
/// is counted as it stands.
pub(super) fn show(
    draft: &SmsDraft,
    composition: &Result<Composition, ProblemKind>,
    contact: Option<&Contact>,
    links: &LinkShape,
) -> Shown {
    let nobody = BTreeMap::new();
    let values = contact.map_or(&nobody, |contact| &contact.values);
    let rendered = match composition {
        Ok(composition) => {
            let links = &mut PreviewLinks(links);
            composition
                .template
                .render(values, &composition.render, links)
        }
        Err(_) => Rendered {
            text: draft.text.clone(),
            ..Rendered::default()
        },
    };
    let options = SegmentOptions::provider(draft.encoding, draft.transliterate, u8::MAX);
    Shown {
        counted: segment(&rendered.text, &options).map(Segmentation::into_owned),
        text: rendered.text,
        missing: rendered.missing,
        links: rendered.links,
    }
}

#[cfg(test)]
mod tests {
    use septet_core::campaign::Limits;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn shown(text: &str, values: &[(&str, &str)]) -> Shown {
        let draft = SmsDraft {
            text: text.into(),
            ..SmsDraft::default()
        };
        let contact = Contact {
            id: "1".into(),
            name: "Inês".into(),
            phone: None,
            prefix: None,
            opted_out: false,
            values: values
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
        };
        let links = LinkShape {
            short_base: "https://s.pt/l/".into(),
            unsubscribe_base: "https://s.pt/u/".into(),
            code_length: 10,
        };
        let composition = Composition::parse(&draft, Limits { max_parts: 5 });
        show(&draft, &composition, Some(&contact), &links)
    }

    #[wasm_bindgen_test]
    fn values_are_filled_in_and_missing_ones_are_named() {
        let shown = shown("{{firstname}} {{city}}", &[("firstname", "Inês")]);
        assert_eq!(shown.text, "Inês ");
        assert_eq!(shown.missing, ["city"]);
    }

    #[wasm_bindgen_test]
    fn a_text_is_counted_while_a_token_is_half_typed() {
        assert_eq!(shown("Olá {{first", &[]).text, "Olá {{first");
        assert_eq!(shown("Olá {{first", &[]).parts(), Some(1));
    }

    #[wasm_bindgen_test]
    fn a_text_over_the_limit_is_counted_as_well() {
        assert_eq!(shown(&"a".repeat(2000), &[]).parts(), Some(14));
    }
}

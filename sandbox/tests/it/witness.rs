//! Two counts of the same text: Septet's core, which the composer shows, and the
//! sandbox's own, which stands for the provider. They share no code and no table.

use septet_core::encoding::{EncodingChoice, SegmentOptions, segment};
use septet_core::provider::wire_encoding;
use serde_json::{Value, json};

use crate::support::World;

/// What texts are put together from; each line leads to encodings of its own.
const PIECES: [&[&str]; 4] = [
    &["a", "é", "ñ", " ", "\n", "€", "[", "}", "~", "Ø", "Δ"],
    &["a", "ç", "ã", "õ", "Ê", "ª", "º", "`", "\\", "€", "{", " "],
    &["a", "ž", "–", "😀", "e\u{301}", " "],
    &["a", "ç", "ñ", "ã", "€", "😀", "|", "ù"],
];

/// Texts of every length that matters, always the same ones.
fn texts() -> impl Iterator<Item = String> {
    let mut state = 7_u32;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(state >> 8).expect("24 bits") % below
    };
    (0..400).map(move |index| {
        let pieces = PIECES[index % PIECES.len()];
        let length = 1 + next(330);
        // Half of the texts keep to a few pieces, so that plain alphabets come up as well.
        let variety = if index % 2 == 0 {
            pieces.len()
        } else {
            1 + next(pieces.len())
        };
        (0..length).map(|_| pieces[next(variety)]).collect()
    })
}

#[tokio::test]
async fn the_phone_gets_the_very_parts_that_the_composer_counted() {
    let world = World::new().await;
    let options = SegmentOptions::provider(EncodingChoice::Auto, false, 10);
    let mut expected = Vec::new();
    for text in texts() {
        let counted = segment(&text, &options).expect("ten parts are enough");
        let body = json!({
            "to": ["351912000001"],
            "from": "Septet",
            "message": counted.text,
            "encoding": wire_encoding(counted.encoding),
            "parts": counted.parts().len(),
        });
        let (status, answer) = world.send(&body).await;
        assert_eq!(status, 202, "{text:?} as {:?}: {answer}", counted.encoding);
        let parts: Vec<Value> = counted
            .parts()
            .map(|part| json!({"text": part.text, "units": part.units}))
            .collect();
        expected.push((text.clone(), wire_encoding(counted.encoding), parts));
    }
    let messages = world.read("/sandbox/messages").await;
    let messages = messages.as_array().expect("a list");
    assert_eq!(messages.len(), expected.len());
    for (message, (text, encoding, parts)) in messages.iter().zip(&expected) {
        assert_eq!(message["parts"], json!(parts), "{text:?} as {encoding}");
    }
    for encoding in ["gsm", "gsm-pt", "utf-16"] {
        let used = expected
            .iter()
            .filter(|(_, used, _)| *used == encoding)
            .count();
        assert!(used >= 20, "{encoding} came up {used} times");
    }
}

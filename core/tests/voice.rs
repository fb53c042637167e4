//! What holds for every call and for every text that is read out, whatever it is.

#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::unwrap_used,
    reason = "what cannot be read back is a failed test"
)]

use std::collections::BTreeMap;

use proptest::prelude::*;
use septet_core::campaign::{Limits, Rules};
use septet_core::encoding::EncodingChoice;
use septet_core::template::PreviewLinks;
use septet_core::voice::said::{aloud, said, words};
use septet_core::voice::{
    ActionDraft, AudioUrl, Call, CallDraft, Gender, Input, Key, KeyDraft, NarrationDraft,
    NarrationKind, Pace, Step, TextDraft, VoiceDraft, VoiceLanguage, VoiceProblem, Walk,
};
use septet_core::wire::{LinkShape, Utm};

fn links() -> LinkShape {
    LinkShape {
        short_base: "https://s.pt/l/".into(),
        unsubscribe_base: "https://s.pt/u/".into(),
        code_length: 10,
    }
}

fn parse(draft: &CallDraft) -> Result<Call, Vec<VoiceProblem>> {
    let rules = Rules {
        limits: Limits { max_parts: 5 },
        properties: None,
        links: &links(),
        default_name: "HUBSPOT_VOICE_2026_11",
    };
    Call::parse(draft, &rules)
}

fn language() -> impl Strategy<Value = VoiceLanguage> {
    prop::sample::select(VoiceLanguage::ALL)
}

fn narration() -> impl Strategy<Value = NarrationDraft> {
    let text = "[a-z]([a-zA-Z0-9 .,áé]|\\{\\{name\\}\\}){0,20}";
    (text, language(), any::<bool>()).prop_map(|(text, language, speaks)| NarrationDraft {
        kind: [NarrationKind::Audio, NarrationKind::Speech][usize::from(speaks)],
        language,
        gender: Gender::Male,
        text,
        audio_url: "https://a.pt/x.mp3".into(),
        ..NarrationDraft::default()
    })
}

fn action() -> impl Strategy<Value = ActionDraft> {
    let transfer = prop::sample::select(vec!["", "210123456"]).prop_map(|caller| {
        let to = "+351 912 345 678".into();
        let caller = caller.into();
        ActionDraft::Transfer { to, caller }
    });
    let message = (
        "[a-z][a-z €]{0,40}( https://a\\.pt/x)?",
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(text, shorten_links, transliterate)| {
            ActionDraft::SendSms(TextDraft {
                sender: "Septet".into(),
                text,
                encoding: EncodingChoice::Auto,
                transliterate,
                shorten_links,
                utm: Utm {
                    source: "{{name}}".into(),
                    ..Utm::default()
                },
            })
        });
    prop_oneof![
        2 => Just(ActionDraft::Play),
        1 => transfer,
        2 => message,
        1 => Just(ActionDraft::Unsubscribe),
    ]
}

/// Drafts that break no rule.
fn valid() -> impl Strategy<Value = CallDraft> {
    let digits = prop::sample::subsequence((0..10).collect::<Vec<u8>>(), 1..=9).prop_shuffle();
    let nodes = prop::collection::vec((narration(), action()), 9);
    (
        narration(),
        digits,
        nodes,
        prop::option::of(narration()),
        prop::option::of(narration()),
        0..=5_u8,
        1..=30_u8,
    )
        .prop_map(
            |(menu, digits, nodes, wrong_key, no_key, repeats, timeout_seconds)| CallDraft {
                voice: VoiceDraft {
                    phone_property: "phone".into(),
                    country: "PT".into(),
                    narration: menu,
                    retries: repeats,
                    ..VoiceDraft::default()
                },
                keys: digits
                    .into_iter()
                    .zip(nodes)
                    .map(|(key, (narration, action))| KeyDraft {
                        key,
                        narration,
                        action,
                    })
                    .collect(),
                wrong_key,
                no_key,
                repeats,
                timeout_seconds,
            },
        )
}

/// Drafts that a person may have typed.
fn typed() -> impl Strategy<Value = CallDraft> {
    (
        valid(),
        "\\PC{0,8}",
        "\\PC{0,8}",
        prop::collection::vec((any::<u8>(), action(), "\\PC{0,8}"), 0..12),
        any::<(u8, u8, u8)>(),
    )
        .prop_map(|(draft, text, number, keys, (retries, repeats, timeout))| {
            let narration = NarrationDraft {
                text: text.clone(),
                voice: number.clone(),
                ..NarrationDraft::default()
            };
            CallDraft {
                voice: VoiceDraft {
                    caller: number,
                    country: text,
                    narration: narration.clone(),
                    retries,
                    ..draft.voice
                },
                keys: keys
                    .into_iter()
                    .map(|(key, action, text)| KeyDraft {
                        key,
                        narration: NarrationDraft {
                            text,
                            ..narration.clone()
                        },
                        action,
                    })
                    .collect(),
                wrong_key: Some(narration),
                repeats,
                timeout_seconds: timeout,
                ..draft
            }
        })
}

/// Whatever somebody on the phone may do and stay on it.
fn inputs() -> Vec<Input> {
    let keys = (0..10).filter_map(Key::of).map(Input::Key);
    keys.chain([Input::OtherKey, Input::Timeout]).collect()
}

fn start(draft: &CallDraft) -> (Walk, Vec<Step>) {
    let call = parse(draft).unwrap();
    let values = BTreeMap::from([("name".into(), "Ana".into())]);
    let script = call.script(&values, &mut PreviewLinks(&links())).unwrap();
    Walk::start(script)
}

/// Text in which there is much to be read out.
fn figures() -> impl Strategy<Value = String> {
    let pieces = [
        "0", "1", "2", "3", "9", "00", "12", "24", "31", "2026", "999", "000", ".", ",", ":", "/",
        "-", "+", " ", " ", "\u{a0}", "€", "$", "£", "R$", "%", "º", "ª", "h", "pm", " km", "st",
        "th", "Sr.", "nº", "No. ", "Dra.", "etc.", "Jan", "ção", "😀", "−", "@",
    ];
    let piece = prop_oneof![
        12 => prop::sample::select(pieces.to_vec()).prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Reads a number in words, by the words alone.
fn figure(words: &str) -> Option<u64> {
    const SMALL: &[(u64, &str)] = &[
        (0, "zero cero"),
        (1, "um uma uno un una one"),
        (2, "dois dos two"),
        (3, "três tres three"),
        (4, "quatro cuatro four"),
        (5, "cinco five"),
        (6, "seis six"),
        (7, "sete siete seven"),
        (8, "oito ocho eight"),
        (9, "nove nueve nine"),
        (10, "dez diez ten"),
        (11, "onze once eleven"),
        (12, "doze doce twelve"),
        (13, "treze trece thirteen"),
        (14, "catorze catorce fourteen"),
        (15, "quinze quince fifteen"),
        (16, "dezasseis dezesseis dieciséis sixteen"),
        (17, "dezassete dezessete diecisiete seventeen"),
        (18, "dezoito dieciocho eighteen"),
        (19, "dezanove dezenove diecinueve nineteen"),
        (20, "vinte veinte twenty"),
        (21, "veintiuno veintiún"),
        (22, "veintidós"),
        (23, "veintitrés"),
        (24, "veinticuatro"),
        (25, "veinticinco"),
        (26, "veintiséis"),
        (27, "veintisiete"),
        (28, "veintiocho"),
        (29, "veintinueve"),
        (30, "trinta treinta thirty"),
        (40, "quarenta cuarenta forty"),
        (50, "cinquenta cincuenta fifty"),
        (60, "sessenta sesenta sixty"),
        (70, "setenta seventy"),
        (80, "oitenta ochenta eighty"),
        (90, "noventa ninety"),
        (100, "cem cento cien ciento"),
        (200, "duzentos doscientos"),
        (300, "trezentos trescientos"),
        (400, "quatrocentos cuatrocientos"),
        (500, "quinhentos quinientos"),
        (600, "seiscentos seiscientos"),
        (700, "setecentos setecientos"),
        (800, "oitocentos ochocientos"),
        (900, "novecentos novecientos"),
    ];
    let (mut millions, mut thousands, mut rest) = (0, 0, 0);
    for word in words.split([' ', '-']) {
        match word {
            "e" | "y" | "and" => {}
            "hundred" => rest *= 100,
            "mil" | "thousand" => (thousands, rest) = (u64::max(rest, 1) * 1_000, 0),
            "milhão" | "milhões" | "millón" | "millones" | "million" => {
                millions += (thousands + rest) * 1_000_000;
                (thousands, rest) = (0, 0);
            }
            "bilhão" | "bilhões" | "billion" => (millions, rest) = (rest * 1_000_000_000, 0),
            word => {
                let known = |(_, words): &&(u64, &str)| words.split(' ').any(|known| known == word);
                rest += SMALL.iter().find(known)?.0;
            }
        }
    }
    Some(millions + thousands + rest)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_path_of_every_call_ends(draft in valid()) {
        let (walk, steps) = start(&draft);
        let begun = matches!(steps[..], [Step::Say(_), Step::Wait { .. }]);
        prop_assert!(begun);
        let most = walk.most_inputs();
        let mut going_on = vec![walk];
        for _ in 0..most {
            let mut next: Vec<Walk> = Vec::new();
            for walk in &going_on {
                for input in inputs() {
                    let mut walk = walk.clone();
                    let steps = walk.next(input);
                    let over = matches!(steps.last(), Some(Step::Ended { .. }));
                    prop_assert_eq!(over, walk.ended().is_some());
                    let waits = matches!(steps.last(), Some(Step::Wait { .. }));
                    prop_assert_eq!(over, !waits, "it ends or waits for a key");
                    if !over && !next.contains(&walk) {
                        next.push(walk);
                    }
                }
            }
            going_on = next;
        }
        prop_assert_eq!(going_on, vec![]);
    }

    #[test]
    fn no_call_sends_twice_and_nothing_happens_after_its_end(
        draft in valid(),
        pressed in prop::collection::vec(prop::sample::select(inputs()), 0..40),
    ) {
        let (mut walk, _) = start(&draft);
        let (mut sent, mut over) = (0, false);
        for input in pressed {
            let steps = walk.next(input);
            prop_assert!(!over || steps.is_empty());
            over = walk.ended().is_some();
            let messages = steps.iter().filter(|step| matches!(step, Step::SmsWouldBeSent { .. }));
            let messages = messages.count();
            let asked = |key: Key| draft.keys.iter().any(|node| {
                node.key == key.digit() && matches!(node.action, ActionDraft::SendSms(_))
            });
            let asked = matches!(input, Input::Key(key) if asked(key)) && !steps.is_empty();
            prop_assert_eq!(messages, usize::from(asked));
            sent += messages;
        }
        prop_assert!(sent <= 1);
        walk.next(Input::HangUp);
        prop_assert!(walk.ended().is_some());
    }

    #[test]
    fn a_draft_that_was_written_reads_as_itself(draft in prop_oneof![valid(), typed()]) {
        let written = serde_json::to_string(&draft).unwrap();
        let again: CallDraft = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(&again, &draft);
        prop_assert_eq!(parse(&again), parse(&draft));
    }

    #[test]
    fn problems_that_were_written_read_as_themselves(draft in typed()) {
        let problems = parse(&draft).err().unwrap_or_default();
        let written = serde_json::to_string(&problems).unwrap();
        let again: Vec<VoiceProblem> = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(again, problems);
    }
}

proptest! {
    #[test]
    fn an_address_that_was_read_reads_as_itself(
        typed in "https://[a-z0-9.@:-]{1,12}(/[a-z.]{0,8})?(\\?[a-z=]{0,4})?\\PC?",
    ) {
        if let Ok(url) = AudioUrl::parse(&typed) {
            prop_assert_eq!(AudioUrl::parse(url.as_str()), Ok(url.clone()));
            prop_assert!(url.host().contains('.') && url.as_str().is_ascii());
            let last = url.host().trim_end_matches('.').rsplit('.').next().unwrap_or_default();
            prop_assert!(last.bytes().any(|byte| !byte.is_ascii_digit()));
        }
    }

    #[test]
    fn what_is_said_stands_in_order_and_holds_no_figure(text in figures(), language in language()) {
        let mut end = 0;
        for said in said(&text, language) {
            prop_assert!(said.range.start >= end && !said.range.is_empty());
            end = said.range.end;
            prop_assert!(text.get(said.range).is_some());
            prop_assert!(!said.spoken.trim().is_empty());
            let figure = said.spoken.bytes().any(|byte| byte.is_ascii_digit());
            prop_assert!(!figure, "{}", said.spoken);
        }
        let pace = Pace::of(&text, language);
        prop_assert!(pace.least <= pace.most);
    }

    #[test]
    fn what_has_been_read_out_is_read_out_as_it_stands(text in "[a-zç ]{0,20}", number in 0..1_000_000_u64) {
        for language in [VoiceLanguage::PtPt, VoiceLanguage::EsEs, VoiceLanguage::EnGb] {
            let once = aloud(&format!("{text} {number} {text}"), language);
            prop_assert_eq!(aloud(&once, language), once.clone());
        }
    }

    #[test]
    fn a_number_in_words_is_that_number(
        number in prop_oneof![0..2_000_u64, 0..2_000_000_u64, 0..1_000_000_000_000_u64],
        zeros in 0..7_u32,
    ) {
        let round = number / 10_u64.pow(zeros) * 10_u64.pow(zeros);
        for number in [number, round] {
            for language in VoiceLanguage::ALL {
                if let Some(words) = words(number, *language) {
                    prop_assert_eq!(figure(&words), Some(number), "{}", words);
                }
            }
        }
    }
}

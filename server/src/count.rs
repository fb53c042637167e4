//! `septet count`: the core on the command line.
//!
//! One text for a person to read about, or JSON lines for a program: a line
//! that cannot be counted is answered with an error, and the next one is read.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use septet_core::encoding::{
    CountOptions, Counted, Encoding, EncodingChoice, Flagged, SegmentOptions, Segmentation,
    TransliterateOption, flag, segment,
};
use serde::{Deserialize, Serialize};

/// Count a text: its encoding, units and parts, and what each costly character costs.
#[derive(Debug, Args)]
pub(crate) struct CountArgs {
    /// The text; `-` reads it from standard input.
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    text: Option<String>,

    /// Read one JSON object a line, write one a line.
    #[arg(long)]
    jsonl: bool,

    /// Alphabets to use.
    #[arg(long, value_enum, default_value_t = Alphabets::Auto)]
    encoding: Alphabets,

    /// Replace characters when that makes the text fit GSM-7.
    #[arg(long)]
    transliterate: bool,

    /// Languages whose national tables may be used, as in `pt,es`.
    #[arg(long, value_delimiter = ',')]
    national: Vec<String>,

    /// Bits of the reference number that joins parts.
    #[arg(long, default_value_t = 8)]
    reference_bits: u32,

    /// Most parts.
    #[arg(long, default_value_t = 255)]
    max_parts: u32,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Alphabets {
    Auto,
    Gsm7,
    #[value(name = "gsm7-pt")]
    Gsm7Pt,
    Ucs2,
}

impl From<Alphabets> for EncodingChoice {
    fn from(alphabets: Alphabets) -> Self {
        match alphabets {
            Alphabets::Auto => Self::Auto,
            Alphabets::Gsm7 => Self::Gsm7,
            Alphabets::Gsm7Pt => Self::Gsm7Pt,
            Alphabets::Ucs2 => Self::Ucs2,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// When reading or writing fails; a reader that went away is not an error.
pub(crate) fn run(
    args: CountArgs,
    input: impl BufRead,
    output: impl Write,
) -> io::Result<ExitCode> {
    let mut output = io::BufWriter::new(output);
    let counted = if args.jsonl {
        lines(input, &mut output)
    } else {
        one(args, input, &mut output)
    };
    let flushed = counted.and_then(|code| output.flush().map(|()| code));
    match flushed {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        other => other,
    }
}

fn one(args: CountArgs, mut input: impl BufRead, output: &mut impl Write) -> io::Result<ExitCode> {
    let mut text = args.text.unwrap_or_default();
    if text == "-" {
        text.clear();
        input.read_to_string(&mut text)?;
    }
    let options = CountOptions {
        encoding: Some(args.encoding.into()),
        national: Some(args.national),
        transliterate: Some(TransliterateOption::Switch(args.transliterate)),
        reference_bits: Some(args.reference_bits),
        max_parts: Some(args.max_parts),
    };
    match count(&text, &options) {
        Ok(counted) => explain(&text, &counted, output).map(|()| ExitCode::SUCCESS),
        Err(error) => {
            eprintln!("{error}");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn count<'t>(text: &'t str, options: &CountOptions) -> Result<Segmentation<'t>, String> {
    let options = SegmentOptions::try_from(options).map_err(|error| error.to_string())?;
    segment(text, &options).map_err(|error| error.to_string())
}

fn explain(text: &str, counted: &Segmentation<'_>, output: &mut impl Write) -> io::Result<()> {
    let unit = match counted.encoding {
        Encoding::Gsm7 { .. } => "septets",
        Encoding::Ucs2 => "16-bit units",
    };
    writeln!(output, "encoding   {}", counted.encoding)?;
    writeln!(output, "units      {} {unit}", counted.units)?;
    writeln!(output, "parts      {}", counted.parts().len())?;
    writeln!(output, "remaining  {} in the last part", counted.remaining)?;
    if counted.text != text {
        writeln!(output, "sent as    {}", one_line(&counted.text))?;
    }
    if counted.parts().len() > 1 {
        for (index, part) in counted.parts().enumerate() {
            writeln!(
                output,
                "part {:<5} {:>3}  {}",
                index + 1,
                part.units,
                one_line(part.text)
            )?;
        }
    }
    for flagged in flag(text, counted.encoding) {
        writeln!(output, "{}", cost(&flagged, counted.encoding))?;
    }
    Ok(())
}

/// A text without what would break the columns.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

/// One costly character in a sentence.
fn cost(flagged: &Flagged, encoding: Encoding) -> String {
    let Flagged {
        character,
        index,
        units,
        replacement,
    } = flagged;
    let code = u32::from(*character);
    let replaced = encoding.units_of(*character).is_none();
    let why = if replaced {
        "was replaced"
    } else if Encoding::GSM7.units_of(*character).is_some() {
        "is an extension character"
    } else if encoding == Encoding::Ucs2 {
        "forces UCS-2"
    } else {
        "needs a national table"
    };
    let shown = match (replacement, replaced) {
        (Some(""), true) => " by nothing".to_owned(),
        (Some(replacement), true) => format!(" by {replacement}"),
        (Some(""), false) => "; it can be left out".to_owned(),
        (Some(replacement), false) => format!("; nearest: {replacement}"),
        (None, _) => String::new(),
    };
    let character = one_line(character.encode_utf8(&mut [0; 4]));
    format!("at {index:<7} {character} (U+{code:04X}) costs {units} and {why}{shown}")
}

/// What a line asks.
#[derive(Deserialize)]
struct Question {
    text: String,
    #[serde(flatten)]
    options: CountOptions,
}

/// What a line that cannot be counted is answered.
#[derive(Serialize)]
struct Failed {
    error: String,
}

fn lines(mut input: impl BufRead, output: &mut impl Write) -> io::Result<ExitCode> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        answer(&line, output)?;
        output.write_all(b"\n")?;
        line.clear();
    }
    Ok(ExitCode::SUCCESS)
}

fn answer(line: &[u8], output: &mut impl Write) -> io::Result<()> {
    let question = serde_json::from_slice(line).map_err(|error| error.to_string());
    let counted = question
        .as_ref()
        .map_err(String::clone)
        .and_then(|question: &Question| {
            let cut = count(&question.text, &question.options)?;
            Ok((&question.text, cut))
        });
    Ok(match counted {
        Ok((given, cut)) => serde_json::to_writer(output, &Counted { given, cut: &cut }),
        Err(error) => serde_json::to_writer(output, &Failed { error }),
    }?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn ask(lines_in: &str) -> Vec<Value> {
        let mut out = Vec::new();
        lines(lines_in.as_bytes(), &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        out.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn a_line_is_answered_with_everything_that_was_counted() {
        let answers = ask(r#"{"text":"ação €","national":["pt"]}"#);
        assert_eq!(
            answers[0],
            json!({
                "encoding": "gsm7", "locking": "pt", "single": null, "units": 6,
                "parts": [{"text": "ação €", "units": 6}], "remaining": 149, "text": "ação €",
                "flagged": [
                    {"char": "ç", "index": 1, "units": 1, "replacement": "c"},
                    {"char": "ã", "index": 2, "units": 1, "replacement": "a"},
                ],
            })
        );
    }

    #[test]
    fn without_national_tables_only_the_default_alphabet_and_ucs2_are_used() {
        let answers = ask("{\"text\":\"ação\"}\n{\"text\":\"ação\",\"transliterate\":true}");
        assert_eq!(answers[0]["encoding"], "ucs2");
        assert_eq!(answers[1]["text"], "acao");
    }

    #[test]
    fn a_bad_line_is_answered_with_an_error_and_the_next_is_read() {
        let answers = ask(concat!(
            "not json\n\n",
            "{\"text\":7}\n",
            "{\"text\":\"a\",\"national\":[\"xx\"]}\n",
            "{\"text\":\"a\",\"max_parts\":0}\n",
            "{\"text\":\"a\",\"max_parts\":256}\n",
            "{\"text\":\"a\",\"reference_bits\":12}\n",
            "{\"text\":\"ж\",\"encoding\":\"gsm7\"}\n",
            "{\"text\":\"\\ud83d\"}\n",
            "{\"text\":\"a\"}",
        ));
        let errors = answers
            .iter()
            .filter(|answer| answer["error"].is_string())
            .count();
        assert_eq!((answers.len(), errors), (10, 9));
        assert_eq!(answers[9]["units"], 1);
    }

    #[test]
    fn a_line_that_is_not_utf_8_is_an_error_of_that_line() {
        let mut out = Vec::new();
        lines(&b"{\"text\":\"\xff\"}\n{\"text\":\"a\"}\n"[..], &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.lines().next().unwrap().contains("error"));
        assert!(out.lines().nth(1).unwrap().contains("gsm7"));
    }

    #[test]
    fn a_person_is_told_what_each_character_costs_on_lines_of_their_own() {
        let options = CountOptions {
            transliterate: Some(TransliterateOption::Switch(true)),
            ..CountOptions::default()
        };
        let text = "Olá\n5 €";
        let mut out = Vec::new();
        explain(text, &count(text, &options).unwrap(), &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            concat!(
                "encoding   GSM-7\n",
                "units      8 septets\n",
                "parts      1\n",
                "remaining  152 in the last part\n",
                "sent as    Ola\\n5 €\n",
                "at 2       á (U+00E1) costs 1 and was replaced by a\n",
                "at 6       € (U+20AC) costs 2 and is an extension character\n",
            )
        );
    }
}

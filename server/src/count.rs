//! `septet count`: the core on the command line.
//!
//! One text for a person to read about, or JSON lines for a program: a line
//! that cannot be counted is answered with an error, and the next one is read.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use septet_core::encoding::{
    Encoding, EncodingChoice, Flagged, Language, LanguageSet, ReferenceBits, SegmentOptions,
    Segmentation, segment,
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
    #[arg(long, value_delimiter = ',', value_parser = language)]
    national: Vec<Language>,

    /// Bits of the reference number that joins parts.
    #[arg(long, default_value = "8", value_parser = reference_bits)]
    reference_bits: ReferenceBits,

    /// Most parts.
    #[arg(long, default_value_t = u8::MAX, value_parser = clap::value_parser!(u8).range(1..))]
    max_parts: u8,
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

fn language(code: &str) -> Result<Language, String> {
    Language::from_code(code).ok_or_else(|| {
        let known: Vec<&str> = Language::ALL
            .iter()
            .map(|language| language.code())
            .collect();
        format!(
            "no national tables for {code:?}; there are {}",
            known.join(", ")
        )
    })
}

fn reference_bits(bits: &str) -> Result<ReferenceBits, String> {
    match bits {
        "8" => Ok(ReferenceBits::Eight),
        "16" => Ok(ReferenceBits::Sixteen),
        _ => Err(format!("a reference number has 8 or 16 bits, not {bits}")),
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
    let options = SegmentOptions {
        encoding: args.encoding.into(),
        national: LanguageSet::of(&args.national),
        transliterate: args.transliterate,
        reference: args.reference_bits,
        max_parts: args.max_parts,
        ..SegmentOptions::new()
    };
    match segment(&text, &options) {
        Ok(counted) => explain(&text, &counted, output).map(|()| ExitCode::SUCCESS),
        Err(error) => {
            writeln!(output, "{error}")?;
            Ok(ExitCode::FAILURE)
        }
    }
}

fn explain(text: &str, counted: &Segmentation, output: &mut impl Write) -> io::Result<()> {
    let unit = match counted.encoding {
        Encoding::Gsm7 { .. } => "septets",
        Encoding::Ucs2 => "16-bit units",
    };
    writeln!(output, "encoding   {}", counted.encoding)?;
    writeln!(output, "units      {} {unit}", counted.units)?;
    writeln!(output, "parts      {}", counted.parts.len())?;
    writeln!(output, "remaining  {} in the last part", counted.remaining)?;
    if counted.text != text {
        writeln!(output, "sent as    {}", counted.text)?;
    }
    if counted.parts.len() > 1 {
        for (index, part) in counted.parts.iter().enumerate() {
            writeln!(
                output,
                "part {:<5} {:>3}  {}",
                index + 1,
                part.units,
                part.text
            )?;
        }
    }
    for flagged in &counted.flagged {
        writeln!(output, "{}", cost(flagged, counted.encoding))?;
    }
    Ok(())
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
    let why = if Encoding::GSM7.units_of(*character).is_some() {
        "is an extension character"
    } else if encoding == Encoding::Ucs2 {
        "forces UCS-2"
    } else if encoding.units_of(*character).is_some() {
        "needs a national table"
    } else {
        "was replaced"
    };
    let shown = match replacement {
        Some("") => "; it can be left out".to_owned(),
        Some(replacement) => format!("; nearest: {replacement}"),
        None => String::new(),
    };
    format!("at {index:<7} {character} (U+{code:04X}) costs {units} and {why}{shown}")
}

/// What a line asks.
#[derive(Deserialize)]
struct Question {
    text: String,
    #[serde(default)]
    encoding: Option<EncodingChoice>,
    #[serde(default)]
    transliterate: Option<bool>,
    #[serde(default)]
    national: Option<Vec<String>>,
    #[serde(default)]
    reference_bits: Option<u8>,
    #[serde(default)]
    max_parts: Option<u32>,
}

impl Question {
    fn options(&self) -> Result<SegmentOptions, String> {
        let national = self.national.iter().flatten();
        let national = national
            .map(|code| language(code))
            .collect::<Result<Vec<_>, _>>()?;
        let max_parts = self.max_parts.unwrap_or(u8::MAX.into());
        let bits = self.reference_bits.unwrap_or(8);
        Ok(SegmentOptions {
            encoding: self.encoding.unwrap_or_default(),
            national: LanguageSet::of(&national),
            transliterate: self.transliterate.unwrap_or_default(),
            reference: reference_bits(&bits.to_string())?,
            max_parts: u8::try_from(max_parts)
                .ok()
                .filter(|max| *max > 0)
                .ok_or_else(|| format!("a message has 1 to 255 parts, not {max_parts}"))?,
            ..SegmentOptions::new()
        })
    }
}

/// What a line is answered.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Counted {
        encoding: &'static str,
        locking: Option<&'static str>,
        single: Option<&'static str>,
        units: usize,
        parts: Vec<PartAnswer>,
        remaining: usize,
        text: String,
        flagged: Vec<FlaggedAnswer>,
    },
    Failed {
        error: String,
    },
}

#[derive(Serialize)]
struct PartAnswer {
    text: String,
    units: usize,
}

#[derive(Serialize)]
struct FlaggedAnswer {
    char: char,
    index: usize,
    units: usize,
    replacement: Option<&'static str>,
}

impl From<Segmentation> for Answer {
    fn from(counted: Segmentation) -> Self {
        let (encoding, locking, single) = match counted.encoding {
            Encoding::Gsm7 { locking, single } => ("gsm7", locking, single),
            Encoding::Ucs2 => ("ucs2", None, None),
        };
        let parts = counted.parts.into_iter();
        let flagged = counted.flagged.into_iter();
        Self::Counted {
            encoding,
            locking: locking.map(Language::code),
            single: single.map(Language::code),
            units: counted.units,
            parts: parts
                .map(|part| PartAnswer {
                    text: part.text,
                    units: part.units,
                })
                .collect(),
            remaining: counted.remaining,
            text: counted.text,
            flagged: flagged
                .map(|flagged| FlaggedAnswer {
                    char: flagged.character,
                    index: flagged.index,
                    units: flagged.units,
                    replacement: flagged.replacement,
                })
                .collect(),
        }
    }
}

fn lines(mut input: impl BufRead, output: &mut impl Write) -> io::Result<ExitCode> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let answer = answer(&line).unwrap_or_else(|error| Answer::Failed { error });
        serde_json::to_writer(&mut *output, &answer)?;
        output.write_all(b"\n")?;
        line.clear();
    }
    Ok(ExitCode::SUCCESS)
}

fn answer(line: &[u8]) -> Result<Answer, String> {
    let question: Question = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let counted =
        segment(&question.text, &question.options()?).map_err(|error| error.to_string())?;
    Ok(counted.into())
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
}

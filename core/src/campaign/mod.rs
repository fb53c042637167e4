//! A campaign that may be sent: every rule that does not depend on a contact.
//!
//! [`SmsCampaign::parse`] is where a draft becomes one, in the composer as the
//! person types and on the server before anything is stored.
//! [`SmsCampaign::message`] is what one contact gets, for the preview and for
//! the sender alike.

mod links;
mod name;
mod problem;
mod schedule;
mod search;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

pub use name::{CampaignName, Channel, MAX_NAME, default_campaign_name};
pub use problem::{Field, Problem, ProblemKind};
pub use schedule::{MAX_DAYS_APART, Schedule};
pub use search::{Condition, MAX_FILTERS, MAX_SEARCH, Search};

use crate::delivery::NotSentReason;
use crate::encoding::{Encoding, SegmentError, SegmentOptions, count, segment};
use crate::phone::Country;
use crate::sender::Sender;
use crate::template::{LinkWriter, PreviewLinks, RenderOptions, Template, TemplateErrorKind};
use crate::wire::{Audience, LinkShape, Purpose, SmsDraft};

/// What an account allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most parts of one message, 1 to 10.
    pub max_parts: u8,
}

/// What a draft is held against.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// What the account allows.
    pub limits: Limits,
    /// Names of the account's contact properties, or of the file's columns; `None` while
    /// they are not known.
    pub properties: Option<&'a BTreeSet<String>>,
    /// How links will look.
    pub links: &'a LinkShape,
    /// Name of a campaign that was given none.
    pub default_name: &'a str,
}

/// A campaign that breaks no rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmsCampaign {
    /// What phones show as the origin.
    pub sender: Sender,
    /// The message.
    pub composition: Composition,
    /// Country of numbers without a prefix.
    pub country: Country,
    /// Its name.
    pub name: CampaignName,
    /// How its links look.
    pub links: LinkShape,
    /// When its messages may leave.
    pub schedule: Schedule,
    /// Whether it also goes to people who have opted out.
    pub ignores_opt_outs: bool,
}

/// A message that can be read, and how it is to be carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composition {
    /// The text with its tokens and links.
    pub template: Template,
    /// What happens to its links.
    pub render: RenderOptions,
    /// How its text is carried.
    pub options: SegmentOptions,
}

/// What one contact gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The text as it is sent.
    pub text: String,
    /// How it is carried.
    pub encoding: Encoding,
    /// Its parts.
    pub parts: u8,
    /// Properties without value and without fallback, each once.
    pub missing: Vec<String>,
}

impl SmsCampaign {
    /// Holds a draft against the rules.
    ///
    /// # Errors
    /// Everything that is wrong with it, field by field.
    pub fn parse(draft: &SmsDraft, rules: &Rules<'_>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut note = |field, kind| problems.push(Problem { field, kind });

        let sender = Sender::parse(&draft.sender).map_err(|kind| note(Field::Sender, kind));
        let composition =
            Composition::parse(draft, rules.limits).map_err(|kind| note(Field::Text, kind));
        for kind in composition
            .iter()
            .flat_map(|composition| composition.problems(rules))
        {
            note(Field::Text, kind);
        }
        let country = Country::from_code(&draft.country)
            .ok_or(ProblemKind::UnknownCountry)
            .map_err(|kind| note(Field::Country, kind));
        let name = CampaignName::parse(&draft.campaign_name, rules.default_name)
            .map_err(|kind| note(Field::CampaignName, kind));
        if let Some(kind) = wrong(&draft.audience) {
            note(Field::Audience, kind);
        }
        for name in named(&draft.audience) {
            if rules.properties.is_some_and(|known| !known.contains(name)) {
                let name = name.into();
                note(Field::Audience, ProblemKind::UnknownToken { name });
            }
        }
        let schedule = Schedule::parse(&draft.timing).map_err(|kind| note(Field::Timing, kind));
        if draft.ignore_opt_outs && draft.purpose == Purpose::Commercial {
            note(Field::Purpose, ProblemKind::OptOutsHold);
        }
        match (sender, composition, country, name, schedule) {
            (Ok(sender), Ok(composition), Ok(country), Ok(name), Ok(schedule))
                if problems.is_empty() =>
            {
                Ok(Self {
                    schedule,
                    ignores_opt_outs: draft.ignore_opt_outs,
                    sender,
                    composition,
                    country,
                    name,
                    links: rules.links.clone(),
                })
            }
            _ => Err(problems),
        }
    }

    /// What a contact with these values gets.
    ///
    /// # Errors
    /// Why this contact gets nothing: the text is empty, too long or not
    /// encodable with these values.
    pub fn message(
        &self,
        values: &BTreeMap<String, String>,
        links: &mut dyn LinkWriter,
    ) -> Result<Message, NotSentReason> {
        let links = &mut links::Known {
            shape: &self.links,
            writer: links,
        };
        self.composition.message(values, links)
    }
}

impl Composition {
    /// Reads the message of a draft, whatever else is wrong with the draft.
    ///
    /// # Errors
    /// When there is no text, or a token cannot be read.
    pub fn parse(draft: &SmsDraft, limits: Limits) -> Result<Self, ProblemKind> {
        if draft.text.trim().is_empty() {
            return Err(ProblemKind::Empty);
        }
        let template = Template::parse(&draft.text).map_err(|error| match error.kind {
            TemplateErrorKind::Unclosed => ProblemKind::UnclosedToken {
                position: error.position,
            },
            TemplateErrorKind::BadName | TemplateErrorKind::UnknownFilter => {
                ProblemKind::BadToken {
                    position: error.position,
                }
            }
        })?;
        Ok(Self {
            template: template.with_tags(&draft.utm),
            render: RenderOptions {
                shorten: draft.shorten_links,
                utm: draft.utm.clone(),
                excluded: draft.plain_hosts.clone(),
            },
            options: SegmentOptions::provider(
                draft.encoding,
                draft.transliterate,
                limits.max_parts,
            ),
        })
    }

    /// What a contact with these values gets.
    ///
    /// # Errors
    /// Why this contact gets nothing.
    pub fn message(
        &self,
        values: &BTreeMap<String, String>,
        links: &mut dyn LinkWriter,
    ) -> Result<Message, NotSentReason> {
        let rendered = self.template.render(values, &self.render, links);
        if rendered.text.trim().is_empty() {
            return Err(NotSentReason::EmptyText);
        }
        let cut = segment(&rendered.text, &self.options).map_err(|error| match error {
            SegmentError::TooManyParts { .. } => NotSentReason::TooManyParts,
            SegmentError::NotEncodable { .. } => NotSentReason::NotEncodable,
        })?;
        let parts = u8::try_from(cut.parts().len());
        Ok(Message {
            encoding: cut.encoding,
            parts: parts.map_err(|_| NotSentReason::TooManyParts)?,
            text: cut.text.into_owned(),
            missing: rendered.missing,
        })
    }

    /// What is wrong for every contact: properties that do not exist, and a
    /// text that does not fit even before any value is filled in.
    fn problems(&self, rules: &Rules<'_>) -> Vec<ProblemKind> {
        let names = self.template.properties();
        let mut problems: Vec<ProblemKind> = names
            .filter(|name| rules.properties.is_some_and(|known| !known.contains(*name)))
            .map(|name| ProblemKind::UnknownToken { name: name.into() })
            .collect();
        let links = &mut PreviewLinks(rules.links);
        let bare = self.template.render(&BTreeMap::new(), &self.render, links);
        match count(&bare.text, &self.options) {
            Ok(_) => {}
            Err(SegmentError::TooManyParts { max, .. }) => {
                problems.push(ProblemKind::TooManyParts { max });
            }
            Err(SegmentError::NotEncodable { character, .. }) => {
                problems.push(ProblemKind::NotEncodable { character });
            }
        }
        problems
    }
}

/// What is wrong with an audience, as far as it says by itself.
fn wrong(audience: &Audience) -> Option<ProblemKind> {
    let nobody = match audience {
        Audience::Contacts { ids } => ids.is_empty(),
        Audience::List { id } => id.is_empty(),
        Audience::Search { query, filters } => return Search::parse(query, filters).err(),
        Audience::Import { id, phone, .. } => id.is_empty() || phone.is_empty(),
    };
    nobody.then_some(ProblemKind::Empty)
}

/// The columns of a file, or the properties, that an audience names.
fn named(audience: &Audience) -> Vec<&str> {
    let names = match audience {
        Audience::Import {
            phone,
            person,
            prefix,
            ..
        } => vec![
            phone.as_str(),
            person.as_deref().unwrap_or_default(),
            prefix.as_deref().unwrap_or_default(),
        ],
        Audience::Search { filters, .. } => {
            let names = filters.iter();
            names.map(|filter| filter.property.trim()).collect()
        }
        Audience::Contacts { .. } | Audience::List { .. } => Vec::new(),
    };
    let names = names.into_iter();
    names.filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> LinkShape {
        LinkShape {
            short_base: "https://s.pt/l/".into(),
            unsubscribe_base: "https://s.pt/u/".into(),
            code_length: 10,
        }
    }

    fn parse(draft: &SmsDraft) -> Result<SmsCampaign, Vec<Problem>> {
        let links = shape();
        let properties = BTreeSet::from(["firstname".into()]);
        SmsCampaign::parse(
            draft,
            &Rules {
                limits: Limits { max_parts: 5 },
                properties: Some(&properties),
                links: &links,
                default_name: "HUBSPOT_SMS_2026_11",
            },
        )
    }

    fn good() -> SmsDraft {
        SmsDraft {
            sender: "Septet".into(),
            text: "Olá {{firstname}}".into(),
            country: "PT".into(),
            audience: Audience::Contacts {
                ids: vec!["1".into()],
            },
            ..SmsDraft::default()
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let draft = SmsDraft {
            country: "XX".into(),
            ..SmsDraft::default()
        };
        let problems = parse(&draft).unwrap_err();
        let fields: Vec<Field> = problems.iter().map(|problem| problem.field).collect();
        assert_eq!(
            fields,
            [Field::Sender, Field::Text, Field::Country, Field::Audience]
        );
    }

    #[test]
    fn an_import_names_columns_that_its_file_has() {
        let of = |phone: &str, person: Option<&str>| SmsDraft {
            audience: Audience::Import {
                id: "file".into(),
                phone: phone.into(),
                person: person.map(Into::into),
                prefix: None,
            },
            ..good()
        };
        assert!(parse(&of("firstname", Some("firstname"))).is_ok());
        let field = Field::Audience;
        let name = "nosuch".into();
        let kind = ProblemKind::UnknownToken { name };
        let unknown = vec![Problem { field, kind }];
        assert_eq!(parse(&of("nosuch", None)), Err(unknown.clone()));
        assert_eq!(parse(&of("firstname", Some("nosuch"))), Err(unknown));
        let kind = ProblemKind::Empty;
        assert_eq!(parse(&of("", None)), Err(vec![Problem { field, kind }]));
    }

    #[test]
    fn only_what_does_not_advertise_may_go_to_people_who_opted_out() {
        let of = |purpose| SmsDraft {
            purpose,
            ignore_opt_outs: true,
            ..good()
        };
        let bypass = parse(&of(Purpose::Transactional)).unwrap();
        assert!(bypass.ignores_opt_outs && !parse(&good()).unwrap().ignores_opt_outs);
        let (field, kind) = (Field::Purpose, ProblemKind::OptOutsHold);
        let refused = parse(&of(Purpose::Commercial));
        assert_eq!(refused, Err(vec![Problem { field, kind }]));
    }

    #[test]
    fn links_to_hosts_that_were_chosen_stay_as_they_are() {
        let campaign = parse(&SmsDraft {
            text: "https://a.pt https://www.b.pt/x".into(),
            plain_hosts: vec!["b.pt".into()],
            ..good()
        })
        .unwrap();
        let message = campaign.message(&BTreeMap::new(), &mut Codes).unwrap();
        assert_eq!(message.text, "short https://www.b.pt/x");
    }

    #[test]
    fn a_nameless_campaign_gets_the_name_of_its_month() {
        assert_eq!(parse(&good()).unwrap().name.as_str(), "HUBSPOT_SMS_2026_11");
    }

    #[test]
    fn unknown_tokens_and_too_many_parts_are_problems_of_the_text() {
        for (text, kind) in [
            (
                "{{nosuch}}".into(),
                ProblemKind::UnknownToken {
                    name: "nosuch".into(),
                },
            ),
            ("{{".into(), ProblemKind::UnclosedToken { position: 0 }),
            (
                "a {{firstname:shout}}".into(),
                ProblemKind::BadToken { position: 2 },
            ),
            (
                "a".repeat(153 * 5 + 1),
                ProblemKind::TooManyParts { max: 5 },
            ),
        ] {
            let draft = SmsDraft { text, ..good() };
            let field = Field::Text;
            assert_eq!(parse(&draft), Err(vec![Problem { field, kind }]));
        }
    }

    #[test]
    fn every_unknown_token_is_told_unless_the_properties_are_not_known_yet() {
        let draft = SmsDraft {
            text: "{{no}} {{firstname}} {{nor}} {{no}}".into(),
            ..good()
        };
        let kinds: Vec<ProblemKind> = parse(&draft)
            .unwrap_err()
            .into_iter()
            .map(|problem| problem.kind)
            .collect();
        let unknown = |name: &str| ProblemKind::UnknownToken { name: name.into() };
        assert_eq!(kinds, [unknown("no"), unknown("nor")]);

        let links = shape();
        let rules = Rules {
            limits: Limits { max_parts: 5 },
            properties: None,
            links: &links,
            default_name: "HUBSPOT_SMS_2026_11",
        };
        assert!(SmsCampaign::parse(&draft, &rules).is_ok());
    }

    #[test]
    fn a_contact_whose_values_break_a_rule_gets_nothing_and_a_reason() {
        let campaign = parse(&SmsDraft {
            text: "{{firstname}}".into(),
            ..good()
        })
        .unwrap();
        let links = shape();
        let message = |value: &str| {
            let values = BTreeMap::from([("firstname".into(), value.into())]);
            campaign.message(&values, &mut PreviewLinks(&links))
        };
        assert_eq!(message(""), Err(NotSentReason::EmptyText));
        assert_eq!(message(&"a".repeat(2000)), Err(NotSentReason::TooManyParts));
        assert_eq!(message("Zé").unwrap().parts, 1);
    }

    /// Writes links as a server does that knows nothing of the campaign.
    struct Codes;

    impl LinkWriter for Codes {
        fn short(&mut self, _target: &str) -> String {
            "short".into()
        }

        fn unsubscribe(&mut self) -> String {
            "out".into()
        }
    }

    #[test]
    fn a_link_that_is_short_already_is_sent_as_it_was_typed_whoever_writes_the_others() {
        let campaign = parse(&SmsDraft {
            text: "https://a.pt https://s.pt/l/abcdefghij {UNSUB_URL}".into(),
            ..good()
        })
        .unwrap();
        let message = campaign.message(&BTreeMap::new(), &mut Codes).unwrap();
        assert_eq!(message.text, "short https://s.pt/l/abcdefghij out");
    }

    #[test]
    fn unknown_tokens_of_tags_are_problems_of_the_text_where_there_is_a_link() {
        let mut draft = good();
        draft.utm.content = "{{nosuch}} {{firstname}}".into();
        assert!(parse(&draft).is_ok());
        draft.text = "https://a.pt".into();
        let (field, name) = (Field::Text, "nosuch".into());
        let kind = ProblemKind::UnknownToken { name };
        assert_eq!(parse(&draft), Err(vec![Problem { field, kind }]));
        draft.utm.content = "{{nosuch".into();
        assert!(parse(&draft).is_ok());
    }
}

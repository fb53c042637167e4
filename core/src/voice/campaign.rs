//! A call that may be placed: every rule that does not depend on a contact.
//!
//! It speaks and listens to nothing; [`Call`](super::Call) adds the menu.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::caller::caller;
use super::notes::Notes;
use super::{Caller, Narration, VoiceDraft, VoiceProblem, Where};
use crate::campaign::{CampaignName, ProblemKind, Rules};
use crate::phone::Country;

/// Most times that a call which nobody takes is placed again; ours, as the provider states none.
pub const MAX_RETRIES: u8 = 5;

/// A call that breaks no rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceCampaign {
    /// Property that holds the number to call.
    pub phone_property: String,
    /// Country of numbers without a prefix.
    pub country: Country,
    /// Who calls.
    pub caller: Caller,
    /// What is heard.
    pub narration: Narration,
    /// Its name.
    pub name: CampaignName,
    /// How often it is placed again when nobody takes it, at most [`MAX_RETRIES`].
    pub retries: u8,
}

impl VoiceCampaign {
    /// Holds a draft against the rules. Of these, the default name is that of a month's calls.
    ///
    /// ```
    /// use septet_core::campaign::{Channel, Limits, Rules, default_campaign_name};
    /// use septet_core::voice::{NarrationDraft, VoiceCampaign, VoiceDraft};
    /// use septet_core::wire::LinkShape;
    /// let rules = Rules {
    ///     limits: Limits { max_parts: 5 },
    ///     properties: None,
    ///     links: &LinkShape { short_base: "".into(), unsubscribe_base: "".into(), code_length: 10 },
    ///     default_name: &default_campaign_name(Channel::Voice, 2026, 11),
    /// };
    /// let draft = VoiceDraft {
    ///     phone_property: "mobilephone".into(),
    ///     country: "PT".into(),
    ///     narration: NarrationDraft { text: "Olá {{firstname}}".into(), ..NarrationDraft::default() },
    ///     ..VoiceDraft::default()
    /// };
    /// let campaign = VoiceCampaign::parse(&draft, &rules).unwrap();
    /// assert_eq!(campaign.name.as_str(), "HUBSPOT_VOICE_2026_11");
    /// assert_eq!(VoiceCampaign::parse(&VoiceDraft::default(), &rules).unwrap_err().len(), 3);
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with it, place by place. A number is judged once its
    /// country is known.
    pub fn parse(draft: &VoiceDraft, rules: &Rules<'_>) -> Result<Self, Vec<VoiceProblem>> {
        let mut notes = Notes::default();
        match Self::read(draft, rules, &mut notes) {
            Some(campaign) if notes.0.is_empty() => Ok(campaign),
            _ => Err(notes.0),
        }
    }

    /// The campaign of a draft, as far as it has one, and notes of what is wrong.
    pub(super) fn read(draft: &VoiceDraft, rules: &Rules<'_>, notes: &mut Notes) -> Option<Self> {
        let phone_property = notes.property(Where::PhoneProperty, &draft.phone_property, rules);
        let known = Country::from_code(&draft.country).ok_or(ProblemKind::UnknownCountry);
        let country = notes.keep(Where::Country, known);
        let caller = caller(&draft.caller, country, Some(&Caller::Default));
        let caller = notes.keep(Where::Caller, caller).flatten();
        let narration = notes.narration(Where::Narration, &draft.narration, rules);
        let name = CampaignName::parse(&draft.campaign_name, rules.default_name);
        let name = notes.keep(Where::Name, name);
        let retries = notes.figure(Where::Retries, draft.retries, 0, MAX_RETRIES);
        Some(Self {
            phone_property: phone_property?.to_owned(),
            country: country?,
            caller: caller?,
            narration: narration?,
            name: name?,
            retries,
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;
    use alloc::vec;

    use super::*;
    use crate::voice::VoiceProblemKind;
    use crate::voice::fixtures::{rules, shape, voice};

    fn parse(draft: &VoiceDraft) -> Result<VoiceCampaign, Vec<VoiceProblem>> {
        let properties = BTreeSet::from(["mobilephone".into(), "firstname".into()]);
        VoiceCampaign::parse(draft, &rules(&shape(), Some(&properties)))
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let draft = VoiceDraft {
            country: "XX".into(),
            campaign_name: "a\nb".into(),
            retries: 6,
            ..VoiceDraft::default()
        };
        let places: Vec<Where> = parse(&draft)
            .unwrap_err()
            .iter()
            .map(|problem| problem.at)
            .collect();
        let expected = [
            Where::PhoneProperty,
            Where::Country,
            Where::Narration,
            Where::Name,
            Where::Retries,
        ];
        assert_eq!(places, expected);
    }

    #[test]
    fn properties_are_those_of_the_account() {
        let mut draft = voice("Olá {{firstname}} {{x}} {{y}}");
        draft.phone_property = "fax".into();
        let problem = |at, name: &str| {
            let name = name.into();
            let kind = ProblemKind::UnknownToken { name }.into();
            VoiceProblem { at, kind }
        };
        let expected = vec![
            problem(Where::PhoneProperty, "fax"),
            problem(Where::Narration, "x"),
            problem(Where::Narration, "y"),
        ];
        assert_eq!(parse(&draft), Err(expected));
    }

    #[test]
    fn a_caller_is_a_number_of_the_country_or_the_accounts_own() {
        let of = |caller: &str| VoiceDraft {
            caller: caller.into(),
            ..voice("Olá")
        };
        assert_eq!(parse(&of(" ")).unwrap().caller, Caller::Default);
        let Caller::Number(number) = parse(&of("210 123 456")).unwrap().caller else {
            panic!("a number was typed");
        };
        assert_eq!(number.e164(), "+351210123456");
        let at = Where::Caller;
        let kind = VoiceProblemKind::MalformedNumber;
        assert_eq!(parse(&of("123")), Err(vec![VoiceProblem { at, kind }]));
    }
}

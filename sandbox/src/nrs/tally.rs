//! How often each number was sent to: the judge of "never twice, never lost".
//!
//! It counts acceptances and nothing else, in a few bytes for each number, so
//! that it can tell of a million messages.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value, json};

/// Acceptances by campaign name and number.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    campaigns: HashMap<String, HashMap<u64, Count>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Count {
    accepted: u32,
    last_at: i64,
}

/// What is known of one number.
#[derive(Debug, Serialize)]
struct Number {
    to: String,
    campaign: String,
    accepted: u32,
    /// When it was accepted for the last time, in milliseconds since the Unix epoch.
    last_at: i64,
}

impl Tally {
    /// One message more was accepted.
    pub(crate) fn add(&mut self, campaign: &str, to: &str, now: i64) {
        // A number has 15 digits at most.
        let digits = to.parse().unwrap_or_default();
        if !self.campaigns.contains_key(campaign) {
            self.campaigns.insert(campaign.to_owned(), HashMap::new());
        }
        if let Some(numbers) = self.campaigns.get_mut(campaign) {
            let count = numbers.entry(digits).or_default();
            count.accepted += 1;
            count.last_at = now;
        }
    }

    /// All campaigns by name, their sums, and each number where that is asked for.
    pub(crate) fn report(&self, numbers: bool) -> Value {
        let campaigns: serde_json::Map<String, Value> = self
            .campaigns
            .iter()
            .map(|(name, numbers)| (name.clone(), sums(numbers)))
            .collect();
        let sum = |field: &str| -> u64 {
            let values = campaigns.values();
            values.filter_map(|one| one[field].as_u64()).sum()
        };
        let mut report = json!({
            "accepted": sum("accepted"),
            "doubled": sum("doubled"),
            "numbers": sum("numbers"),
            "campaigns": campaigns,
        });
        if numbers {
            report["each"] = json!(self.each());
        }
        report
    }

    fn each(&self) -> Vec<Number> {
        let mut each: Vec<Number> = self
            .campaigns
            .iter()
            .flat_map(|(campaign, numbers)| {
                numbers.iter().map(|(digits, count)| Number {
                    to: digits.to_string(),
                    campaign: campaign.clone(),
                    accepted: count.accepted,
                    last_at: count.last_at,
                })
            })
            .collect();
        each.sort_by(|one, other| (&one.campaign, &one.to).cmp(&(&other.campaign, &other.to)));
        each
    }
}

/// Messages, numbers, and messages too many.
fn sums(numbers: &HashMap<u64, Count>) -> Value {
    let accepted: u64 = numbers
        .values()
        .map(|count| u64::from(count.accepted))
        .sum();
    let numbers = numbers.len() as u64;
    json!({ "accepted": accepted, "numbers": numbers, "doubled": accepted - numbers })
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn the_same_number_is_doubled_within_a_campaign_only() {
        let mut tally = Tally::default();
        for (campaign, to) in [
            ("a", "351910000001"),
            ("a", "351910000002"),
            ("b", "351910000001"),
        ] {
            tally.add(campaign, to, 7);
        }
        assert_eq!(tally.report(false)["doubled"], 0);
        tally.add("b", "351910000001", 8);
        let report = tally.report(true);
        assert_eq!(report["accepted"], 4);
        assert_eq!(report["doubled"], 1);
        assert_eq!(report["campaigns"]["b"]["doubled"], 1);
        assert_eq!(report["each"][2]["accepted"], 2);
        assert_eq!(report["each"][2]["last_at"], 8);
        assert!(report["each"][3].is_null());
    }
}

//! Phone numbers as people really type them: with and without prefix, with dots
//! and spaces, twice, wrongly, or not at all.
//!
//! Neither Portugal nor Spain sets numbers aside for fiction; theirs are recognisable by
//! their zeros (+351 912 000 xxx, +34 600 000 xxx). The British and French ones
//! are from the ranges that Ofcom and Arcep reserve (07700 900xxx, 06 39 98 xx xx).
//! In any case nothing leaves this computer.

use std::collections::BTreeMap;

use super::generate::Country;

/// Fills the phone properties of the contact with this id. Which trouble it gets depends on the id alone.
pub(super) fn give(country: Country, id: u64, values: &mut BTreeMap<String, String>) {
    let mut put = |name: &str, value: String| {
        values.insert(name.to_owned(), value);
    };
    // The last digits; one in 37 shares them with the contact before.
    let own = (if id % 37 == 9 { id - 1 } else { id }) % 1000;
    let (prefix, mobile, landline) = match country {
        Country::Pt => ("351", format!("912000{own:03}"), format!("210000{own:03}")),
        Country::Es => ("34", format!("600000{own:03}"), format!("910000{own:03}")),
    };
    match id % 22 {
        // Nobody wrote a number down.
        0 | 11 => {}
        // National form: right only for those who know the country.
        1 | 12 => put("mobilephone", mobile.clone()),
        2 => put("mobilephone", grouped(&mobile, ' ')),
        3 => put(
            "mobilephone",
            format!("+{prefix}-{}", grouped(&mobile, '-')),
        ),
        4 => put(
            "mobilephone",
            format!("(+{prefix}) {}", grouped(&mobile, '.')),
        ),
        5 => put("mobilephone", format!("00{prefix} {mobile}")),
        // Only the other field is filled.
        6 | 17 => put("phone", format!("+{prefix} {}", grouped(&mobile, ' '))),
        // A landline beside the mobile.
        7 | 18 => {
            put("phone", format!("+{prefix} {}", grouped(&landline, ' ')));
            put("mobilephone", format!("+{prefix}{mobile}"));
        }
        // The provider's own properties, number and prefix apart.
        8 | 19 if country == Country::Pt => {
            put("mobile_phone_360nrs", mobile.clone());
            put("mobile_prefix_360nrs", prefix.to_owned());
        }
        9 => put("mobilephone", format!("+44 7700 900{own:03}")),
        10 => put(
            "mobilephone",
            format!("+33 6 39 98 {:02} {:02}", own / 100, own % 100),
        ),
        _ => put(
            "mobilephone",
            format!("+{prefix} {}", grouped(&mobile, ' ')),
        ),
    }
    match id % 53 {
        // What cannot be read as a number by anybody.
        7 => put("mobilephone", "n/a".to_owned()),
        20 => put("mobilephone", format!("+{prefix} 91")),
        33 => put("mobilephone", format!("{mobile} ou {landline}")),
        46 => put("mobilephone", "912 OOO 123".to_owned()),
        _ => {}
    }
    if id % 23 == 6 && country == Country::Pt {
        put("septet_opted_out", "true".to_owned());
    }
}

/// Groups of three digits.
fn grouped(digits: &str, separator: char) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 3 == 0 {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

//! Sums of money: `€12,50`, `12,50 €`, `R$ 10`, `£1`, `20 EUR`.

use alloc::format;
use alloc::string::String;

use super::number::{Amount, amount};
use super::scan::{after_space, ends, number_ends};
use super::tongue::{Form, Tongue};

/// Ways of writing a currency; letters come first where a sign ends them.
const WRITTEN: [(&str, Currency); 9] = [
    ("R$", Currency::Real),
    ("BRL", Currency::Real),
    ("€", Currency::Euro),
    ("EUR", Currency::Euro),
    ("US$", Currency::Dollar),
    ("$", Currency::Dollar),
    ("USD", Currency::Dollar),
    ("£", Currency::Pound),
    ("GBP", Currency::Pound),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Currency {
    Euro,
    Dollar,
    Pound,
    Real,
}

pub(super) fn read(rest: &str, tongue: Tongue) -> Option<(usize, String)> {
    let (after, currency, amount) = before(rest, tongue).or_else(|| behind(rest, tongue))?;
    Some((rest.len() - after.len(), currency.told(&amount, tongue)))
}

fn before(rest: &str, tongue: Tongue) -> Option<(&str, Currency, Amount<'_>)> {
    let (after, currency) = written(rest)?;
    let amount = amount(after_space(after), tongue, true)?;
    number_ends(amount.after).then_some((amount.after, currency, amount))
}

fn behind(rest: &str, tongue: Tongue) -> Option<(&str, Currency, Amount<'_>)> {
    let amount = amount(rest, tongue, true)?;
    let (after, currency) = written(after_space(amount.after))?;
    ends(after).then_some((after, currency, amount))
}

fn written(rest: &str) -> Option<(&str, Currency)> {
    WRITTEN
        .iter()
        .find_map(|(written, currency)| Some((rest.strip_prefix(written)?, *currency)))
}

impl Currency {
    /// One and many, of the currency and of its hundredth.
    fn names(self, tongue: Tongue) -> [&'static str; 4] {
        let cents = match tongue {
            Tongue::Pt => ["cêntimo", "cêntimos"],
            Tongue::Brazilian => ["centavo", "centavos"],
            Tongue::Es => ["céntimo", "céntimos"],
            Tongue::En | Tongue::American => ["cent", "cents"],
        };
        let centavos = tongue.choose(["centavo", "centavos"], ["centavo", "centavos"], cents);
        let (name, hundredth) = match self {
            Self::Euro => (["euro", "euros"], cents),
            Self::Dollar => {
                let name = ["dólar", "dólares"];
                let cents = if tongue == Tongue::Es {
                    centavos
                } else {
                    cents
                };
                (tongue.choose(name, name, ["dollar", "dollars"]), cents)
            }
            Self::Pound => {
                let name = ["libra", "libras"];
                let pence = tongue.choose(
                    ["péni", "pence"],
                    ["penique", "peniques"],
                    ["penny", "pence"],
                );
                (tongue.choose(name, name, ["pound", "pounds"]), pence)
            }
            Self::Real => {
                let name = tongue.choose(["real", "reais"], ["real", "reales"], ["real", "reais"]);
                (name, centavos)
            }
        };
        [name[0], name[1], hundredth[0], hundredth[1]]
    }

    fn told(self, amount: &Amount<'_>, tongue: Tongue) -> String {
        let [one, many, cent, cents] = self.names(tongue);
        let form = match self {
            Self::Pound => Form::Feminine,
            Self::Euro | Self::Dollar | Self::Real => Form::Masculine,
        };
        let hundredths: Option<u64> = match amount.decimals.len() {
            0 => Some(0),
            1 => amount.decimals.parse().ok().map(|tenths: u64| 10 * tenths),
            2 => amount.decimals.parse().ok(),
            _ => None,
        };
        let Some(hundredths) = hundredths else {
            return format!("{} {many}", amount.told(tongue, form));
        };
        // "Um milhão de euros".
        let round = amount.whole > 0 && amount.whole.is_multiple_of(1_000_000);
        let of = if round {
            tongue.choose("de ", "de ", "")
        } else {
            ""
        };
        let name = if amount.whole == 1 { one } else { many };
        let whole = format!("{} {of}{name}", tongue.cardinal(amount.whole, form));
        let name = if hundredths == 1 { cent } else { cents };
        let part = format!("{} {name}", tongue.cardinal(hundredths, Form::Masculine));
        match (amount.whole, hundredths) {
            (_, 0) => whole,
            (0, _) => part,
            _ => format!("{whole} {} {part}", tongue.choose("e", "con", "and")),
        }
    }
}

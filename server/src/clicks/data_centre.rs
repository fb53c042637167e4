//! Whether an address belongs to a data centre, where no phone is.
//!
//! A small list, and meant to stay small: the widest prefixes that Google and Microsoft
//! publish for themselves (`data/data-centres.txt` says where), for theirs are the scanners
//! that pretend to be browsers. What is not on it may be a data centre all the same.

use std::net::IpAddr;
use std::sync::LazyLock;

/// An address and how many of its leading bits count, of 128.
type Prefix = (u128, u32);

static PREFIXES: LazyLock<Vec<Prefix>> = LazyLock::new(|| {
    let lines = include_str!("../../data/data-centres.txt").lines();
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| prefix(line).expect("the list holds prefixes"))
        .collect()
});

/// Whether this address is one of the listed data centres'.
pub(crate) fn is_data_centre(address: IpAddr) -> bool {
    let address = bits(address);
    PREFIXES
        .iter()
        .any(|&(prefix, length)| (prefix ^ address).leading_zeros() >= length)
}

fn prefix(line: &str) -> Option<Prefix> {
    let (address, length) = line.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let before = if address.is_ipv4() { 96 } else { 0 };
    Some((bits(address), before + length.parse::<u32>().ok()?))
}

/// IPv4 as IPv6 writes it, so that one comparison does for both.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
    .to_bits()
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::*;

    #[test]
    fn the_list_is_small_and_of_wide_prefixes() {
        assert!(PREFIXES.len() < 100, "{}", PREFIXES.len());
        for line in include_str!("../../data/data-centres.txt").lines() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (address, length) = prefix(line).expect(line);
            let is_v4 = Ipv6Addr::from_bits(address).to_ipv4_mapped().is_some();
            let wide = if is_v4 { 104..=112 } else { 16..=32 };
            assert!(wide.contains(&length), "{line}");
            // Nothing stands beyond the prefix, so that each line says what it means.
            assert_eq!(address << length, 0, "{line}");
        }
    }

    #[test]
    fn addresses_of_data_centres_are_told_from_peoples() {
        for (address, expected) in [
            ("34.64.0.1", true),
            ("74.125.210.5", true),
            ("::ffff:74.125.210.5", true),
            ("52.96.10.1", true),
            ("52.95.255.255", false),
            ("52.100.0.0", true),
            ("52.112.0.0", true),
            ("2001:4860::1", true),
            ("2001:4861::1", false),
            // Of operators in Portugal and Spain, and of nobody.
            ("85.240.1.1", false),
            ("2.80.1.1", false),
            ("88.0.0.1", false),
            ("192.168.1.1", false),
            ("::1", false),
        ] {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(is_data_centre(address), expected, "{address}");
        }
    }
}

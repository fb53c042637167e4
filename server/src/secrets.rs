//! Keys, seals, hashes and unguessable names.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

const NONCE: usize = 12;
/// Says which key sealed a value, so that keys can be exchanged one day.
const KEY_ID: u8 = 1;

/// Why a key or a sealed value cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    #[error("SEPTET_KEY must be 32 bytes in base64 (`openssl rand -base64 32`)")]
    BadKey,
    #[error("a stored secret cannot be opened: it was sealed with another key")]
    Sealed,
    #[error("the system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
}

/// Seals secrets at rest and hashes what must be found again but not read.
#[derive(Clone)]
pub(crate) struct Keyring {
    cipher: Aes256Gcm,
    hashing: [u8; 32],
    reporting: [u8; 32],
    calling_back: [u8; 32],
    hosting: [u8; 32],
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Keyring")
    }
}

impl Keyring {
    /// From 32 bytes in base64.
    pub(crate) fn parse(key: &str) -> Result<Self, SecretError> {
        let bytes = BASE64_STANDARD
            .decode(key.trim())
            .map_err(|_| SecretError::BadKey)?;
        let cipher = Aes256Gcm::new_from_slice(&bytes).map_err(|_| SecretError::BadKey)?;
        // One key for each purpose, all from the one that the operator keeps.
        let derived = |purpose| {
            let hash = Sha256::new().chain_update(purpose).chain_update(&bytes);
            hash.finalize().into()
        };
        Ok(Self {
            cipher,
            hashing: derived(&b"septet number hash\0"[..]),
            reporting: derived(b"septet report secret\0"),
            calling_back: derived(b"septet callback secret\0"),
            hosting: derived(b"septet link host\0"),
        })
    }

    /// A new key, as [`Keyring::parse`] reads it.
    pub(crate) fn generate() -> Result<String, SecretError> {
        Ok(BASE64_STANDARD.encode(random::<32>()?))
    }

    /// Seals a secret; it opens only for the same portal and purpose.
    pub(crate) fn seal(
        &self,
        portal: u64,
        purpose: &str,
        secret: &str,
    ) -> Result<Vec<u8>, SecretError> {
        let nonce = random::<NONCE>()?;
        let payload = Payload {
            msg: secret.as_bytes(),
            aad: &associated(portal, purpose),
        };
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| SecretError::Sealed)?;
        Ok([&[KEY_ID][..], &nonce, &sealed].concat())
    }

    /// Opens what [`Keyring::seal`] sealed.
    pub(crate) fn open(
        &self,
        portal: u64,
        purpose: &str,
        sealed: &[u8],
    ) -> Result<String, SecretError> {
        let rest = sealed.strip_prefix(&[KEY_ID]).ok_or(SecretError::Sealed)?;
        let (nonce, sealed) = rest
            .split_first_chunk::<NONCE>()
            .ok_or(SecretError::Sealed)?;
        let payload = Payload {
            msg: sealed,
            aad: &associated(portal, purpose),
        };
        let opened = self
            .cipher
            .decrypt(&Nonce::from(*nonce), payload)
            .map_err(|_| SecretError::Sealed)?;
        String::from_utf8(opened).map_err(|_| SecretError::Sealed)
    }

    /// A hash of a phone number that nobody without the key can search for.
    pub(crate) fn number_hash(&self, portal: u64, digits: &str) -> Vec<u8> {
        let mut mac = mac(&self.hashing);
        mac.update(&portal.to_be_bytes());
        mac.update(digits.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// What a server with this key answers to a challenge, and no other.
    pub(crate) fn host_proof(&self, challenge: &str) -> String {
        hex(&keyed_hash(&self.hosting, challenge.as_bytes()))
    }

    /// What 360nrs has to know to report on a portal's messages. It can be made
    /// anew whenever it is needed, and so it is stored nowhere.
    pub(crate) fn report_secret(&self, portal: u64) -> String {
        secret(&self.reporting, portal)
    }

    /// Whether it is the one; how much of it is right cannot be told from the time that this takes.
    pub(crate) fn is_report_secret(&self, portal: u64, secret: &str) -> bool {
        is_secret(&self.reporting, portal, secret)
    }

    /// What 360nrs has to know to call back about a portal's account; made anew like the
    /// other, and no good in its place.
    pub(crate) fn callback_secret(&self, portal: u64) -> String {
        secret(&self.calling_back, portal)
    }

    /// Whether it is the one, as [`Keyring::is_report_secret`].
    pub(crate) fn is_callback_secret(&self, portal: u64, secret: &str) -> bool {
        is_secret(&self.calling_back, portal, secret)
    }
}

/// A hash that nobody without the key can make.
pub(crate) fn keyed_hash(key: &[u8], of: &[u8]) -> Vec<u8> {
    mac(key).chain_update(of).finalize().into_bytes().to_vec()
}

/// Bytes as people read them.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn secret(key: &[u8; 32], portal: u64) -> String {
    let mac = mac(key).chain_update(portal.to_be_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

fn is_secret(key: &[u8; 32], portal: u64, secret: &str) -> bool {
    let mac = mac(key).chain_update(portal.to_be_bytes());
    let secret = BASE64_URL_SAFE_NO_PAD.decode(secret);
    secret.is_ok_and(|secret| mac.verify_slice(&secret).is_ok())
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
}

fn associated(portal: u64, purpose: &str) -> Vec<u8> {
    [&portal.to_be_bytes()[..], purpose.as_bytes()].concat()
}

fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// 256 bits nobody can guess, for cookies and OAuth states.
pub(crate) fn token() -> Result<String, SecretError> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// What a database keeps of a token: enough to recognise it, not to use it.
pub(crate) fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// The PKCE challenge of a verifier (RFC 7636, 4.2: S256).
pub(crate) fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// A code of ASCII letters and digits, each of the 62 equally likely.
pub(crate) fn code(length: usize) -> Result<String, SecretError> {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut code = String::with_capacity(length);
    while code.len() < length {
        for byte in random::<16>()? {
            // 248 is the largest multiple of 62 in a byte: above it, some would be likelier.
            if byte < 248 && code.len() < length {
                code.push(char::from(DIGITS[usize::from(byte % 62)]));
            }
        }
    }
    Ok(code)
}

/// 0 up to but not including 1, for pauses that do not march in step.
pub(crate) fn jitter() -> f64 {
    random::<4>().map_or(0.5, |bytes| {
        f64::from(u32::from_be_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_for_its_portal_and_purpose_only() {
        let keys = Keyring::parse(&Keyring::generate().unwrap()).unwrap();
        let sealed = keys.seal(1, "token", "hunter2").unwrap();
        assert_eq!(keys.open(1, "token", &sealed).unwrap(), "hunter2");
        assert!(keys.open(2, "token", &sealed).is_err());
        assert!(keys.open(1, "other", &sealed).is_err());
        let other = Keyring::parse(&Keyring::generate().unwrap()).unwrap();
        assert!(other.open(1, "token", &sealed).is_err());
        assert!(!sealed.windows(7).any(|window| window == b"hunter2"));
    }

    #[test]
    fn a_report_secret_is_good_for_its_portal_and_under_its_key_only() {
        let keys = Keyring::parse(&Keyring::generate().unwrap()).unwrap();
        let secret = keys.report_secret(1);
        assert!(keys.is_report_secret(1, &secret));
        assert!(!keys.is_report_secret(2, &secret));
        assert!(!keys.is_callback_secret(1, &secret));
        assert!(keys.is_callback_secret(1, &keys.callback_secret(1)));
        for wrong in ["", "wrong", &secret[1..], &secret[..40]] {
            assert!(!keys.is_report_secret(1, wrong), "{wrong}");
        }
        let other = Keyring::parse(&Keyring::generate().unwrap()).unwrap();
        assert!(!other.is_report_secret(1, &secret));
    }

    #[test]
    fn keys_of_another_length_are_refused() {
        for key in ["", "c2hvcnQ=", "not base64!"] {
            assert!(Keyring::parse(key).is_err(), "{key}");
        }
    }

    #[test]
    fn codes_have_the_length_and_alphabet_that_the_counter_expects() {
        let code = code(10).unwrap();
        assert_eq!(code.len(), 10);
        assert!(code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(
            challenge(verifier),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}

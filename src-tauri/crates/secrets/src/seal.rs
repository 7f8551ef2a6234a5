//! The cryptography, in one place: random bytes, key derivation, sealing and opening.
//!
//! XChaCha20-Poly1305 with a random 24-byte nonce seals; what the sealed text is for stands in the associated data, so a
//! box moved to another slot, name or workspace does not open. HMAC-SHA256 derives one key per purpose from a key that is
//! already random. Nothing here knows files or keychains.

use crate::SecretError;
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A sealed text with the nonce it needs to open. Safe to write to disk.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SealedBox {
    #[serde(with = "hex")]
    nonce: Vec<u8>,
    #[serde(with = "hex")]
    sealed: Vec<u8>,
}

/// Random bytes from the operating system: the only source of randomness in this crate.
pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N], SecretError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| SecretError::NoRandomness)?;
    Ok(bytes)
}

/// A key for one purpose, derived from a random master key. Different purposes give unrelated keys.
pub(crate) fn derive(master: &[u8], purpose: &str) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(mac(master, &[b"autoreach derive v1", purpose.as_bytes()]))
}

/// A keyed tag over several parts, each preceded by its length so that no two lists of parts look alike.
pub(crate) fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut tag = <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        tag.update(&(part.len() as u64).to_be_bytes());
        tag.update(part);
    }
    tag.finalize().into_bytes().into()
}

/// A plain fingerprint, against accidents only: anybody can recompute it.
pub(crate) fn checksum(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

/// Seals `plain` under `key` for the purpose named in `bound_to`.
pub(crate) fn seal(key: &[u8; 32], bound_to: &str, plain: &[u8]) -> Result<SealedBox, SecretError> {
    let nonce = random_bytes::<24>()?;
    let payload = Payload { msg: plain, aad: bound_to.as_bytes() };
    let sealed = cipher(key).encrypt(XNonce::from_slice(&nonce), payload).expect("a few bytes in memory always seal");
    Ok(SealedBox { nonce: nonce.to_vec(), sealed })
}

/// Opens a box; `None` if the key is another one, or the box or its purpose was changed.
pub(crate) fn open(key: &[u8; 32], bound_to: &str, sealed: &SealedBox) -> Option<Zeroizing<Vec<u8>>> {
    if sealed.nonce.len() != 24 {
        return None;
    }
    let payload = Payload { msg: &sealed.sealed, aad: bound_to.as_bytes() };
    cipher(key).decrypt(XNonce::from_slice(&sealed.nonce), payload).ok().map(Zeroizing::new)
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.into())
}

/// Bytes as lower-case hexadecimal text, for serde's `with`.
pub(crate) mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use std::fmt::Write;

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        }
        serializer.serialize_str(&text)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        decode(&text).ok_or_else(|| D::Error::custom("not hexadecimal"))
    }

    fn decode(text: &str) -> Option<Vec<u8>> {
        if !text.len().is_multiple_of(2) || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_box_opens_with_its_key_and_purpose_and_with_no_other(
            key: [u8; 32], other: [u8; 32], plain in proptest::collection::vec(any::<u8>(), 0..200), at: prop::sample::Index,
        ) {
            prop_assume!(key != other);
            let mut sealed = seal(&key, "slot a", &plain).unwrap();
            prop_assert_eq!(open(&key, "slot a", &sealed).unwrap().to_vec(), plain);
            prop_assert!(open(&other, "slot a", &sealed).is_none());
            prop_assert!(open(&key, "slot b", &sealed).is_none());
            let at = at.index(sealed.sealed.len());
            sealed.sealed[at] ^= 1;
            prop_assert!(open(&key, "slot a", &sealed).is_none());
        }
    }

    #[test]
    fn two_purposes_give_two_keys() {
        assert_ne!(*derive(&[7; 32], "vault"), *derive(&[7; 32], "recovery"));
        assert_ne!(mac(&[7; 32], &[b"ab", b"c"]), mac(&[7; 32], &[b"a", b"bc"]), "parts must not run together");
    }
}

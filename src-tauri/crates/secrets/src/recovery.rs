//! The recovery key: 160 random bits on paper that open the workspace when everything else is lost.
//!
//! Shown once as eight groups of five Crockford base-32 symbols, for example `3X7K2-...`. Four symbols of a group carry
//! data, the fifth is a check over GF(32) of the four and of the group's place. One wrong symbol in a group, two
//! neighbours swapped, or two groups swapped are always noticed, and the message names the group; what slips through
//! (two mistakes in one group, 1 in 32) fails to open `keys.json` later. Reading forgives case, spaces, dashes, and the
//! usual confusions of O with 0 and I, L with 1. The key is random enough that no slow hash is needed.

use crate::{Secret, SecretError, seal};
use zeroize::Zeroizing;

const GROUPS: usize = 8;
/// Data symbols in a group; the check symbol follows them.
const DATA: usize = 4;
const GROUP: usize = DATA + 1;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery key in memory. Wiped on drop; shown only by [`RecoveryKey::reveal`].
pub struct RecoveryKey(Box<Zeroizing<[u8; 20]>>);

impl RecoveryKey {
    /// A key made of 20 bytes from the operating system's random source.
    pub fn generate(random: [u8; 20]) -> Self {
        let random = Zeroizing::new(random);
        Self(Box::new(Zeroizing::new(*random)))
    }

    /// Reads a key as a person typed it. Fails with the first group that is wrong, counted from 1.
    pub fn parse(typed: &Secret) -> Result<Self, SecretError> {
        let typed = typed.expose_text().ok_or(SecretError::RecoveryKeySymbol { group: 1 })?;
        check_group_lengths(typed)?;
        let values = symbol_values(typed)?;
        for (index, group) in values.chunks(GROUP).enumerate() {
            if group[DATA] != check_symbol(index, &group[..DATA]) {
                return Err(SecretError::RecoveryKeyTypo { group: index + 1 });
            }
        }
        Ok(Self(pack(&values)))
    }

    /// The key as it is written on paper: eight groups of five, joined by dashes.
    pub fn reveal(&self) -> Secret {
        let mut text = Vec::with_capacity(GROUPS * (GROUP + 1));
        for index in 0..GROUPS {
            if index > 0 {
                text.push(b'-');
            }
            let data = self.group(index);
            text.extend(data.iter().chain([&check_symbol(index, &data[..])]).map(|value| ALPHABET[usize::from(*value)]));
        }
        Secret::new(text)
    }

    /// The key that seals the recovery slot.
    pub(crate) fn wrapping_key(&self) -> Zeroizing<[u8; 32]> {
        seal::derive(self.0.as_slice(), "recovery slot")
    }

    /// Twenty bits of the key as four values below 32.
    fn group(&self, index: usize) -> Zeroizing<[u8; DATA]> {
        Zeroizing::new(std::array::from_fn(|place| {
            let first_bit = (index * DATA + place) * 5;
            (0..5).fold(0, |value, bit| value << 1 | self.bit(first_bit + bit))
        }))
    }

    fn bit(&self, at: usize) -> u8 {
        self.0[at / 8] >> (7 - at % 8) & 1
    }
}

/// If the groups were typed apart, a missing or doubled symbol can be laid at one group's door.
fn check_group_lengths(typed: &str) -> Result<(), SecretError> {
    let groups: Vec<&str> = typed.split(is_separator).filter(|group| !group.is_empty()).collect();
    let odd_one = groups.iter().position(|group| group.chars().count() != GROUP);
    match odd_one {
        Some(index) if groups.len() == GROUPS => Err(SecretError::RecoveryKeyGroupLength { group: index + 1 }),
        _ => Ok(()),
    }
}

fn is_separator(symbol: char) -> bool {
    symbol.is_whitespace() || matches!(symbol, '-' | '\u{2010}'..='\u{2015}')
}

fn symbol_values(typed: &str) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let symbols = || typed.chars().filter(|symbol| !is_separator(*symbol));
    let found = symbols().count();
    if found != GROUPS * GROUP {
        return Err(SecretError::RecoveryKeyLength { found });
    }
    let mut values = Zeroizing::new(Vec::with_capacity(found));
    for (at, symbol) in symbols().enumerate() {
        values.push(symbol_value(symbol).ok_or(SecretError::RecoveryKeySymbol { group: at / GROUP + 1 })?);
    }
    Ok(values)
}

fn symbol_value(symbol: char) -> Option<u8> {
    let meant = match symbol.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|known| char::from(*known) == meant).map(|value| value as u8)
}

fn pack(values: &[u8]) -> Box<Zeroizing<[u8; 20]>> {
    let mut bytes = Box::new(Zeroizing::new([0; 20]));
    let data = values.chunks(GROUP).flat_map(|group| &group[..DATA]);
    let bits = data.flat_map(|value| (0..5).rev().map(move |bit| value >> bit & 1));
    for (at, bit) in bits.enumerate() {
        bytes[at / 8] |= bit << (7 - at % 8);
    }
    bytes
}

/// Sum of the symbols and the group's place (from 1), each times its own power of two in GF(32). As the weights differ and
/// none is zero, changing one symbol or swapping two different ones changes the sum.
fn check_symbol(index: usize, data: &[u8]) -> u8 {
    let place = index as u8 + 1;
    data.iter().chain([&place]).fold((0, 1), |(sum, weight), value| (sum ^ multiply(*value, weight), multiply(weight, 2))).0
}

/// Product in GF(32), modulo x^5 + x^2 + 1.
fn multiply(a: u8, b: u8) -> u8 {
    let mut product = 0;
    for bit in (0..5).rev() {
        product <<= 1;
        if product & 0b10_0000 != 0 {
            product ^= 0b10_0101;
        }
        if b >> bit & 1 == 1 {
            product ^= a;
        }
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(random: [u8; 20]) -> String {
        RecoveryKey::generate(random).reveal().expose_text().unwrap().to_owned()
    }

    fn read(typed: &str) -> Result<[u8; 20], SecretError> {
        RecoveryKey::parse(&Secret::new(typed)).map(|key| **key.0)
    }

    #[test]
    fn the_key_is_shown_as_eight_groups_of_five() {
        let text = shown([0xA5; 20]);
        assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [5; 8]);
    }

    #[test]
    fn the_shown_form_never_changes_between_releases() {
        assert_eq!(shown(std::array::from_fn(|at| at as u8 * 13)), "006HM-M9SMS-85756-PT3NR-GA7SM-SADPJ-RF8DV-VTQQ1");
    }

    #[test]
    fn a_key_cut_short_says_how_many_symbols_it_has() {
        let text = shown([7; 20]);
        assert!(matches!(read(&text.replace('-', "")[..39]), Err(SecretError::RecoveryKeyLength { found: 39 })));
        assert!(matches!(read(&text[..text.len() - 1]), Err(SecretError::RecoveryKeyGroupLength { group: 8 })));
        assert!(matches!(read(""), Err(SecretError::RecoveryKeyLength { found: 0 })));
    }

    #[test]
    fn a_foreign_character_names_its_group() {
        let mut text = shown([7; 20]);
        text.replace_range(12..13, "?");
        assert!(matches!(read(&text), Err(SecretError::RecoveryKeySymbol { group: 3 })));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn what_is_shown_reads_back_however_it_is_typed(random: [u8; 20]) {
            let text = shown(random);
            for typed in [text.clone(), text.to_lowercase(), text.replace('-', " "), text.replace('-', ""), format!("  {text}\n"),
                text.replace('0', "o").replace('1', "l"), text.replace('0', "O").replace('1', "i")] {
                prop_assert_eq!(read(&typed).unwrap(), random, "typed as {}", typed);
            }
        }

        #[test]
        fn one_wrong_symbol_is_noticed_in_its_group(random: [u8; 20], at in 0_usize..40, shift in 1_usize..32) {
            let mut symbols: Vec<u8> = shown(random).bytes().filter(|byte| *byte != b'-').collect();
            let value = ALPHABET.iter().position(|known| *known == symbols[at]).unwrap();
            symbols[at] = ALPHABET[(value + shift) % 32];
            match read(std::str::from_utf8(&symbols).unwrap()) {
                Err(SecretError::RecoveryKeyTypo { group }) => prop_assert_eq!(group, at / 5 + 1),
                _ => prop_assert!(false, "the wrong symbol went unnoticed"),
            }
        }

        #[test]
        fn two_swapped_neighbours_or_groups_are_noticed(random: [u8; 20], at in 0_usize..39, group in 0_usize..7) {
            let symbols: Vec<u8> = shown(random).bytes().filter(|byte| *byte != b'-').collect();
            let mut swapped = symbols.clone();
            swapped.swap(at, at + 1);
            prop_assert!(swapped == symbols || read(std::str::from_utf8(&swapped).unwrap()).is_err());
            let text = shown(random);
            let mut groups: Vec<&str> = text.split('-').collect();
            groups.swap(group, group + 1);
            prop_assert!(read(&groups.join("-")).is_err(), "swapped groups went unnoticed");
        }

        #[test]
        fn no_typed_text_is_a_panic(typed in "\\PC{0,60}") {
            let _ = read(&typed);
        }
    }
}

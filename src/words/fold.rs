//! What makes two spellings the same word: case, width, accents that only decorate. Knows nothing of languages; marks
//! that are letters of their own in a script stay.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use crate::news::{Stretch, stretches};

/// Compatibility composed and in lower case, accents kept: what stemmers expect.
pub fn lower(text: &str) -> String {
    lower_by(text, |it| it)
}

/// As [`lower`], without what is no text: joiners and soft hyphens.
pub fn lower_without_joiners(text: &str) -> String {
    lower_by(text, |it| if it.contains(is_joiner) { it.replace(is_joiner, "") } else { it })
}

/// What lies on the other side of a space has no say in how letters are composed or what the small ones are.
fn lower_by(text: &str, then: impl Fn(String) -> String) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for stretch in stretches(text) {
        match stretch {
            Stretch::Ascii(piece) => {
                let start = out.len();
                out.push_str(piece);
                out[start..].make_ascii_lowercase();
            }
            Stretch::Mixed(piece) => out.push_str(&then(lower_mixed(piece))),
        }
    }
    out
}

fn lower_mixed(text: &str) -> String {
    let lower = composed(text).to_lowercase();
    // Lower case of İ is two characters, which composing cannot mend; the dot falls with the accents.
    match composed(&lower) {
        Cow::Borrowed(_) => lower,
        Cow::Owned(composed) => composed,
    }
}

fn composed(text: &str) -> Cow<'_, str> {
    match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(text.nfkc().collect()),
    }
}

/// Folds a word that `lower` has been through.
pub fn fold(word: &str) -> Cow<'_, str> {
    if word.is_ascii() {
        return Cow::Borrowed(word);
    }
    let mut out = String::with_capacity(word.len());
    let mut base = ' ';
    for it in word.nfd() {
        if is_combining_mark(it) {
            if !only_decorates(base, it) {
                out.push(it);
            }
            continue;
        }
        base = it;
        match it {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'ħ' => out.push('h'),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            // Tatweel stretches an Arabic word and says nothing.
            '\u{640}' => {}
            _ => out.push(it),
        }
    }
    Cow::Owned(out.nfc().collect())
}

pub fn is_mark(it: char) -> bool {
    !it.is_ascii() && is_combining_mark(it)
}

/// Joiners choose a letter's shape and are left out by many keyboards; the soft hyphen and its kin are no text.
pub fn is_joiner(it: char) -> bool {
    matches!(it, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{fe00}'..='\u{fe0f}')
}

/// Letters of scripts that put no spaces between words, and of Korean, whose words carry their particles with them.
pub fn is_unspaced(it: char) -> bool {
    matches!(it,
        '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{e4e}' | '\u{e81}'..='\u{ecd}' | '\u{edc}'..='\u{edf}'
        | '\u{1000}'..='\u{103f}' | '\u{1050}'..='\u{108f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17d3}'
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'
        | '\u{3105}'..='\u{312f}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

fn only_decorates(base: char, mark: char) -> bool {
    match mark {
        // Й is a letter of its own, not an И with an accent.
        '\u{306}' if base == 'и' => false,
        '\u{300}'..='\u{36f}' => matches!(base, 'a'..='z' | '\u{c0}'..='\u{52f}' | '\u{1e00}'..='\u{1fff}'),
        // Vowel points of Hebrew and Arabic, which newspapers leave out; the hamza and madda above an alef.
        '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}' => {
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn both(text: &str) -> String {
        fold(&lower(text)).into_owned()
    }

    proptest! {
        #[test]
        fn pieces_of_ascii_change_no_letter(text in "([a-cA-C ]{0,80}[ÉΣİ…\u{301}\u{a0}ｶﾞ \u{308}]{0,3}){0,5}") {
            prop_assert_eq!(lower(&text), lower_mixed(&text));
        }
    }

    #[test]
    fn spellings_of_one_word_fold_to_one() {
        assert_eq!(both("ＦＵＬＬ"), "full");
        assert_eq!(both("Cafe\u{301}"), both("café"));
        assert_eq!(both("İstanbul"), "istanbul");
        assert_eq!(both("ΟΔΟΣ"), both("οδός"));
        assert_eq!(both("أحمد"), both("احمد"));
        assert_eq!(both("ｶﾞ"), "ガ");
    }
}

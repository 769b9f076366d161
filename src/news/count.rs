//! How many words a text has: one rule, so that a page's length can be held against a feed's.

use unicode_segmentation::UnicodeSegmentation;

use super::stretches::{Stretch, stretches};

/// Words by UAX #29, rounded up. A Han or Kana character counts as half a word, as translators reckon; a letter of a
/// script that sets no spaces as a quarter.
pub fn count_words(text: &str) -> i64 {
    words_of_quarters(quarter_words(text))
}

/// As [`count_words`], in quarters of a word, for adding up the pieces of a text before rounding.
pub fn quarter_words(text: &str) -> i64 {
    let quarters = |it: Stretch<'_>| match it {
        Stretch::Ascii(piece) => 4 * ascii_words(piece.as_bytes()),
        Stretch::Mixed(piece) => quarter_words_by_the_standard(piece),
    };
    stretches(text).map(quarters).sum()
}

fn quarter_words_by_the_standard(text: &str) -> i64 {
    text.unicode_words()
        .map(|word| {
            let first = word.chars().next().unwrap_or(' ');
            if is_han_or_kana(first) {
                2 * word.chars().filter(|it| is_han_or_kana(*it)).count() as i64
            } else if sets_no_spaces(first) {
                word.chars().filter(|it| it.is_alphabetic()).count() as i64
            } else {
                4
            }
        })
        .sum()
}

/// Words of UAX #29 in ASCII, where its rules come to this: letters, digits and `_` hold together, a point or apostrophe
/// between two letters or two digits joins them, a colon two letters, a comma or semicolon two digits (WB5 to WB13b). A
/// word is what has a letter or digit.
fn ascii_words(text: &[u8]) -> i64 {
    const CHUNK: usize = 32;
    if text.contains(&b'_') {
        return ascii_words_one_by_one(text);
    }
    // Every run of letters and digits is a word, less one for every sign that makes one of two. What begins is counted many
    // places at a time; signs are few.
    let mut words = 0;
    let mut is_within = false;
    for (number, chunk) in text.chunks(CHUNK).enumerate() {
        let mut lettered = [false; CHUNK];
        let mut may_join = false;
        for (lettered, it) in lettered.iter_mut().zip(chunk) {
            *lettered = it.is_ascii_alphanumeric();
            may_join |= (*it == b'.') | (*it == b'\'') | (*it == b':') | (*it == b',') | (*it == b';');
        }
        let begun: u8 = lettered.windows(2).map(|it| u8::from(it[1] & !it[0])).sum();
        words += i64::from(begun) + i64::from(lettered[0] & !is_within);
        is_within = chunk.len() == CHUNK && lettered[CHUNK - 1];
        if may_join {
            let first = (number * CHUNK).max(1);
            let around = text.get(first - 1..text.len().min(number * CHUNK + chunk.len() + 1)).unwrap_or_default();
            words -= around.windows(3).filter(|it| joins(it[0], it[1], it[2])).count() as i64;
        }
    }
    words
}

/// As the standard has it, word by word.
fn ascii_words_one_by_one(text: &[u8]) -> i64 {
    let mut words = 0;
    let mut at = 0;
    while at < text.len() {
        let mut is_word = false;
        let start = at;
        while let Some(it) = text.get(at) {
            let joins = || at > start && text.get(at + 1).is_some_and(|after| joins(text[at - 1], *it, *after));
            if it.is_ascii_alphanumeric() {
                is_word = true;
            } else if *it != b'_' && !joins() {
                break;
            }
            at += 1;
        }
        words += i64::from(is_word);
        at += 1;
    }
    words
}

/// Whether a sign joins what stands on both sides of it to one word.
#[inline]
fn joins(before: u8, it: u8, after: u8) -> bool {
    let letters = before.is_ascii_alphabetic() & after.is_ascii_alphabetic();
    let digits = before.is_ascii_digit() & after.is_ascii_digit();
    ((it == b'.') | (it == b'\'')) & (letters | digits)
        | (it == b':') & letters
        | ((it == b',') | (it == b';')) & digits
}

/// Whole words of a sum of [`quarter_words`], rounded up.
pub fn words_of_quarters(quarters: i64) -> i64 {
    (quarters + 3) / 4
}

fn is_han_or_kana(it: char) -> bool {
    matches!(it, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

/// Thai, Lao, Burmese and Khmer.
fn sets_no_spaces(it: char) -> bool {
    matches!(it, '\u{e01}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_of_ascii_are_those_of_the_standard(text in "[a-c0-2_ .,:;'\"@/-]{0,30}|[ -~\n\t]{0,40}") {
            prop_assert_eq!(ascii_words(text.as_bytes()), text.unicode_words().count() as i64);
        }

        #[test]
        fn pieces_of_ascii_change_no_count(text in "([a-c0-2 .,:'_-]{0,80}[é東ก\u{e31}\u{301}’ \u{a0}]{0,3}){0,5}") {
            prop_assert_eq!(quarter_words(&text), quarter_words_by_the_standard(&text));
        }
    }

    #[test]
    fn words_are_counted_in_every_script() {
        assert_eq!(count_words("Don't count, please."), 3);
        assert_eq!(count_words("東京で雨"), 2);
        assert_eq!(count_words(""), 0);
        // Thai sets no spaces: four letters make a word, wherever UAX #29 sees its borders.
        assert!((3..=9).contains(&count_words("เช้าวันนี้แม่ค้าเปิดร้าน")));
    }

    #[test]
    fn pieces_are_added_up_before_rounding() {
        assert_eq!(words_of_quarters(quarter_words("雨") + quarter_words("雪")), 1);
    }
}

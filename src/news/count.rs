//! How many words a text has: one rule, so that a page's length can be held against a feed's.

use unicode_segmentation::UnicodeSegmentation;

/// Words by UAX #29, rounded up. A Han or Kana character counts as half a word, as translators reckon; a letter of a
/// script that sets no spaces as a quarter.
pub fn count_words(text: &str) -> i64 {
    words_of_quarters(quarter_words(text))
}

/// As [`count_words`], in quarters of a word, for adding up the pieces of a text before rounding.
pub fn quarter_words(text: &str) -> i64 {
    if text.is_ascii() {
        return 4 * ascii_words(text.as_bytes());
    }
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
    let mut words = 0;
    let mut at = 0;
    while at < text.len() {
        let mut is_word = false;
        let start = at;
        while let Some(it) = text.get(at) {
            if it.is_ascii_alphanumeric() {
                is_word = true;
            } else if *it != b'_' && !joins(text, start, at) {
                break;
            }
            at += 1;
        }
        words += i64::from(is_word);
        at += 1;
    }
    words
}

/// Whether the sign at this place joins what stands on both sides of it to one word that began at `start`.
fn joins(text: &[u8], start: usize, at: usize) -> bool {
    if at == start {
        return false;
    }
    let (Some(before), Some(after)) = (text.get(at - 1), text.get(at + 1)) else { return false };
    let letters = before.is_ascii_alphabetic() && after.is_ascii_alphabetic();
    let digits = before.is_ascii_digit() && after.is_ascii_digit();
    match text[at] {
        b'.' | b'\'' => letters || digits,
        b':' => letters,
        b',' | b';' => digits,
        _ => false,
    }
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

//! How many words a text has: one rule, so that a page's length can be held against a feed's.

use unicode_segmentation::UnicodeSegmentation;

/// Words by UAX #29, rounded up. A Han or Kana character counts as half a word, as translators reckon; a letter of a
/// script that sets no spaces as a quarter.
pub fn count_words(text: &str) -> i64 {
    words_of_quarters(quarter_words(text))
}

/// As [`count_words`], in quarters of a word, for adding up the pieces of a text before rounding.
pub fn quarter_words(text: &str) -> i64 {
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
    use super::*;

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

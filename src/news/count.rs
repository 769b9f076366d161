//! How many words a text has.

use unicode_segmentation::UnicodeSegmentation;

/// Words by UAX #29; a Han or Kana character counts as half a word, as translators reckon.
pub fn count_words(text: &str) -> i64 {
    let mut halves = 0_i64;
    for word in text.unicode_words() {
        let wide = word.chars().filter(|it| is_wide_script(*it)).count();
        halves += if wide == 0 { 2 } else { i64::try_from(wide).unwrap_or(i64::MAX) };
    }
    halves.saturating_add(1) / 2
}

fn is_wide_script(it: char) -> bool {
    matches!(it, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_character_is_half_a_word() {
        assert_eq!(count_words("Don't count, please."), 3);
        assert_eq!(count_words("東京で雨"), 2);
        assert_eq!(count_words(""), 0);
    }
}

//! A phrase in a text, letter for letter but for case, accents and the kind of its hyphens and apostrophes. Knows
//! nothing of stems.

use super::fold;

/// A text as phrases are looked for in it: folded, runs of white space as one space.
pub fn letters(text: &str) -> String {
    let lower = fold::lower(text);
    let mut out = String::with_capacity(lower.len());
    for it in fold::fold(&lower).chars() {
        match it {
            _ if fold::is_joiner(it) => {}
            '\'' | '’' | '‘' | 'ʼ' | '`' | '´' => out.push('\''),
            '“' | '”' | '„' | '«' | '»' => out.push('"'),
            '\u{2010}'..='\u{2015}' => out.push('-'),
            _ if it.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            _ => out.push(it),
        }
    }
    out
}

/// Whether `phrase` stands in `text` as whole words; both are [`letters`]. Scripts that put no spaces between words have
/// no ends of words either.
pub fn has_phrase(text: &str, phrase: &str) -> bool {
    let joins = |one: Option<char>, other: Option<char>| match (one, other) {
        (Some(one), Some(other)) => {
            let is_spaced = |it: char| it.is_alphanumeric() && !fold::is_unspaced(it);
            is_spaced(one) && is_spaced(other)
        }
        (None, _) | (_, None) => false,
    };
    let (first, last) = (phrase.chars().next(), phrase.chars().last());
    text.match_indices(phrase).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        !joins(before, first) && !joins(last, after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, phrase: &str) -> bool {
        has_phrase(&letters(text), &letters(phrase))
    }

    #[test]
    fn a_phrase_is_found_as_whole_words_whatever_its_case_and_accents() {
        assert!(has("Semua pihak\n Menahan  Diri.", "menahan diri"));
        assert!(has("l\u{2019}Élysée", "L'elysee"));
        assert!(has("東京都の新聞", "京都"));
        assert!(has("al\u{2011}Maliki", "al-maliki"));
        assert!(!has("menahan dirinya", "menahan diri"));
        assert!(!has("menahan lalu diri", "menahan diri"));
        assert!(has("dirinya diri", "diri"));
    }
}

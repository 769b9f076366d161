//! Where in a text the words of a query stand, so that they can be shown. Finds what the index finds, in the letters as
//! they are written; ranges are of the text's own bytes.

use std::collections::HashSet;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{Term, fold, terms, tokens};

/// More would be no help on a screen.
const RANGES_MAX: usize = 2_000;

/// The byte ranges at which the wanted words and phrases stand, ascending, not overlapping. Each is given with whether it
/// may be the beginning of a word. `language` (ISO 639-1) lets other forms of a word count.
pub fn marked(text: &str, wanted: &[(&str, bool)], language: Option<&str>) -> Vec<Range<usize>> {
    let letters = Letters::of(text);
    let mut ranges = Vec::new();
    for (phrase, prefix) in wanted {
        letters.find(phrase, *prefix, &mut ranges);
    }
    let languages: Vec<String> = language.map(str::to_owned).into_iter().collect();
    let stems: Vec<Term> = wanted
        .iter()
        .filter(|(phrase, _)| language.is_some() && !phrase.contains(char::is_whitespace))
        .flat_map(|(phrase, _)| terms(phrase, false, &languages))
        .collect();
    if !stems.is_empty() {
        for (at, word) in text.unicode_word_indices() {
            let forms: HashSet<String> = tokens(word, language).into_iter().collect();
            if stems.iter().any(|it| it.matches(&forms)) {
                ranges.push(at..at + word.len());
            }
        }
    }
    joined(ranges)
}

/// A text letter by letter, folded, each with the bytes that it stands for.
struct Letters {
    chars: Vec<char>,
    bytes: Vec<Range<usize>>,
}

impl Letters {
    fn of(text: &str) -> Letters {
        let mut letters = Letters { chars: Vec::with_capacity(text.len()), bytes: Vec::with_capacity(text.len()) };
        for (at, it) in text.char_indices() {
            let range = at..at + it.len_utf8();
            if fold::is_joiner(it) || fold::is_mark(it) || (it.is_whitespace() && letters.chars.last() == Some(&' ')) {
                // It belongs to the letter before it.
                if let Some(last) = letters.bytes.last_mut() {
                    last.end = range.end;
                }
                continue;
            }
            let mut add = |it: char| {
                letters.chars.push(it);
                letters.bytes.push(range.clone());
            };
            match it {
                _ if it.is_ascii_alphanumeric() => add(it.to_ascii_lowercase()),
                _ if it.is_whitespace() => add(' '),
                '\'' | '’' | '‘' | 'ʼ' | '`' | '´' => add('\''),
                '\u{2010}'..='\u{2015}' => add('-'),
                _ if it.is_ascii() => add(it),
                _ => {
                    let lower = fold::lower(it.encode_utf8(&mut [0; 4]));
                    fold::fold(&lower).chars().filter(|it| !fold::is_mark(*it)).for_each(add);
                }
            }
        }
        letters
    }

    fn find(&self, phrase: &str, prefix: bool, out: &mut Vec<Range<usize>>) {
        let wanted = Letters::of(phrase.trim()).chars;
        let Some((first, last)) = wanted.first().zip(wanted.last()) else { return };
        let spaced = |it: char| it.is_alphanumeric() && !fold::is_unspaced(it);
        let joins = |one: Option<&char>, other: char| one.is_some_and(|it| spaced(*it) && spaced(other));
        let mut at = 0;
        while out.len() < RANGES_MAX && at + wanted.len() <= self.chars.len() {
            let end = at + wanted.len();
            let is_there = self.chars[at] == *first
                && self.chars[at..end] == wanted[..]
                && !joins(at.checked_sub(1).and_then(|it| self.chars.get(it)), *first)
                && (prefix || !joins(self.chars.get(end), *last));
            if is_there {
                out.push(self.bytes[at].start..self.bytes[end - 1].end);
                at = end;
            } else {
                at += 1;
            }
        }
    }
}

fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|it| (it.start, it.end));
    let mut out: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            Some(_) | None => out.push(range),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str, wanted: &[(&str, bool)], language: Option<&str>) -> Vec<String> {
        marked(text, wanted, language).into_iter().map(|it| text[it].to_owned()).collect()
    }

    #[test]
    fn words_are_marked_as_they_are_written() {
        assert_eq!(shown("Élysée, élyséen", &[("elysee", false)], None), ["Élysée"]);
        assert_eq!(shown("Élysée, élyséen", &[("elysee", true)], None), ["Élysée", "élysée"]);
        assert_eq!(shown("東京都の新聞 京都", &[("京都", false)], None), ["京都", "京都"]);
        assert_eq!(shown("Riyad al\u{2011}Maliki", &[("al-maliki", false)], None), ["al\u{2011}Maliki"]);
        assert_eq!(shown("semua  menahan\n diri", &[("menahan diri", false)], None), ["menahan\n diri"]);
        assert_eq!(shown("She runs. Running, ran", &[("run", false)], Some("en")), ["runs", "Running"]);
        assert_eq!(shown("die Häuser, das Haus", &[("haus", false)], Some("de")), ["Häuser", "Haus"]);
        assert_eq!(shown("e\u{301}cole", &[("ecole", false)], None), ["e\u{301}cole"]);
        assert_eq!(shown("straße", &[("strasse", false)], None), ["straße"]);
        assert_eq!(shown("nothing", &[("", true), ("  ", false)], Some("en")), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn ranges_lie_on_letters_and_do_not_overlap(text in "\\PC{0,40}", wanted in "\\PC{0,4}", prefix: bool) {
            let ranges = marked(&text, &[(&wanted, prefix)], Some("en"));
            for pair in ranges.windows(2) {
                prop_assert!(pair[0].end <= pair[1].start);
            }
            for range in ranges {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}

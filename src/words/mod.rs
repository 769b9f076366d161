//! Text → tokens for finding: folded, stemmed, segmented; the same for articles and for queries.
//!
//! Every word is a token as it stands, folded, so that what a person typed is found whatever the language. Where a
//! stemmer knows the language, the word's stem is a second token, marked with [`STEM_MARK`]. Scripts that write without
//! spaces become overlapping pairs of characters. Nothing is left out as too common, and nothing here knows the index.

mod fold;
mod lexicon;
mod marking;
mod phrase;
mod pieces;
mod stem;

use std::collections::HashSet;

pub use fold::fold;
pub use lexicon::Lexicon;
pub use marking::marked;
pub use phrase::{has_phrase, letters};

use pieces::{Piece, Word};

/// Stored with the index; a library with another version is indexed anew.
pub const VERSION: i64 = 1;

/// Ends a token that is a stem and not a word of the text.
pub const STEM_MARK: char = '=';

const TOKEN_CHARS_MAX: usize = 64;
/// Some hundred thousand words: a book.
const TOKENS_MAX: usize = 400_000;
const TERMS_MAX: usize = 32;

/// What one word of a query asks for: any one of these, each being tokens that must all be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub any_of: Vec<Vec<Atom>>,
}

/// A token, or how it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atom {
    pub token: String,
    pub prefix: bool,
}

/// The different tokens of a text. `language` is ISO 639-1. For many texts, keep a [`Lexicon`].
pub fn tokens(text: &str, language: Option<&str>) -> HashSet<String> {
    Lexicon::default().line(text, language).split_whitespace().map(str::to_owned).collect()
}

/// What a query asks for, word by word; an article must answer to all of them. With `prefix` the last word may be the
/// beginning of one. `languages` (ISO 639-1) are those of the articles: the query's own is unknown.
pub fn terms(text: &str, prefix: bool, languages: &[String]) -> Vec<Term> {
    let stemmers: Vec<_> = languages.iter().filter_map(|it| stem::of_language(it)).collect();
    let lower = fold::lower_without_joiners(text);
    let mut last = 0;
    pieces::each(&lower, &mut |_| last += 1);
    let mut terms: Vec<Term> = Vec::new();
    let mut at = 0;
    pieces::each(&lower, &mut |piece| {
        at += 1;
        if at > TERMS_MAX {
            return;
        }
        let prefix = prefix && at == last;
        let any_of = match piece {
            Piece::Run(run) => vec![run_atoms(run)],
            Piece::Word(word) => word_alternatives(&word, prefix, &stemmers),
        };
        let term = Term { any_of };
        // A word of ornaments alone, such as a lone tatweel, folds to nothing.
        if !term.any_of.is_empty() && !terms.contains(&term) {
            terms.push(term);
        }
    });
    terms
}

impl Term {
    /// Whether a text with these tokens answers to the word.
    pub fn matches(&self, tokens: &HashSet<String>) -> bool {
        let is_there = |atom: &Atom| match atom.prefix {
            true => tokens.iter().any(|it| it.starts_with(&atom.token)),
            false => tokens.contains(&atom.token),
        };
        self.any_of.iter().any(|all| all.iter().all(is_there))
    }
}

/// The pairs of a run; a character alone begins a pair or stands for itself.
fn run_atoms(run: &str) -> Vec<Atom> {
    let chars: Vec<char> = run.chars().collect();
    if chars.len() == 1 {
        return vec![Atom { token: run.to_owned(), prefix: true }];
    }
    chars.windows(2).map(|pair| Atom { token: pair.iter().collect(), prefix: false }).collect()
}

fn word_alternatives(word: &Word<'_, '_>, prefix: bool, stemmers: &[stem::Stems]) -> Vec<Vec<Atom>> {
    let mut any_of: Vec<Vec<Atom>> = Vec::new();
    let whole = Some(word.whole()).filter(|it| word.is_joined() && it.chars().count() <= TOKEN_CHARS_MAX);
    if let Some(whole) = whole {
        let has_digit = whole.chars().any(char::is_numeric);
        any_of.push(vec![Atom { token: whole, prefix }]);
        // The parts of `9.353` stand in many texts, those of `al-Maliki` together in few others.
        if !has_digit {
            let parts = word.parts().map(|it| cut(&fold(it))).filter(|it| !it.is_empty());
            let mut all: Vec<Atom> = parts.map(|token| Atom { token, prefix: false }).collect();
            if let Some(last) = all.last_mut() {
                last.prefix = prefix;
            }
            any_of.push(all);
        }
        return any_of;
    }
    let mut add = |token: String, prefix: bool| {
        let atom = vec![Atom { token, prefix }];
        if !atom[0].token.is_empty() && !any_of.contains(&atom) && any_of.len() < TERMS_MAX * 2 {
            any_of.push(atom);
        }
    };
    for part in word.parts() {
        let folded = cut(&fold(part));
        add(folded.clone(), prefix);
        for stemmer in stemmers {
            // A person may leave accents out, which the stemmer may need.
            for spelling in [part, folded.as_str()] {
                let stem = cut(&fold(&stemmer.stem(spelling)));
                if !stem.is_empty() {
                    add(format!("{stem}{STEM_MARK}"), false);
                    add(stem, false);
                }
            }
        }
    }
    any_of
}

fn cut(token: &str) -> String {
    token.chars().take(TOKEN_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finds(text: &str, language: &str, query: &str) -> bool {
        let stored = tokens(text, Some(language));
        let languages = ["en".to_owned(), "id".to_owned(), "de".to_owned()];
        let terms = terms(query, false, &languages);
        !terms.is_empty() && terms.iter().all(|it| it.matches(&stored))
    }

    fn finds_typing(text: &str, query: &str) -> bool {
        let stored = tokens(text, None);
        terms(query, true, &[]).iter().all(|it| it.matches(&stored))
    }

    #[test]
    fn an_article_is_found_by_the_words_that_stand_in_it() {
        let text = "Lavrov meminta semua pihak menahan diri dan Kuartet bertemu Riyad al-Maliki; 9.353 luka-luka.";
        for query in ["Lavrov", "menahan diri", "kuartet", "Riyad al-Maliki", "maliki", "9.353", "LUKA", "al Maliki"] {
            assert!(finds(text, "id", query), "{query}");
        }
        assert!(!finds(text, "id", "9.354"));
        assert!(!finds(text, "id", "putin kuartet"));
    }

    #[test]
    fn forms_of_a_word_find_each_other() {
        assert!(finds("She runs daily", "en", "running"));
        assert!(finds("running", "en", "runs"));
        assert!(finds("Kebijakan baru", "id", "bijak"));
        assert!(finds("die Häuser", "de", "haus"));
    }

    #[test]
    fn accents_may_be_left_out_where_they_only_decorate() {
        assert!(finds("Élysée Straße Łódź", "fr", "elysee strasse lodz"));
        assert!(finds("élysée", "fr", "Élysée"));
        // A vowel sign is a letter of its own in Devanagari.
        assert!(!finds("दिन", "hi", "दन"));
        // Й and И are two letters.
        assert!(!finds("мой", "ru", "мои"));
    }

    #[test]
    fn scripts_without_spaces_are_found_by_any_two_characters() {
        for query in ["東京", "京都", "都", "東京都", "東"] {
            assert!(finds("東京都", "ja", query), "{query}");
        }
        assert!(!finds("東京都", "ja", "東都"));
        assert!(finds("서울에서", "ko", "서울"));
        assert!(finds("กรุงเทพมหานคร", "th", "เทพ"));
    }

    #[test]
    fn while_typing_one_letter_is_enough() {
        for query in ["l", "la", "lavr", "riyad al-m", "9.3", "menahan d"] {
            assert!(finds_typing("Lavrov menahan diri Riyad al-Maliki 9.353", query), "{query}");
        }
    }

    #[test]
    fn hyphens_and_apostrophes_of_every_kind_are_the_same() {
        assert!(finds("al\u{2011}Maliki don’t", "en", "al-maliki don't"));
    }

    #[test]
    fn signs_alone_ask_for_nothing() {
        assert!(terms("\"* -- ( NEAR", false, &[]).len() == 1);
        assert!(terms("\"*-(?", true, &[]).is_empty());
    }

    proptest! {
        #[test]
        fn tokens_hold_only_what_the_index_keeps_whole(text in "\\PC{0,60}") {
            for token in tokens(&text, Some("en")) {
                prop_assert!(!token.is_empty());
                prop_assert!(token.chars().count() <= TOKEN_CHARS_MAX + 1);
                prop_assert!(token.chars().all(|it| !it.is_ascii_uppercase() && !it.is_whitespace()));
                prop_assert!(token.chars().all(|it| !it.is_ascii_punctuation() || ".,-_@&+=".contains(it)), "{token}");
            }
        }

        #[test]
        fn a_text_is_found_by_itself(text in "[\\p{L}\\p{N} .'-]{1,40}") {
            let stored = tokens(&text, None);
            for term in terms(&text, false, &["en".to_owned()]) {
                prop_assert!(term.matches(&stored), "{term:?} in {stored:?}");
            }
        }
    }
}

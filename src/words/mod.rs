//! Text → tokens for finding: folded, stemmed, segmented; the same for articles and for queries.
//!
//! Every word is a token as it stands, folded, so that what a person typed is found whatever the language. Where a
//! stemmer knows the language, the word's stem is a second token, marked with [`STEM_MARK`]. Scripts that write without
//! spaces become overlapping pairs of characters. Nothing is left out as too common, and nothing here knows the index.

mod fold;
mod marking;
mod phrase;
mod stem;

use std::collections::HashSet;

pub use fold::fold;
pub use marking::marked;
pub use phrase::{has_phrase, letters};

/// Stored with the index; a library with another version is indexed anew.
pub const VERSION: i64 = 1;

/// Ends a token that is a stem and not a word of the text.
pub const STEM_MARK: char = '=';

/// Characters that may stand inside a token besides letters and digits, as the index's tokenizer is told.
const CONNECTORS: [char; 8] = ['.', ',', '-', '_', '@', '&', '+', '’'];

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

/// The tokens of a text in the order in which they stand. `language` is ISO 639-1.
pub fn tokens(text: &str, language: Option<&str>) -> Vec<String> {
    let stemmer = language.and_then(stem::of_language);
    let mut out = Vec::with_capacity(text.len() / 5);
    for piece in pieces(text) {
        if out.len() >= TOKENS_MAX {
            break;
        }
        match piece {
            Piece::Run(run) => {
                out.extend(pairs(&run));
                // Every character of a run begins a pair, but for the last one, which stands for itself.
                out.extend(run.last().map(char::to_string));
            }
            Piece::Word(word) => {
                if let Some(whole) = word.whole() {
                    out.push(whole);
                }
                for part in &word.parts {
                    let folded = cut(&fold(part));
                    if let Some(stemmer) = &stemmer {
                        let stem = cut(&fold(&stemmer.stem(part)));
                        if stem != folded && !stem.is_empty() {
                            out.push(format!("{stem}{STEM_MARK}"));
                        }
                    }
                    if !folded.is_empty() {
                        out.push(folded);
                    }
                }
            }
        }
    }
    out
}

/// What a query asks for, word by word; an article must answer to all of them. With `prefix` the last word may be the
/// beginning of one. `languages` (ISO 639-1) are those of the articles: the query's own is unknown.
pub fn terms(text: &str, prefix: bool, languages: &[String]) -> Vec<Term> {
    let stemmers: Vec<_> = languages.iter().filter_map(|it| stem::of_language(it)).collect();
    let pieces = pieces(text);
    let last = pieces.len().saturating_sub(1);
    let mut terms: Vec<Term> = Vec::new();
    for (at, piece) in pieces.into_iter().enumerate().take(TERMS_MAX) {
        let prefix = prefix && at == last;
        let any_of = match piece {
            Piece::Run(run) if run.len() == 1 => {
                vec![vec![Atom { token: run.iter().collect(), prefix: true }]]
            }
            Piece::Run(run) => vec![pairs(&run).map(|token| Atom { token, prefix: false }).collect()],
            Piece::Word(word) => word_alternatives(&word, prefix, &stemmers),
        };
        let term = Term { any_of };
        // A word of ornaments alone, such as a lone tatweel, folds to nothing.
        if !term.any_of.is_empty() && !terms.contains(&term) {
            terms.push(term);
        }
    }
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

fn word_alternatives(word: &Word, prefix: bool, stemmers: &[stem::Stems]) -> Vec<Vec<Atom>> {
    let mut any_of: Vec<Vec<Atom>> = Vec::new();
    if let Some(whole) = word.whole() {
        let has_digit = whole.chars().any(char::is_numeric);
        any_of.push(vec![Atom { token: whole, prefix }]);
        // The parts of `9.353` stand in many texts, those of `al-Maliki` together in few others.
        if !has_digit {
            let parts = word.parts.iter().map(|it| cut(&fold(it))).filter(|it| !it.is_empty());
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
    for part in &word.parts {
        let folded = cut(&fold(part));
        add(folded.clone(), prefix);
        for stemmer in stemmers {
            // A person may leave accents out, which the stemmer may need.
            for spelling in [part, &folded] {
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

/// A stretch of text that is found as one.
enum Piece {
    /// Characters of a script without spaces between words, folded.
    Run(Vec<char>),
    Word(Word),
}

/// `al-Maliki`: parts in lower case with their accents, and what joins them.
#[derive(Default)]
struct Word {
    parts: Vec<String>,
    connectors: Vec<char>,
}

impl Word {
    /// The joined spelling, folded, where there is more than one part and it is not too long to be a word.
    fn whole(&self) -> Option<String> {
        if self.parts.len() < 2 {
            return None;
        }
        let mut whole = String::new();
        for (at, part) in self.parts.iter().enumerate() {
            if at > 0 {
                whole.extend(self.connectors.get(at - 1));
            }
            whole.push_str(&fold(part));
        }
        (whole.chars().count() <= TOKEN_CHARS_MAX).then_some(whole)
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let lower = fold::lower(text);
    let chars: Vec<char> = lower.chars().filter(|it| !fold::is_joiner(*it)).collect();
    let mut out = Vec::new();
    let mut word = Word::default();
    let mut part = String::new();
    let mut run: Vec<char> = Vec::new();
    for (at, &it) in chars.iter().enumerate() {
        let runs_on = fold::is_unspaced(it) || (fold::is_mark(it) && !run.is_empty());
        if !runs_on && !run.is_empty() {
            out.push(Piece::Run(std::mem::take(&mut run)));
        }
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        if runs_on {
            end_word(&mut word, &mut part, &mut out);
            run.push(it);
        } else if it.is_alphanumeric() || (fold::is_mark(it) && !part.is_empty()) {
            part.push(it);
        } else if let Some(connector) = connector(it, part.chars().last(), next) {
            word.parts.push(std::mem::take(&mut part));
            word.connectors.push(connector);
        } else {
            end_word(&mut word, &mut part, &mut out);
        }
    }
    if !run.is_empty() {
        out.push(Piece::Run(run));
    }
    end_word(&mut word, &mut part, &mut out);
    out
}

fn end_word(word: &mut Word, part: &mut String, out: &mut Vec<Piece>) {
    if !part.is_empty() {
        word.parts.push(std::mem::take(part));
    }
    let word = std::mem::take(word);
    if !word.parts.is_empty() {
        out.push(Piece::Word(word));
    }
}

/// What joins two parts into one word: a hyphen of any kind, an apostrophe of any kind, and the signs of numbers,
/// names and addresses. A comma only between digits.
fn connector(it: char, before: Option<char>, next: char) -> Option<char> {
    let before = before.filter(|it| it.is_alphanumeric() || fold::is_mark(*it))?;
    if !next.is_alphanumeric() || fold::is_unspaced(next) {
        return None;
    }
    match it {
        '\'' | '’' | '‘' | 'ʼ' | '`' | '´' => Some('’'),
        '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' => Some('-'),
        ',' => (before.is_numeric() && next.is_numeric()).then_some(','),
        _ => CONNECTORS.contains(&it).then_some(it),
    }
}

fn pairs(run: &[char]) -> impl Iterator<Item = String> + '_ {
    run.windows(2).map(|pair| pair.iter().collect())
}

fn cut(token: &str) -> String {
    token.chars().take(TOKEN_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finds(text: &str, language: &str, query: &str) -> bool {
        let stored: HashSet<String> = tokens(text, Some(language)).into_iter().collect();
        let languages = ["en".to_owned(), "id".to_owned(), "de".to_owned()];
        let terms = terms(query, false, &languages);
        !terms.is_empty() && terms.iter().all(|it| it.matches(&stored))
    }

    fn finds_typing(text: &str, query: &str) -> bool {
        let stored: HashSet<String> = tokens(text, None).into_iter().collect();
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
            let stored: HashSet<String> = tokens(&text, None).into_iter().collect();
            for term in terms(&text, false, &["en".to_owned()]) {
                prop_assert!(term.matches(&stored), "{term:?} in {stored:?}");
            }
        }
    }
}

//! A query's text as characters with their places, and the small readers that the grammar is made of. Cleans the text
//! first, so that whatever is cut out of it is clean too. Decides nothing about meaning.

use crate::news::{CleanText, Limit};

/// A query is typed by a person; a longer one is a mistake or an attack.
pub const QUERY_CHARS_MAX: usize = 10_000;

/// A place in the text that is being read.
pub struct Lexer {
    text: CleanText,
    /// Byte place and character.
    chars: Vec<(usize, char)>,
    at: usize,
}

impl Lexer {
    pub fn new(text: &str) -> Lexer {
        // A quarter more, so that what is too long is seen to be.
        let bounded: String = text.chars().take(QUERY_CHARS_MAX + 1).collect();
        let text = CleanText::preformatted(&bounded, Limit::BLOCK);
        let chars = text.as_str().char_indices().collect();
        Lexer { text, chars, at: 0 }
    }

    pub fn len(&self) -> usize {
        self.chars.len()
    }

    pub fn at(&self) -> usize {
        self.at
    }

    pub fn go_to(&mut self, at: usize) {
        self.at = at.min(self.chars.len());
    }

    pub fn peek(&self) -> Option<char> {
        self.peek_at(0)
    }

    pub fn peek_at(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).map(|it| it.1)
    }

    pub fn next(&mut self) -> Option<char> {
        let it = self.peek()?;
        self.at += 1;
        Some(it)
    }

    pub fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// The text between two places.
    pub fn part(&self, from: usize, to: usize) -> CleanText {
        let byte = |at: usize| self.chars.get(at).map_or(self.text.as_str().len(), |it| it.0);
        self.text.part(byte(from)..byte(to))
    }

    /// Reads on while `wanted`; gives what was read.
    pub fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> CleanText {
        let from = self.at;
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
        self.part(from, self.at)
    }

    /// Where the text stands behind an opening quotation mark: reads to its closing one, or to the end.
    pub fn take_quoted(&mut self, closing: &[char]) -> CleanText {
        let from = self.at;
        while self.peek().is_some_and(|it| !closing.contains(&it) && it != '"') {
            self.at += 1;
        }
        let inner = self.part(from, self.at);
        self.next();
        // Without the spaces at its ends; a mark of quotation within could not be written again.
        CleanText::line(inner.as_str(), Limit::BLOCK)
    }

    /// Behind an opening `/`: the expression up to the closing one, and whether an `i` follows. `None` where nothing
    /// closes it; the place is then unchanged.
    pub fn take_pattern(&mut self) -> Option<(CleanText, bool)> {
        let from = self.at;
        let mut at = from;
        while let Some((_, it)) = self.chars.get(at) {
            match it {
                '\\' => at += 2,
                '/' => {
                    let source = self.part(from, at);
                    self.at = at + 1;
                    let ignore_case = self.peek().is_some_and(|it| it.eq_ignore_ascii_case(&'i'))
                        && self.peek_at(1).is_none_or(|it| ends_word(it) || it == ',');
                    if ignore_case {
                        self.next();
                    }
                    return Some((source, ignore_case));
                }
                _ => at += 1,
            }
        }
        None
    }
}

/// Marks that close what `opening` opens, or nothing where it opens no quotation.
pub fn closing_of(opening: char) -> Option<&'static [char]> {
    match opening {
        '"' => Some(&['"']),
        '“' | '„' => Some(&['”', '“']),
        '«' => Some(&['»']),
        _ => None,
    }
}

pub fn ends_word(it: char) -> bool {
    it.is_whitespace() || matches!(it, '(' | ')' | '|' | '"' | '“' | '„' | '«')
}

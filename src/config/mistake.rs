//! What is wrong in a file of settings, and where: `config.toml:12:3: …`.
//!
//! Only points; what a file means is decided by who reads it.

use std::fmt;
use std::ops::Range;

use crate::news::{CleanText, Limit};

/// A mistake and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file's name without its folders.
    pub file: CleanText,
    /// From 1, in characters; 0 where the file as a whole is meant.
    pub line: usize,
    pub column: usize,
    pub sentence: CleanText,
}

impl Mistake {
    /// A mistake of the file as a whole.
    pub fn of_file(file: &str, sentence: &str) -> Mistake {
        Mistake {
            file: CleanText::line(file, Limit::TITLE),
            line: 0,
            column: 0,
            sentence: CleanText::line(sentence, Limit::SENTENCE),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            return write!(f, "{}: {}", self.file, self.sentence);
        }
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.sentence)
    }
}

/// A text in which mistakes are pointed at.
pub struct Place<'a> {
    file: &'a str,
    text: &'a str,
}

impl<'a> Place<'a> {
    /// A byte-order mark at the head is passed over.
    pub fn new(file: &'a str, text: &'a str) -> Place<'a> {
        Place { file, text: text.strip_prefix('\u{feff}').unwrap_or(text) }
    }

    pub fn text(&self) -> &'a str {
        self.text
    }

    pub fn mistake(&self, span: Range<usize>, sentence: &str) -> Mistake {
        let (line, column) = self.position(span.start);
        Mistake { line, column, ..Mistake::of_file(self.file, sentence) }
    }

    /// What the TOML parser could not read.
    pub fn syntax(&self, error: &toml::de::Error) -> Mistake {
        let message = error.message().trim();
        let sentence = if message == "duplicate key" {
            "this name stands here for the second time. Keep one.".to_owned()
        } else {
            let first = message.lines().next().unwrap_or_default();
            format!("this is not TOML ({first}). A line looks like: name = \"value\"")
        };
        self.mistake(error.span().unwrap_or(0..0), &sentence)
    }

    /// Line and column of a byte, both from 1.
    fn position(&self, at: usize) -> (usize, usize) {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        let line = 1 + before.iter().filter(|it| **it == b'\n').count();
        let begin = before.iter().rposition(|it| *it == b'\n').map_or(0, |it| it + 1);
        (line, 1 + String::from_utf8_lossy(&before[begin..]).chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_in_lines_and_characters() {
        let place = Place::new("config.toml", "a = 1\r\n\u{e9}\u{e9} = 2\n");
        assert_eq!(place.mistake(0..1, "x").to_string(), "config.toml:1:1: x");
        assert_eq!(place.mistake(12..13, "x").to_string(), "config.toml:2:4: x");
        assert_eq!(place.mistake(999..1000, "x").to_string(), "config.toml:3:1: x");
        assert_eq!(Mistake::of_file("config.toml", "x").to_string(), "config.toml: x");
    }
}

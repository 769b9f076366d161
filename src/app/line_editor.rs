//! A line being typed: clusters, a cursor, and the keys that everyone's fingers know. Holds nothing but text, and only
//! text that may be shown.

use unicode_segmentation::UnicodeSegmentation;

use crate::command::{Key, KeyCode};
use crate::news::clean_char;

/// The text of a prompt. The cursor is a byte index between clusters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineEditor {
    text: String,
    cursor: usize,
}

/// What a key did to the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    Changed,
    Moved,
    /// Not a key of the line's.
    Ignored,
}

const TEXT_BYTES_MAX: usize = 4_096;

impl LineEditor {
    pub fn with(text: &str) -> LineEditor {
        let mut editor = LineEditor::default();
        editor.insert(text);
        editor
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before the cursor.
    pub fn before(&self) -> &str {
        &self.text[..self.cursor]
    }

    pub fn after(&self) -> &str {
        &self.text[self.cursor..]
    }

    /// Inserts typed or pasted text at the cursor; line ends become spaces, what must not be shown is left out.
    pub fn insert(&mut self, raw: &str) {
        let clean: String = raw
            .chars()
            .map(|it| if it.is_whitespace() { ' ' } else { it })
            .filter(|it| clean_char(*it))
            .take(TEXT_BYTES_MAX)
            .collect();
        if self.text.len() + clean.len() > TEXT_BYTES_MAX {
            return;
        }
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
        self.leave_cluster();
    }

    /// Replaces the word before the cursor (up to the last space) and leaves the cursor behind it.
    pub fn replace_word(&mut self, with: &str) {
        let start = self.word_start();
        self.text.replace_range(start..self.cursor, "");
        self.cursor = start;
        self.insert(with);
    }

    /// Replaces what stands between a byte and the cursor, and leaves the cursor behind it.
    pub fn replace_from(&mut self, start: usize, with: &str) {
        if start <= self.cursor && self.text.is_char_boundary(start) {
            self.text.replace_range(start..self.cursor, "");
            self.cursor = start;
            self.insert(with);
        }
    }

    /// The word that the cursor stands behind.
    pub fn word(&self) -> &str {
        &self.text[self.word_start()..self.cursor]
    }

    pub fn key(&mut self, key: Key) -> Edit {
        match (key.code, key.control, key.alt) {
            (KeyCode::Char(it), false, false) => {
                self.insert(it.encode_utf8(&mut [0; 4]));
                Edit::Changed
            }
            (KeyCode::Backspace, false, false) | (KeyCode::Char('h'), true, false) => self.delete(self.previous()),
            (KeyCode::Delete, _, _) | (KeyCode::Char('d'), true, false) => self.delete(self.next()),
            (KeyCode::Char('w'), true, false) | (KeyCode::Backspace, _, _) => self.delete(self.word_back()),
            (KeyCode::Char('u'), true, false) => self.delete(0),
            (KeyCode::Char('k'), true, false) => self.delete(self.text.len()),
            (KeyCode::Left, false, false) | (KeyCode::Char('b'), true, false) => self.go(self.previous()),
            (KeyCode::Right, false, false) | (KeyCode::Char('f'), true, false) => self.go(self.next()),
            (KeyCode::Left, _, _) | (KeyCode::Char('b'), false, true) => self.go(self.word_back()),
            (KeyCode::Right, _, _) | (KeyCode::Char('f'), false, true) => self.go(self.word_on()),
            (KeyCode::Home, _, _) | (KeyCode::Char('a'), true, false) => self.go(0),
            (KeyCode::End, _, _) | (KeyCode::Char('e'), true, false) => self.go(self.text.len()),
            _ => Edit::Ignored,
        }
    }

    fn go(&mut self, to: usize) -> Edit {
        self.cursor = to;
        self.leave_cluster();
        Edit::Moved
    }

    /// A mark may have joined the letter before it, or sit on a space: the cursor goes behind the whole cluster.
    fn leave_cluster(&mut self) {
        while !self.on_boundary() {
            self.cursor += self.after().chars().next().map_or(1, char::len_utf8);
        }
    }

    /// Deletes between the cursor and `other`.
    fn delete(&mut self, other: usize) -> Edit {
        let (from, to) = (self.cursor.min(other), self.cursor.max(other));
        self.text.replace_range(from..to, "");
        self.cursor = from;
        self.leave_cluster();
        if from == to { Edit::Moved } else { Edit::Changed }
    }

    fn on_boundary(&self) -> bool {
        self.cursor == self.text.len() || self.text.grapheme_indices(true).any(|(at, _)| at == self.cursor)
    }

    fn previous(&self) -> usize {
        self.before().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn next(&self) -> usize {
        self.cursor + self.after().graphemes(true).next().map_or(0, str::len)
    }

    fn word_back(&self) -> usize {
        let before = self.before().trim_end_matches(' ');
        before.rfind(' ').map_or(0, |it| it + 1)
    }

    fn word_on(&self) -> usize {
        let after = self.after();
        let spaces = after.len() - after.trim_start_matches(' ').len();
        after[spaces..].find(' ').map_or(self.text.len(), |it| self.cursor + spaces + it)
    }

    fn word_start(&self) -> usize {
        self.before().rfind(' ').map_or(0, |it| it + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn control(it: char) -> Key {
        Key { control: true, ..Key::char(it) }
    }

    fn plain(code: KeyCode) -> Key {
        Key { code, ..Key::char(' ') }
    }

    #[test]
    fn fingers_find_what_they_know() {
        let mut line = LineEditor::with("+later -inbox");
        line.key(control('w'));
        assert_eq!(line.text(), "+later ");
        line.key(control('a'));
        line.key(Key::char('x'));
        assert_eq!(line.text(), "x+later ");
        line.key(control('e'));
        line.key(plain(KeyCode::Backspace));
        line.key(control('u'));
        assert_eq!(line.text(), "");
        assert_eq!(line.key(plain(KeyCode::Backspace)), Edit::Moved);
    }

    #[test]
    fn a_cluster_is_deleted_whole() {
        let mut line = LineEditor::with("a👩‍👩‍👧");
        line.key(plain(KeyCode::Backspace));
        assert_eq!(line.text(), "a");
    }

    #[test]
    fn pasted_line_ends_are_spaces_and_control_bytes_are_gone() {
        let mut line = LineEditor::default();
        line.insert("a\nb\u{1b}[2J\rc");
        assert_eq!(line.text(), "a b[2J c");
    }

    #[test]
    fn a_word_is_replaced_up_to_the_cursor() {
        let mut line = LineEditor::with("+a +du");
        line.replace_word("+dunia/timur-tengah");
        assert_eq!(line.text(), "+a +dunia/timur-tengah");
        assert_eq!(line.word(), "+dunia/timur-tengah");
    }

    #[test]
    fn a_mark_that_joins_the_space_before_it_moves_the_cursor_behind_both() {
        let mut line = LineEditor::default();
        line.insert("\u{202f}\u{cca}");
        line.key(Key { alt: true, ..Key::char('b') });
        assert!(line.on_boundary());
    }

    proptest! {
        #[test]
        fn the_cursor_always_stands_between_clusters(pieces in prop::collection::vec(("\\PC{0,4}", 0u8..12), 0..30)) {
            let mut line = LineEditor::default();
            for (text, action) in pieces {
                line.insert(&text);
                let key = match action {
                    0 => plain(KeyCode::Left),
                    1 => plain(KeyCode::Right),
                    2 => plain(KeyCode::Backspace),
                    3 => plain(KeyCode::Delete),
                    4 => plain(KeyCode::Home),
                    5 => control('w'),
                    6 => Key { alt: true, ..Key::char('b') },
                    7 => Key { alt: true, ..Key::char('f') },
                    _ => plain(KeyCode::End),
                };
                line.key(key);
                prop_assert!(line.on_boundary());
                prop_assert_eq!(format!("{}{}", line.before(), line.after()), line.text());
            }
        }
    }
}

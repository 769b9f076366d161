//! A key as a person names it: `j`, `G`, `C-d`, `<enter>`, `S-<tab>`.

use std::fmt;

/// A key with its modifiers. Shift is part of the character where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub code: KeyCode,
    pub control: bool,
    pub alt: bool,
    /// Only for keys without a character of their own: S-Tab, S-Up.
    pub shift: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyCode {
    Char(char),
    Enter,
    Escape,
    Tab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    Function(u8),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a key. Keys look like j, G, C-d, <enter>, <space>, S-<tab>, <f5>.")]
pub struct KeyParseError(pub String);

impl Key {
    pub fn char(it: char) -> Key {
        Key { code: KeyCode::Char(it), control: false, alt: false, shift: false }
    }

    /// Reads one key.
    pub fn parse(_text: &str) -> Result<Key, KeyParseError> {
        todo!()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}

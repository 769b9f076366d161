//! A key as a person names it: `j`, `G`, `C-d`, `<enter>`, `S-<tab>`, and sequences of them: `gg`, `g.`.
//!
//! The notation is explained to people at the head of `assets/keys.toml`. Nothing here knows what a key is for, or
//! which terminal sent it.

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

/// The highest function key that any terminal reports.
pub const FUNCTION_KEY_MAX: u8 = 35;

impl Key {
    pub fn char(it: char) -> Key {
        Key { code: KeyCode::Char(it), control: false, alt: false, shift: false }
    }

    /// Reads one key.
    pub fn parse(text: &str) -> Result<Key, KeyParseError> {
        let refused = || KeyParseError(text.to_owned());
        let (key, rest) = take_key(text).ok_or_else(refused)?;
        if rest.is_empty() { Ok(key) } else { Err(refused()) }
    }

    /// Reads keys typed one after another: `gg`, `g.`, `<space>`, `C-w C-w`. Spaces part keys where they would
    /// otherwise run together: `C-d` is one key, `C - d` are three.
    pub fn parse_sequence(text: &str) -> Result<Vec<Key>, KeyParseError> {
        let mut keys = Vec::new();
        for word in text.split(' ') {
            let mut rest = word;
            while !rest.is_empty() {
                let (key, after) = take_key(rest).ok_or_else(|| KeyParseError(word.to_owned()))?;
                keys.push(key);
                rest = after;
            }
        }
        if keys.is_empty() { Err(KeyParseError(text.to_owned())) } else { Ok(keys) }
    }

    /// The text that [`Key::parse_sequence`] reads as these keys again, without spaces where none are needed.
    pub fn sequence_text(keys: &[Key]) -> String {
        let parts: Vec<String> = keys.iter().map(Key::to_string).collect();
        let joined = parts.concat();
        match Key::parse_sequence(&joined) {
            Ok(again) if again == keys => joined,
            Ok(_) | Err(_) => parts.join(" "),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, prefix) in [(self.control, "C-"), (self.alt, "A-"), (self.shift, "S-")] {
            if held {
                f.write_str(prefix)?;
            }
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("<space>"),
            KeyCode::Char(it) => write!(f, "{it}"),
            KeyCode::Function(number) => write!(f, "<f{number}>"),
            code => {
                let name = NAMES.iter().find(|(_, named)| *named == code).map_or("?", |(name, _)| name);
                write!(f, "<{name}>")
            }
        }
    }
}

/// Names between `<` and `>`. The first name of a key is the one that is shown; the others are understood.
const NAMES: &[(&str, KeyCode)] = &[
    ("space", KeyCode::Char(' ')),
    ("lt", KeyCode::Char('<')),
    ("gt", KeyCode::Char('>')),
    ("enter", KeyCode::Enter),
    ("return", KeyCode::Enter),
    ("esc", KeyCode::Escape),
    ("escape", KeyCode::Escape),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("del", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("page-up", KeyCode::PageUp),
    ("pageup", KeyCode::PageUp),
    ("page-down", KeyCode::PageDown),
    ("pagedown", KeyCode::PageDown),
];

/// The key that `text` begins with, and what follows it.
fn take_key(text: &str) -> Option<(Key, &str)> {
    let mut key = Key::char(' ');
    let mut rest = text;
    // A modifier is one only if a key follows it: `C-` alone are the keys C and -.
    loop {
        let held = match rest.get(..2) {
            Some("C-") => &mut key.control,
            Some("A-") => &mut key.alt,
            Some("S-") => &mut key.shift,
            Some(_) | None => break,
        };
        if rest.len() == 2 || *held {
            break;
        }
        *held = true;
        rest = &rest[2..];
    }
    let (code, after) = take_code(rest)?;
    key.code = code;
    // `J` is how Shift and j are written; terminals do not tell them apart otherwise.
    let shift_is_lost = key.shift && matches!(code, KeyCode::Char(_));
    if shift_is_lost { None } else { Some((key, after)) }
}

fn take_code(text: &str) -> Option<(KeyCode, &str)> {
    if let Some((name, after)) = take_name(text) {
        return named(name).map(|code| (code, after));
    }
    let it = text.chars().next()?;
    let typed = !it.is_control() && !it.is_whitespace();
    if typed { Some((KeyCode::Char(it), &text[it.len_utf8()..])) } else { None }
}

/// The name in `<name>`. A `<` that opens no name is the key itself.
fn take_name(text: &str) -> Option<(&str, &str)> {
    let (name, after) = text.strip_prefix('<')?.split_once('>')?;
    let is_name = !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '-');
    if is_name { Some((name, after)) } else { None }
}

fn named(name: &str) -> Option<KeyCode> {
    let name = name.to_ascii_lowercase();
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*code);
    }
    let number: u8 = name.strip_prefix('f')?.parse().ok()?;
    // Only the plain spelling counts, so that a key has one name: not f05, not f+5.
    let plain = format!("f{number}") == name;
    if plain && (1..=FUNCTION_KEY_MAX).contains(&number) { Some(KeyCode::Function(number)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn control(it: char) -> Key {
        Key { control: true, ..Key::char(it) }
    }

    #[test]
    fn keys_are_read_as_people_write_them() {
        assert_eq!(Key::parse("j"), Ok(Key::char('j')));
        assert_eq!(Key::parse("C-d"), Ok(control('d')));
        assert_eq!(Key::parse("C--"), Ok(control('-')));
        assert_eq!(Key::parse("<SPACE>"), Ok(Key::char(' ')));
        assert_eq!(Key::parse("<escape>"), Key::parse("<esc>"));
        let tab_back = Key { code: KeyCode::Tab, control: false, alt: false, shift: true };
        assert_eq!(Key::parse("S-<tab>"), Ok(tab_back));
        assert_eq!(Key::parse("A-C-<f5>").unwrap().to_string(), "C-A-<f5>");
        assert_eq!(Key::parse("é"), Ok(Key::char('é')));
    }

    #[test]
    fn angle_brackets_are_keys_too() {
        for (text, it) in [("<", '<'), ("<lt>", '<'), (">", '>'), ("<gt>", '>')] {
            assert_eq!(Key::parse(text), Ok(Key::char(it)), "{text}");
        }
        assert_eq!(Key::parse("C-<"), Ok(control('<')));
    }

    #[test]
    fn what_is_no_key_is_named_in_the_refusal() {
        for text in ["", " ", "gg", "S-j", "S-<space>", "<nope>", "<f0>", "<f36>", "<f05>", "\u{1b}", "\t", "C-C-d"] {
            let error = Key::parse(text).expect_err(text);
            assert!(error.to_string().starts_with(&format!("“{text}” is not a key.")), "{error}");
        }
    }

    #[test]
    fn sequences_need_spaces_only_where_keys_run_together() {
        let typed = |text: &str| text.chars().map(Key::char).collect::<Vec<_>>();
        assert_eq!(Key::parse_sequence("gg"), Ok(typed("gg")));
        assert_eq!(Key::parse_sequence("g<space>C-d"), Ok(vec![Key::char('g'), Key::char(' '), control('d')]));
        assert_eq!(Key::parse_sequence("C - d"), Ok(typed("C-d")));
        assert_eq!(Key::parse_sequence("C-"), Ok(typed("C-")));
        assert_eq!(Key::sequence_text(&typed("C-d")), "C - d");
        assert_eq!(Key::sequence_text(&typed("g.")), "g.");
        assert_eq!(Key::sequence_text(&typed("<lt>")), "< l t >");
        assert_eq!(Key::parse_sequence("g<nope>"), Err(KeyParseError("g<nope>".to_owned())));
    }

    fn any_key() -> impl Strategy<Value = Key> {
        let character = prop_oneof![
            any::<char>().prop_filter("typed", |it| !it.is_control() && (*it == ' ' || !it.is_whitespace())),
            prop::sample::select(vec!['<', '>', '-', 'C', 'A', 'S', ' ', 'l', 't', 'f', '1']),
        ];
        let code = prop_oneof![
            character.prop_map(KeyCode::Char),
            prop::sample::select(NAMES.iter().map(|(_, code)| *code).collect::<Vec<_>>()),
            (1..=FUNCTION_KEY_MAX).prop_map(KeyCode::Function),
        ];
        (code, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(code, control, alt, shift)| {
            let shift = shift && !matches!(code, KeyCode::Char(_));
            Key { code, control, alt, shift }
        })
    }

    proptest! {
        #[test]
        fn a_key_that_is_shown_reads_as_itself(key in any_key()) {
            prop_assert_eq!(Key::parse(&key.to_string()), Ok(key));
        }

        #[test]
        fn a_sequence_that_is_shown_reads_as_itself(keys in prop::collection::vec(any_key(), 1..5)) {
            prop_assert_eq!(Key::parse_sequence(&Key::sequence_text(&keys)), Ok(keys));
        }

        #[test]
        fn no_text_makes_the_parser_stumble(text in "[-<>CASlt f1\\PC]{0,12}") {
            if let Ok(keys) = Key::parse_sequence(&text) {
                prop_assert_eq!(Key::parse_sequence(&Key::sequence_text(&keys)), Ok(keys));
            }
        }
    }
}

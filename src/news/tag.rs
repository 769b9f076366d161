//! Tags: a person's own words on articles, `later` or `world/asia`.

use std::fmt;

use super::clean::{CleanText, Limit};

/// The name of a tag: clean, in Unicode's composed form, without white space, `/` between its levels.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TagName(String);

/// Tags to put on and to take off, as typed at the tag prompt: `+later -inbox`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagChanges {
    pub add: Vec<TagName>,
    pub remove: Vec<TagName>,
}

/// Why a text is not the name of a tag.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagNameError {
    #[error("a tag needs a name. Type a word, such as later or world/asia.")]
    Empty,
    #[error("“{0}” can't be a tag: use letters, digits, - and _, with / between levels.")]
    Unusable(CleanText),
    #[error("a tag's name has at most {TAG_CHARS_MAX} characters.")]
    TooLong,
}

const TAG_CHARS_MAX: usize = 100;

impl TagName {
    /// Reads a tag's name. A leading `#` is taken off, since people type it.
    pub fn parse(text: &str) -> Result<TagName, TagNameError> {
        use unicode_normalization::UnicodeNormalization;
        let unusable = || TagNameError::Unusable(CleanText::line(text, Limit::TOPIC));
        let composed: String = text.trim().trim_start_matches('#').nfc().collect();
        if composed.is_empty() {
            return Err(TagNameError::Empty);
        }
        if composed.chars().count() > TAG_CHARS_MAX {
            return Err(TagNameError::TooLong);
        }
        if CleanText::line(&composed, Limit::TITLE).as_str() != composed {
            return Err(unusable());
        }
        let level_is_sound = |level: &str| !level.is_empty() && !level.chars().all(|it| it == '.');
        let char_is_sound = |it: char| it.is_alphanumeric() || "-_/.&'!@+".contains(it) || !it.is_ascii();
        let opens_like_a_change = composed.starts_with(['-', '+']);
        if opens_like_a_change
            || !composed.split('/').all(level_is_sound)
            || !composed.chars().all(|it| char_is_sound(it) && !it.is_whitespace())
        {
            return Err(unusable());
        }
        Ok(TagName(composed))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TagChanges {
    /// Reads `+a -b c`: a word without a sign is put on. Commas separate like spaces.
    pub fn parse(text: &str) -> Result<TagChanges, TagNameError> {
        let mut changes = TagChanges::default();
        for word in text.split(|it: char| it.is_whitespace() || it == ',').filter(|it| !it.is_empty()) {
            if let Some(name) = word.strip_prefix('-') {
                changes.remove.push(TagName::parse(name)?);
            } else {
                changes.add.push(TagName::parse(word.strip_prefix('+').unwrap_or(word))?);
            }
        }
        if changes.add.is_empty() && changes.remove.is_empty() {
            return Err(TagNameError::Empty);
        }
        Ok(changes)
    }
}

impl fmt::Display for TagName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl serde::Serialize for TagName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_a_word_or_a_path_of_words() {
        for good in ["later", "dunia/timur-tengah", "日本", "c++", "#rust", "кино"] {
            assert!(TagName::parse(good).is_ok(), "{good}");
        }
        for bad in
            ["", "#", "a b", "a//b", "../x", "-x", "a\nb", "a\u{1b}[2Jb", "'; DROP TABLE tag", &"x".repeat(10_240)]
        {
            assert!(TagName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn composed_and_decomposed_spellings_are_one_tag() {
        assert_eq!(TagName::parse("cafe\u{301}").unwrap(), TagName::parse("caf\u{e9}").unwrap());
    }

    #[test]
    fn changes_are_read_word_by_word() {
        let changes = TagChanges::parse("+a -b c").unwrap();
        assert_eq!(changes.add, [TagName::parse("a").unwrap(), TagName::parse("c").unwrap()]);
        assert_eq!(changes.remove, [TagName::parse("b").unwrap()]);
        assert!(TagChanges::parse("  ").is_err());
    }
}

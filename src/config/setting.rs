//! THE table of settings: the name of each and what it may be. What it does and how it ships stand in
//! `assets/config.toml`, which a test compares with this table.
//!
//! Knows neither files nor what a setting is for.

use std::fmt;

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// As it stands in the file, sections first: `reader.measure`.
    pub name: &'static str,
    pub kind: Kind,
}

/// What a setting may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Switch,
    /// A whole number within bounds, which it may reach.
    Number { least: i64, most: i64 },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// The name of a theme, of those that ship or of a person's own.
    Theme,
    /// A length of time within bounds, in seconds.
    Time { least: i64, most: i64 },
    /// A size within bounds, in bytes.
    Size { least: i64, most: i64 },
    /// Any words on one line.
    Words,
}

/// What a setting is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Switch(bool),
    /// A number, seconds or bytes, by the setting's kind.
    Number(i64),
    Word(String),
}

/// Every setting, in the order of the shipped file.
pub const SETTINGS: &[Setting] = &[
    Setting { name: "theme", kind: Kind::Theme },
    Setting { name: "color", kind: Kind::Choice(&["auto", "none", "16", "256", "true"]) },
    Setting { name: "symbols", kind: Kind::Choice(&["auto", "unicode", "ascii"]) },
    Setting { name: "linear", kind: Kind::Switch },
    Setting { name: "mouse", kind: Kind::Switch },
    Setting { name: "browser", kind: Kind::Words },
    Setting { name: "list.rows", kind: Kind::Choice(&["auto", "one", "two"]) },
    Setting { name: "reader.measure", kind: Kind::Number { least: 40, most: 120 } },
    Setting { name: "reader.read_on", kind: Kind::Choice(&["open", "cursor", "never"]) },
    Setting { name: "layout.info", kind: Kind::Switch },
    Setting { name: "fetch.on_start", kind: Kind::Switch },
    Setting { name: "fetch.at_once", kind: Kind::Number { least: 1, most: 64 } },
    Setting { name: "fetch.timeout", kind: Kind::Time { least: 5, most: 300 } },
    Setting { name: "fetch.feed_max", kind: Kind::Size { least: 1_048_576, most: 10_485_760 } },
    Setting { name: "fetch.page_max", kind: Kind::Size { least: 1_048_576, most: 10_485_760 } },
    Setting { name: "keys.preset", kind: Kind::Choice(&["default", "newsboat", "elfeed", "nnw"]) },
];

/// Words longer than this are nobody's setting.
pub const WORDS_CHARS_MAX: usize = 400;

const TIME_UNITS: &[(&str, i64)] = &[("w", 604_800), ("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)];
const SIZE_UNITS: &[(&str, i64)] = &[("MiB", 1_048_576), ("KiB", 1_024), ("B", 1)];

impl Setting {
    pub fn named(name: &str) -> Option<&'static Setting> {
        SETTINGS.iter().find(|it| it.name == name)
    }

    /// What it may be, for a sentence: `a whole number from 40 to 120`.
    pub fn wanted(&self) -> String {
        match self.kind {
            Kind::Switch => "true or false".to_owned(),
            Kind::Number { least, most } => format!("a whole number from {least} to {most}"),
            Kind::Choice(words) => {
                let quoted: Vec<String> = words.iter().map(|it| format!("\"{it}\"")).collect();
                let (last, first) = quoted.split_last().map_or(("", [].as_slice()), |(last, first)| (last, first));
                format!("{} or {last}", first.join(", "))
            }
            Kind::Theme => "the name of a theme".to_owned(),
            Kind::Time { least, most } => {
                format!("a time from \"{}\" to \"{}\"", with_unit(least, TIME_UNITS), with_unit(most, TIME_UNITS))
            }
            Kind::Size { least, most } => {
                format!("a size from \"{}\" to \"{}\"", with_unit(least, SIZE_UNITS), with_unit(most, SIZE_UNITS))
            }
            Kind::Words => format!("words on one line, at most {WORDS_CHARS_MAX} characters"),
        }
    }

    /// Reads what a person typed without quotes, as the settings view takes it. `None` where it can't be that.
    pub fn typed(&self, text: &str) -> Option<Value> {
        let text = text.trim();
        match self.kind {
            Kind::Switch => text.parse().ok().map(Value::Switch),
            Kind::Number { .. } => text.parse().ok().and_then(|it| self.number(it)),
            Kind::Choice(_) | Kind::Theme | Kind::Time { .. } | Kind::Size { .. } | Kind::Words => self.word(text),
        }
    }

    /// A number that stands in a file. `None` where it can't be that.
    pub fn number(&self, number: i64) -> Option<Value> {
        match self.kind {
            Kind::Number { least, most } if (least..=most).contains(&number) => Some(Value::Number(number)),
            Kind::Number { .. }
            | Kind::Switch
            | Kind::Choice(_)
            | Kind::Theme
            | Kind::Time { .. }
            | Kind::Size { .. }
            | Kind::Words => None,
        }
    }

    /// A string that stands in a file. Whether there is a theme of that name is for [`super::Themes`] to say.
    pub fn word(&self, word: &str) -> Option<Value> {
        let within = |bounds: (i64, i64), number: Option<i64>| {
            number.filter(|it| (bounds.0..=bounds.1).contains(it)).map(Value::Number)
        };
        match self.kind {
            Kind::Switch | Kind::Number { .. } => None,
            Kind::Choice(words) => words.contains(&word).then(|| Value::Word(word.to_owned())),
            Kind::Theme => Some(Value::Word(word.to_owned())),
            Kind::Time { least, most } => within((least, most), without_unit(word, TIME_UNITS)),
            Kind::Size { least, most } => within((least, most), without_unit(word, SIZE_UNITS)),
            Kind::Words => {
                let short = word.chars().count() <= WORDS_CHARS_MAX && !word.chars().any(char::is_control);
                short.then(|| Value::Word(word.to_owned()))
            }
        }
    }

    /// A value as a person writes it, without quotes: `90min`, `one`.
    pub fn text(&self, value: &Value) -> String {
        match (value, self.kind) {
            (Value::Number(seconds), Kind::Time { .. }) => with_unit(*seconds, TIME_UNITS),
            (Value::Number(bytes), Kind::Size { .. }) => with_unit(*bytes, SIZE_UNITS),
            (value, _) => value.to_string(),
        }
    }

    /// Whether the file writes its values in quotes.
    pub fn is_quoted(&self) -> bool {
        match self.kind {
            Kind::Switch | Kind::Number { .. } => false,
            Kind::Choice(_) | Kind::Theme | Kind::Time { .. } | Kind::Size { .. } | Kind::Words => true,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Switch(it) => write!(f, "{it}"),
            Value::Number(it) => write!(f, "{it}"),
            Value::Word(it) => f.write_str(it),
        }
    }
}

/// In the largest unit that leaves no rest.
fn with_unit(number: i64, units: &[(&str, i64)]) -> String {
    let (unit, size) = units.iter().find(|(_, size)| number % size == 0).copied().unwrap_or(("", 1));
    format!("{}{unit}", number / size)
}

fn without_unit(text: &str, units: &[(&str, i64)]) -> Option<i64> {
    let digits = text.trim_end_matches(|it: char| !it.is_ascii_digit());
    let (number, unit) = (digits.parse::<i64>().ok()?, text[digits.len()..].trim());
    let (_, size) = units.iter().find(|(name, _)| *name == unit)?;
    number.checked_mul(*size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_setting_stands_twice() {
        assert_eq!(SETTINGS.iter().map(|it| it.name).collect::<BTreeSet<_>>().len(), SETTINGS.len());
    }

    #[test]
    fn times_and_sizes_are_read_as_they_are_shown() {
        let timeout = Setting::named("fetch.timeout").unwrap();
        for (text, seconds) in [("45s", 45), ("2min", 120), ("60 s", 60), ("5min", 300)] {
            assert_eq!(timeout.word(text), Some(Value::Number(seconds)), "{text}");
        }
        assert_eq!(timeout.text(&Value::Number(90)), "90s");
        assert_eq!(timeout.text(&Value::Number(120)), "2min");
        let size = Setting::named("fetch.feed_max").unwrap();
        assert_eq!(size.word("2048KiB"), Some(Value::Number(2_097_152)));
        assert_eq!(size.text(&Value::Number(10_485_760)), "10MiB");
    }

    #[test]
    fn what_lies_beyond_the_bounds_is_not_taken() {
        let timeout = Setting::named("fetch.timeout").unwrap();
        for text in ["0s", "-1s", "4s", "301s", "1 fortnight", "1e308", "1e308s", "99999999999999999999w", "", "s", "5"]
        {
            assert_eq!(timeout.word(text), None, "{text}");
        }
        assert_eq!(timeout.word("9223372036854775807w"), None);
        let measure = Setting::named("reader.measure").unwrap();
        assert_eq!([39, 121, -1, i64::MAX].map(|it| measure.number(it)), [None, None, None, None]);
    }

    #[test]
    fn what_is_wanted_reads_as_a_part_of_a_sentence() {
        let wanted = |name: &str| Setting::named(name).unwrap().wanted();
        assert_eq!(wanted("reader.measure"), "a whole number from 40 to 120");
        assert_eq!(wanted("list.rows"), "\"auto\", \"one\" or \"two\"");
        assert_eq!(wanted("fetch.timeout"), "a time from \"5s\" to \"5min\"");
        assert_eq!(wanted("fetch.page_max"), "a size from \"1MiB\" to \"10MiB\"");
    }
}

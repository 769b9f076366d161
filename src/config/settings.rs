//! The settings in force, typed, and where each comes from: the shipped file, a person's file over it, the command line
//! over both.
//!
//! Pure; the files are read by [`super::file`].

use std::path::PathBuf;

use super::color::{Depth, Rgb};
use super::mistake::Mistake;
use super::read::{Layer, read};
use super::setting::{SETTINGS, Setting, Value};
use super::theme::Theme;
use super::themes::Themes;
use crate::command::{KeyMap, KeyOverride, Preset};

/// The shipped file: the reference of all settings, with what each does.
pub const SHIPPED: &str = include_str!("../../assets/config.toml");

/// Everything that is set, and what it was made of.
#[derive(Clone, Debug)]
pub struct Config {
    pub settings: Settings,
    pub themes: Themes,
    /// The person's file, whether it is there or not. `None` where there is no home to keep one in.
    pub file: Option<PathBuf>,
    /// How the files looked from outside before they were read (see [`super::stamp`]).
    pub seen: Vec<(PathBuf, u64, Option<std::time::SystemTime>)>,
    /// What the command line set, for reading the file again.
    pub flags: Flags,
    /// In the order of [`SETTINGS`].
    held: Vec<Held>,
}

#[derive(Clone, Debug, PartialEq)]
struct Held {
    value: Value,
    shipped: Value,
    source: Source,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Shipped,
    /// The person's file.
    File {
        line: usize,
    },
    /// The command line; what it was given as.
    Flag(&'static str),
}

/// What the command line sets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flags {
    /// The setting's name, its value, the flag.
    pub set: Vec<(&'static str, Value, &'static str)>,
}

/// The settings by name; `assets/config.toml` says what each does.
#[derive(Clone, Debug)]
pub struct Settings {
    pub theme: String,
    pub color: Colors,
    pub symbols: Symbols,
    pub linear: bool,
    /// Whether the mouse is the reader's, at its start.
    pub mouse: bool,
    pub browser: String,
    pub list: ListSettings,
    pub reader: ReaderSettings,
    pub layout: LayoutSettings,
    pub fetch: FetchSettings,
    pub keys: KeySettings,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListSettings {
    pub rows: Rows,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReaderSettings {
    /// In cells.
    pub measure: u16,
    pub read_on: ReadOn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayoutSettings {
    pub info: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchSettings {
    pub on_start: bool,
    pub at_once: usize,
    pub timeout_seconds: u64,
    pub feed_bytes_max: u64,
    pub page_bytes_max: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySettings {
    pub preset: Preset,
    pub own: Vec<KeyOverride>,
}

/// How many colours are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colors {
    Auto,
    Exactly(Depth),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbols {
    Auto,
    Unicode,
    Ascii,
}

/// Lines that an article takes in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    Auto,
    One,
    Two,
}

/// What marks an article read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOn {
    Open,
    Cursor,
    Never,
}

/// A row of the settings view.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub setting: &'static Setting,
    pub value: Value,
    pub shipped: Value,
    pub source: Source,
}

impl Config {
    /// As Dateline ships.
    pub fn shipped() -> Config {
        Config::of(None, Themes::shipped(), &Flags::default())
            .expect("a test holds that the shipped settings are sound")
    }

    /// The person's text, if there is one, over the shipped one, and `flags` over both. `own` is the file's name and
    /// text.
    ///
    /// # Errors
    /// Every mistake in the person's text.
    pub fn of(own: Option<(&str, &str)>, themes: Themes, flags: &Flags) -> Result<Config, Vec<Mistake>> {
        let shipped = read("config.toml", SHIPPED, &themes)?;
        let own = match own {
            Some((file, text)) => read(file, text, &themes)?,
            None => Layer::default(),
        };
        let held: Vec<Held> = (0..SETTINGS.len()).map(|index| held(index, &shipped, &own, flags)).collect();
        let settings = Settings::of(&Values { held: &held }, own.keys);
        Ok(Config { settings, themes, file: None, seen: Vec::new(), flags: flags.clone(), held })
    }

    pub fn shown(&self) -> Vec<Shown> {
        let pairs = SETTINGS.iter().zip(&self.held);
        pairs
            .map(|(setting, held)| Shown {
                setting,
                value: held.value.clone(),
                shipped: held.shipped.clone(),
                source: held.source,
            })
            .collect()
    }

    /// The theme in force on a terminal of this depth whose background, if it is known, is this.
    pub fn theme(&self, depth: Depth, background: Option<Rgb>) -> Theme {
        self.themes.in_force(&self.settings.theme, depth, background)
    }

    pub fn key_map(&self) -> KeyMap {
        let keys = &self.settings.keys;
        KeyMap::with(keys.preset, &keys.own).unwrap_or_else(|_| KeyMap::preset(keys.preset))
    }
}

fn held(index: usize, shipped: &Layer, own: &Layer, flags: &Flags) -> Held {
    let of = |layer: &Layer| layer.set.iter().find(|it| it.index == index).cloned();
    let shipped = of(shipped).expect("a test holds that the shipped file sets everything").value;
    let flag = flags.set.iter().find(|(name, ..)| *name == SETTINGS[index].name);
    let (value, source) = match (flag, of(own)) {
        (Some((_, value, flag)), _) => (value.clone(), Source::Flag(flag)),
        (None, Some(set)) => (set.value, Source::File { line: set.line }),
        (None, None) => (shipped.clone(), Source::Shipped),
    };
    Held { value, shipped, source }
}

/// Values by name. That each name is one of the table, and of the kind asked for, is held by a test: it makes
/// [`Settings`] of the shipped file, which asks for all of them.
struct Values<'a> {
    held: &'a [Held],
}

impl Values<'_> {
    fn value(&self, name: &str) -> &Value {
        let index = SETTINGS.iter().position(|it| it.name == name).expect("a name of the table");
        &self.held[index].value
    }

    fn switch(&self, name: &str) -> bool {
        match self.value(name) {
            Value::Switch(it) => *it,
            Value::Number(_) | Value::Word(_) => false,
        }
    }

    fn number<T: TryFrom<i64> + Default>(&self, name: &str) -> T {
        match self.value(name) {
            Value::Number(it) => T::try_from(*it).unwrap_or_default(),
            Value::Switch(_) | Value::Word(_) => T::default(),
        }
    }

    fn word(&self, name: &str) -> &str {
        match self.value(name) {
            Value::Word(it) => it,
            Value::Switch(_) | Value::Number(_) => "",
        }
    }
}

impl Settings {
    fn of(values: &Values<'_>, own_keys: Vec<KeyOverride>) -> Settings {
        Settings {
            theme: values.word("theme").to_owned(),
            color: match values.word("color") {
                "none" => Colors::Exactly(Depth::None),
                "16" => Colors::Exactly(Depth::Sixteen),
                "256" => Colors::Exactly(Depth::TwoHundred),
                "true" => Colors::Exactly(Depth::True),
                _ => Colors::Auto,
            },
            symbols: match values.word("symbols") {
                "unicode" => Symbols::Unicode,
                "ascii" => Symbols::Ascii,
                _ => Symbols::Auto,
            },
            linear: values.switch("linear"),
            mouse: values.switch("mouse"),
            browser: values.word("browser").to_owned(),
            list: ListSettings {
                rows: match values.word("list.rows") {
                    "one" => Rows::One,
                    "two" => Rows::Two,
                    _ => Rows::Auto,
                },
            },
            reader: ReaderSettings {
                measure: values.number("reader.measure"),
                read_on: match values.word("reader.read_on") {
                    "cursor" => ReadOn::Cursor,
                    "never" => ReadOn::Never,
                    _ => ReadOn::Open,
                },
            },
            layout: LayoutSettings { info: values.switch("layout.info") },
            fetch: FetchSettings {
                on_start: values.switch("fetch.on_start"),
                at_once: values.number("fetch.at_once"),
                timeout_seconds: values.number("fetch.timeout"),
                feed_bytes_max: values.number("fetch.feed_max"),
                page_bytes_max: values.number("fetch.page_max"),
            },
            keys: KeySettings { preset: Preset::named(values.word("keys.preset")).unwrap_or_default(), own: own_keys },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Config, Vec<String>> {
        Config::of(Some(("config.toml", text)), Themes::shipped(), &Flags::default())
            .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_shipped_file_is_sound_and_sets_everything() {
        let config = Config::shipped();
        assert!(config.shown().iter().all(|it| it.source == Source::Shipped && it.value == it.shipped));
        let settings = &config.settings;
        assert_eq!(settings.reader, ReaderSettings { measure: 72, read_on: ReadOn::Open });
        assert_eq!((settings.fetch.at_once, settings.fetch.timeout_seconds), (64, 30));
        assert_eq!(settings.fetch.feed_bytes_max, 10_485_760);
        assert_eq!(settings.keys.preset, Preset::Default);
    }

    #[test]
    fn a_persons_file_goes_over_the_shipped_one_and_the_command_line_over_both() {
        let text = "color = \"256\"\n[reader]\nmeasure = 60\n[keys]\npreset = \"newsboat\"\ntoggle-star = \"m\"\n";
        let flags = Flags { set: vec![("color", Value::Word("none".to_owned()), "--color never")] };
        let config = Config::of(Some(("config.toml", text)), Themes::shipped(), &flags).unwrap();
        assert_eq!(config.settings.reader.measure, 60);
        assert_eq!(config.settings.color, Colors::Exactly(Depth::None));
        let source = |name: &str| config.shown().iter().find(|it| it.setting.name == name).unwrap().source;
        assert_eq!(source("reader.measure"), Source::File { line: 3 });
        assert_eq!(source("color"), Source::Flag("--color never"));
        assert_eq!(source("linear"), Source::Shipped);
        assert_eq!(config.key_map().preset_name(), Preset::Newsboat);
        assert_eq!(config.key_map().keys_of(crate::command::Command::ToggleStar), ["m"]);
    }

    #[test]
    fn every_choice_changes_what_is_in_force() {
        for setting in SETTINGS {
            let super::super::setting::Kind::Choice(words) = setting.kind else { continue };
            let mut seen: Vec<String> = Vec::new();
            for word in words {
                let (section, key) = setting.name.split_once('.').unwrap_or(("", setting.name));
                let head = if section.is_empty() { String::new() } else { format!("[{section}]\n") };
                let config = of(&format!("{head}{key} = \"{word}\"\n")).unwrap();
                let in_force = format!("{:?}", config.settings);
                assert!(!seen.contains(&in_force), "{} = {word} means the same as another word", setting.name);
                seen.push(in_force);
            }
        }
    }

    #[test]
    fn marks_and_line_ends_of_other_systems_are_read() {
        let config = of("\u{feff}linear = true\r\n[reader]\r\n\tmeasure = 50\r\n").unwrap();
        assert!(config.settings.linear);
        assert_eq!(config.settings.reader.measure, 50);
        assert_eq!(of("\u{feff}liner = true\r\n").unwrap_err()[0].split(": ").next(), Some("config.toml:1:1"));
    }
}

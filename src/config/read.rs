//! A file of settings → values, or every mistake in it at once.
//!
//! Pure: opens nothing and knows no defaults.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::{Mistake, Place};
use super::setting::{Kind, SETTINGS, Setting, Value};
use super::themes::Themes;
use crate::command::{KeyMap, KeyOverride, Preset};
use crate::news::nearest_of;

/// What a file sets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    pub set: Vec<Set>,
    /// A person's own keys, in the order of the file's text.
    pub keys: Vec<KeyOverride>,
}

/// A setting that stands in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// Its place in [`SETTINGS`].
    pub index: usize,
    pub value: Value,
    /// From 1.
    pub line: usize,
}

/// The section of a person's keys; everything in it but this is a command.
const KEYS: &str = "keys";
const PRESET: &str = "preset";
/// More are not told at once; whoever has mended these sees the rest.
const MISTAKES_MAX: usize = 100;

/// Reads a file. `file` is its name for mistakes.
///
/// # Errors
/// Every mistake, in the order of the file: no such setting (with the nearest that there is), a wrong kind of value, a
/// value out of bounds, a name that stands twice, no such key or command.
pub fn read(file: &str, text: &str, themes: &Themes) -> Result<Layer, Vec<Mistake>> {
    let place = Place::new(file, text);
    let (table, errors) = DeTable::parse_recoverable(place.text());
    let mut reading = Reading { place: &place, themes, mistakes: Vec::new(), layer: Layer::default() };
    reading.mistakes.extend(errors.iter().map(|it| place.syntax(it)));
    let broken: Vec<usize> = reading.mistakes.iter().map(|it| it.line).collect();
    for (name, value) in table.get_ref().iter() {
        reading.top(name, value);
    }
    // What a line that is no TOML was recovered to says nothing more.
    let syntax = broken.len();
    let mut index = 0;
    reading.mistakes.retain(|it| {
        index += 1;
        index <= syntax || !broken.contains(&it.line)
    });
    let Reading { mut mistakes, layer, .. } = reading;
    mistakes.sort_by_key(|it| (it.line, it.column));
    mistakes.dedup();
    mistakes.truncate(MISTAKES_MAX);
    if mistakes.is_empty() { Ok(layer) } else { Err(mistakes) }
}

struct Reading<'a> {
    place: &'a Place<'a>,
    themes: &'a Themes,
    mistakes: Vec<Mistake>,
    layer: Layer,
}

impl Reading<'_> {
    fn top(&mut self, name: &Spanned<std::borrow::Cow<'_, str>>, value: &Spanned<DeValue<'_>>) {
        let section: &str = name.get_ref();
        let DeValue::Table(table) = value.get_ref() else {
            if is_section(section) {
                let sentence = format!("`{section}` is a section: its settings stand below a line [{section}].");
                self.wrong(name.span(), &sentence);
            } else {
                self.setting(section, name.span(), value);
            }
            return;
        };
        if section == KEYS {
            self.keys(table);
        } else if is_section(section) {
            for (name, value) in table.iter() {
                let key: &str = name.get_ref();
                self.setting(&format!("{section}.{key}"), name.span(), value);
            }
        } else if Setting::named(section).is_some() {
            let sentence = format!("`{section}` is a setting and no section: it has a value, and no [brackets].");
            self.wrong(name.span(), &sentence);
        } else {
            let meant = nearest_of(section, sections());
            let all = || sections().iter().map(|it| format!("[{it}]")).collect::<Vec<_>>().join(", ");
            let hint =
                meant.map_or_else(|| format!(". There are {}.", all()), |it| format!(" — did you mean `[{it}]`?"));
            self.wrong(name.span(), &format!("`[{section}]` is not a section{hint}"));
        }
    }

    /// `name` with its section.
    fn setting(&mut self, name: &str, span: Range<usize>, value: &Spanned<DeValue<'_>>) {
        let Some(index) = SETTINGS.iter().position(|it| it.name == name) else {
            let sentence = not_a_setting(name);
            self.wrong(span, &sentence);
            return;
        };
        let setting = &SETTINGS[index];
        let taken = match value.get_ref() {
            DeValue::Boolean(it) if setting.kind == Kind::Switch => Some(Value::Switch(*it)),
            DeValue::Integer(it) => {
                i64::from_str_radix(it.as_str(), it.radix()).ok().and_then(|number| setting.number(number))
            }
            DeValue::String(word) => setting.word(word),
            DeValue::Boolean(_) | DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
                None
            }
        };
        let Some(value_taken) = taken else {
            let found = shown(value.get_ref());
            self.wrong(value.span(), &format!("`{name}` is {}, not {found}.", setting.wanted()));
            return;
        };
        if let (Kind::Theme, Value::Word(theme)) = (setting.kind, &value_taken)
            && !self.themes.names().contains(&theme.as_str())
        {
            let sentence = no_such_theme(theme, self.themes);
            self.wrong(value.span(), &sentence);
            return;
        }
        let line = self.place.mistake(span, "").line;
        self.layer.set.push(Set { index, value: value_taken, line });
    }

    fn keys(&mut self, table: &DeTable<'_>) {
        let mut spans: Vec<(Range<usize>, Vec<Range<usize>>)> = Vec::new();
        let mut own = Vec::new();
        // In the order of the text, so that of two that quarrel the later is pointed at.
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        for (name, value) in entries {
            let command: &str = name.get_ref();
            if command == PRESET {
                self.setting("keys.preset", name.span(), value);
                continue;
            }
            let Some(keys) = sequences(value) else {
                let sentence = format!("`{command}` takes a list of keys, such as [\"m\", \"g*\"], or [] for none.");
                self.wrong(value.span(), &sentence);
                continue;
            };
            spans.push((name.span(), keys.iter().map(|(_, span)| span.clone()).collect()));
            own.push(KeyOverride {
                command: command.to_owned(),
                keys: keys.into_iter().map(|(keys, _)| keys).collect(),
            });
        }
        // Whether they are sound does not depend on what lies under them.
        if let Err(mistakes) = KeyMap::with(Preset::Default, &own) {
            for mistake in mistakes {
                let (name, keys) = &spans[mistake.at];
                let span = mistake.key.and_then(|it| keys.get(it)).unwrap_or(name).clone();
                self.wrong(span, mistake.sentence.as_str());
            }
        }
        self.layer.keys = own;
    }

    fn wrong(&mut self, span: Range<usize>, sentence: &str) {
        self.mistakes.push(self.place.mistake(span, sentence));
    }
}

/// One sequence of keys, or a list of them.
fn sequences(value: &Spanned<DeValue<'_>>) -> Option<Vec<(String, Range<usize>)>> {
    match value.get_ref() {
        DeValue::String(keys) => Some(vec![(keys.to_string(), value.span())]),
        DeValue::Array(list) => {
            list.iter().map(|it| it.get_ref().as_str().map(|keys| (keys.to_owned(), it.span()))).collect()
        }
        DeValue::Boolean(_) | DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => {
            None
        }
    }
}

fn sections() -> Vec<&'static str> {
    let mut out: Vec<&str> = SETTINGS.iter().filter_map(|it| it.name.split_once('.')).map(|(it, _)| it).collect();
    out.dedup();
    out
}

fn is_section(name: &str) -> bool {
    sections().contains(&name)
}

fn not_a_setting(name: &str) -> String {
    let last = |name: &'static str| name.rsplit_once('.').map_or(name, |(_, last)| last);
    let typed = name.rsplit_once('.').map_or(name, |(_, last)| last);
    // The right word in a wrong section is a likelier slip than another word.
    let elsewhere = SETTINGS.iter().map(|it| it.name).find(|it| last(it) == typed);
    let meant = elsewhere.or_else(|| nearest_of(name, SETTINGS.iter().map(|it| it.name))).or_else(|| {
        let near = nearest_of(typed, SETTINGS.iter().map(|it| last(it.name)))?;
        SETTINGS.iter().map(|it| it.name).find(|it| last(it) == near)
    });
    match meant {
        Some(meant) => format!("`{name}` is not a setting — did you mean `{meant}`?"),
        None => format!("`{name}` is not a setting. `dateline generate config` lists all {}.", SETTINGS.len()),
    }
}

fn no_such_theme(theme: &str, themes: &Themes) -> String {
    let names = themes.names();
    match nearest_of(theme, names.iter().copied()) {
        Some(meant) => format!("there is no theme \"{theme}\" — did you mean \"{meant}\"?"),
        None => format!("there is no theme \"{theme}\". There are {}.", names.join(", ")),
    }
}

/// A value as the file has it, for a sentence.
fn shown(value: &DeValue<'_>) -> String {
    const SHOWN_CHARS_MAX: usize = 60;
    match value {
        DeValue::String(it) if it.chars().count() > SHOWN_CHARS_MAX => "so long a text".to_owned(),
        DeValue::String(it) => format!("\"{it}\""),
        DeValue::Integer(it) if it.as_str().len() <= SHOWN_CHARS_MAX => it.as_str().to_owned(),
        DeValue::Integer(_) => "so long a number".to_owned(),
        DeValue::Float(it) if it.as_str().len() <= SHOWN_CHARS_MAX => it.as_str().to_owned(),
        DeValue::Float(_) => "so long a number".to_owned(),
        DeValue::Boolean(it) => it.to_string(),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a section".to_owned(),
    }
}

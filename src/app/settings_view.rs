//! The settings, over the panes: each with its value, where that comes from and what it does; changed in place and written
//! back to the person's file. What is shown is always what is in force: a change shows once the file has been read again.

use crate::command::Command;
use crate::config::{Kind, SETTINGS, Setting, Shown, Source, Value, documentation};
use crate::news::{CleanText, nearest_of};

use super::measure::words;
use super::{App, Effect, PromptKind, moving, prompting};

/// The view and what was done in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SettingsView {
    /// The row that is selected, and the first on screen.
    pub cursor: usize,
    pub top: usize,
    /// What stood in the person's file before each change made here, the newest last.
    changed: Vec<(&'static str, Option<Value>)>,
}

/// A line of the view.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingRow {
    pub name: &'static str,
    pub value: CleanText,
    /// Whether it is as Dateline ships.
    pub as_shipped: bool,
}

/// What is said about the selected setting.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingDetail {
    pub doc: CleanText,
    /// `As shipped: 72. Set in config.toml, line 3.`
    pub origin: CleanText,
}

/// Lines under the rows: a rule, what the setting does, where it comes from.
pub const DETAIL_LINES: u16 = 6;
/// Changes that can be taken back one after another.
const CHANGED_MAX: usize = 100;

/// Opens the view, at a setting where one is named.
pub fn open(app: &mut App, name: Option<&str>) {
    let cursor = name.and_then(|name| SETTINGS.iter().position(|it| it.name == name)).unwrap_or(0);
    app.help = None;
    app.notice = None;
    app.settings_view = Some(SettingsView { cursor, ..SettingsView::default() });
    keep_visible(app);
}

/// What a command means while the view covers the panes. `true` where it means what it always means.
pub fn perform(app: &mut App, command: Command, count: Option<usize>) -> bool {
    if MEANT_AS_EVER.contains(&command) {
        return true;
    }
    let times = count.unwrap_or(1) as isize;
    let page = page(app);
    let Some(view) = &mut app.settings_view else { return true };
    let last = SETTINGS.len() - 1;
    if let Some(distance) = moving::distance_of(command, times).filter(|_| command != Command::PageOn) {
        let lines = match distance {
            moving::Distance::Lines(lines) => lines,
            moving::Distance::HalfPages(times) => times.saturating_mul((page / 2).max(1) as isize),
            moving::Distance::Pages(times) => times.saturating_mul(page.max(1) as isize),
        };
        view.cursor = view.cursor.saturating_add_signed(lines).min(last);
    } else if command == Command::Top || (command == Command::Bottom && count.is_some()) {
        view.cursor = count.unwrap_or(1).saturating_sub(1).min(last);
    } else if command == Command::Bottom {
        view.cursor = last;
    } else if matches!(command, Command::Open | Command::PageOn) {
        change(app, 1, true);
    } else if command == Command::FocusRight {
        change(app, times, false);
    } else if command == Command::FocusLeft {
        change(app, -times, false);
    } else if command == Command::TagRemove {
        as_shipped(app);
    } else if command == Command::Undo {
        undo(app);
    } else if matches!(command, Command::Settings | Command::Back | Command::Cancel) {
        app.settings_view = None;
    } else {
        let sentence = format!("{} closes the settings.", app.key_for(Command::Back));
        app.tell(&sentence);
    }
    keep_visible(app);
    false
}

/// What means the same over the settings as it does elsewhere.
const MEANT_AS_EVER: &[Command] =
    &[Command::Quit, Command::Suspend, Command::Redraw, Command::Palette, Command::CommandLine, Command::Help];

/// A value was typed for a setting.
///
/// # Errors
/// A sentence that says what it may be.
pub fn typed(app: &mut App, name: &'static str, text: &str) -> Result<(), CleanText> {
    let Some(setting) = Setting::named(name) else { return Ok(()) };
    let unknown = |text: &str| !app.settings.config.themes.names().contains(&text);
    let value = match setting.typed(text) {
        Some(Value::Word(theme)) if setting.kind == Kind::Theme && unknown(&theme) => None,
        value => value,
    };
    let Some(value) = value else {
        return Err(words(&format!("{name} is {}.", setting.wanted().replace('"', ""))));
    };
    set(app, name, Some(value));
    Ok(())
}

/// Sets a setting by its name, or shows it where no value is given.
///
/// # Errors
/// There is none of that name, or it can't be that.
pub fn named(app: &mut App, name: &str, value: &str) -> Result<(), CleanText> {
    let Some(setting) = Setting::named(name) else {
        let meant = nearest_of(name, SETTINGS.iter().map(|it| it.name));
        let meant = meant.map_or(" Tab lists them all.".to_owned(), |it| format!(" Did you mean {it}?"));
        return Err(words(&format!("There is no setting {name}.{meant}")));
    };
    if value.is_empty() {
        open(app, Some(setting.name));
        return Ok(());
    }
    typed(app, setting.name, value.trim_matches('"'))?;
    app.tell(&format!("{} is {value} now, in your settings too.", setting.name));
    Ok(())
}

impl App {
    pub fn settings_view(&self) -> Option<&SettingsView> {
        self.settings_view.as_ref()
    }

    pub fn setting_rows(&self) -> Vec<SettingRow> {
        let row = |shown: &Shown| SettingRow {
            name: shown.setting.name,
            value: words(&value_text(shown.setting, &shown.value)),
            as_shipped: shown.value == shown.shipped,
        };
        self.settings.config.shown().iter().map(row).collect()
    }

    /// `3 of 15`.
    pub(super) fn settings_position(&self) -> CleanText {
        let at = self.settings_view.as_ref().map_or(0, |it| it.cursor);
        words(&format!("{} of {}", at + 1, SETTINGS.len()))
    }

    /// About the selected one.
    pub fn setting_detail(&self) -> Option<SettingDetail> {
        let shown = self.selected_setting()?;
        let file = self.settings.config.file.as_ref().and_then(|it| it.file_name());
        let file = file.map_or_else(|| "the settings".to_owned(), |it| it.to_string_lossy().into_owned());
        let origin = match shown.source {
            Source::Shipped => "Not set, so as shipped.".to_owned(),
            Source::File { line } => format!("Set in {file}, line {line}."),
            Source::Flag(flag) => format!("Set on the command line by {flag}."),
        };
        let shipped = value_text(shown.setting, &shown.shipped);
        Some(SettingDetail {
            doc: words(&documentation(shown.setting.name)),
            origin: words(&format!("As shipped: {shipped}. {origin}")),
        })
    }

    fn selected_setting(&self) -> Option<Shown> {
        let view = self.settings_view.as_ref()?;
        self.settings.config.shown().into_iter().nth(view.cursor)
    }
}

fn value_text(setting: &Setting, value: &Value) -> String {
    match setting.text(value) {
        text if text.is_empty() => "(empty)".to_owned(),
        text => text,
    }
}

/// Takes the next value, or asks for one where there is no next.
fn change(app: &mut App, steps: isize, may_ask: bool) {
    let Some(shown) = app.selected_setting() else { return };
    let setting = shown.setting;
    let stepped = |words: &[&str], now: &str| {
        let at = words.iter().position(|it| *it == now).unwrap_or(0) as isize;
        let next = at.saturating_add(steps).rem_euclid(words.len().max(1) as isize);
        words.get(next.unsigned_abs()).map(|it| Value::Word((*it).to_owned()))
    };
    let next = match (setting.kind, &shown.value) {
        (Kind::Switch, Value::Switch(on)) => Some(Value::Switch(!on)),
        (Kind::Choice(words), Value::Word(now)) => stepped(words, now),
        (Kind::Theme, Value::Word(now)) => stepped(&app.settings.config.themes.names(), now),
        (Kind::Number { least, most }, Value::Number(now)) if !may_ask => {
            Some(Value::Number(now.saturating_add(steps as i64).clamp(least, most)))
        }
        (Kind::Number { .. } | Kind::Time { .. } | Kind::Size { .. } | Kind::Words, _) if may_ask => {
            let text = setting.text(&shown.value);
            prompting::open(app, PromptKind::Setting { name: setting.name }, &text);
            return;
        }
        _ => {
            let sentence = format!("{} is typed: {} asks for it.", setting.name, app.key_for(Command::Open));
            app.tell(&sentence);
            return;
        }
    };
    set(app, setting.name, next);
}

fn as_shipped(app: &mut App) {
    let Some(shown) = app.selected_setting() else { return };
    match shown.source {
        Source::Shipped => app.tell("It is as shipped."),
        Source::File { .. } | Source::Flag(_) => set(app, shown.setting.name, None),
    }
}

/// Puts back what stood in the file before the newest change made here.
fn undo(app: &mut App) {
    let before = app.settings_view.as_mut().and_then(|it| it.changed.pop());
    match before {
        None => app.tell("Nothing was changed here that could be put back."),
        Some((name, value)) => {
            if let Some(view) = &mut app.settings_view {
                view.cursor = SETTINGS.iter().position(|it| it.name == name).unwrap_or(view.cursor);
            }
            app.outbox.push(Effect::WriteSetting { name, value });
        }
    }
}

fn set(app: &mut App, name: &'static str, value: Option<Value>) {
    let Some(before) = app.settings.config.shown().into_iter().find(|it| it.setting.name == name) else { return };
    let in_file = match before.source {
        Source::Flag(flag) => {
            app.tell(&format!("{flag} on the command line goes before it. Start without it to change {name}."));
            return;
        }
        Source::File { .. } => Some(before.value.clone()),
        Source::Shipped => None,
    };
    if value.as_ref() == Some(&before.value) {
        return;
    }
    if let Some(view) = &mut app.settings_view
        && view.changed.len() < CHANGED_MAX
    {
        view.changed.push((name, in_file));
    }
    app.outbox.push(Effect::WriteSetting { name, value });
}

/// Rows that are on screen.
fn page(app: &App) -> usize {
    let height = app.geometry().middle.height;
    usize::from(height.saturating_sub(DETAIL_LINES + 1)).max(1)
}

fn keep_visible(app: &mut App) {
    let page = page(app);
    if let Some(view) = &mut app.settings_view {
        view.top = view.top.clamp((view.cursor + 1).saturating_sub(page), view.cursor);
    }
}

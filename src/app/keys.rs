//! Keys to commands: counts, sequences, macros, and what to say about a key that means nothing. A key is one thing's
//! only: while a line, a menu or letters over links are open, they get it and no command runs.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::command::{Command, Key, KeyCode, Lookup};
use crate::news::CleanText;

use super::history::History;
use super::line_editor::{Edit, LineEditor};
use super::marks::Mark;
use super::measure::{counted, words};
use super::{App, Ticket, act, health, help, link_hints, offer, palette, prompting, sorting, together};

/// A count beyond this is held here; no list is longer.
const COUNT_MAX: usize = 9_999_999;
/// Keys of one macro.
const MACRO_KEYS_MAX: usize = 1_000;
/// Keys that one playing may press, however often it is asked to repeat.
const MACRO_PRESSES_MAX: usize = 10_000;

/// After so long a pause within a sequence the keys that may follow are shown.
pub const WHICH_KEY_PAUSE: Duration = Duration::from_millis(300);

/// What the keyboard is in the middle of, and what it remembers.
#[derive(Debug, Default)]
pub struct Keyboard {
    /// The command that waits for one more key of its own.
    awaiting: Option<Awaiting>,
    /// Nobody has pressed a key for [`WHICH_KEY_PAUSE`] within a sequence.
    paused: bool,
    recording: Option<(char, Vec<Key>)>,
    macros: BTreeMap<char, Vec<Key>>,
    macro_last: Option<char>,
    playing: bool,
    /// The last change, for repeating it.
    pub mark_last: Option<Mark>,
    /// What was entered on the command line.
    pub commands: History,
    /// What was looked for.
    pub searches: History,
    /// Pages handed to the browser together, whose success is not told one by one.
    pub opening_many: usize,
    /// Pages that are fetched for a selection.
    pub pages: together::Pages,
    /// Somebody wants to go to the next feed as soon as this list is read.
    pub hop_when_read: bool,
    /// The question for all that is unread, which is to be marked read.
    pub everything: Option<Ticket>,
}

impl Keyboard {
    /// With the lines that were entered before.
    pub fn remembering(commands: History, searches: History) -> Keyboard {
        Keyboard { commands, searches, ..Keyboard::default() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaiting {
    /// The letter of the macro to play, with how often.
    Macro(usize),
    /// The letter to record under.
    MacroRecord,
    Order,
}

/// Keys that may follow, for the popup.
#[derive(Debug, PartialEq)]
pub struct Menu {
    /// The keys typed so far.
    pub typed: CleanText,
    pub entries: Vec<(CleanText, CleanText)>,
}

/// A key was pressed.
pub fn pressed(app: &mut App, key: Key) {
    app.keyboard.paused = false;
    // A terminal sends Esc and a key pressed right after it as that key with Alt. Where that means nothing, it was both.
    if key.alt && matches!(key.code, KeyCode::Char(_)) && !means_something(app, key) {
        pressed(app, Key { code: KeyCode::Escape, control: false, alt: false, shift: false });
        pressed(app, Key { alt: false, ..key });
        return;
    }
    if let Some((_, keys)) = &mut app.keyboard.recording
        && keys.len() < MACRO_KEYS_MAX
    {
        keys.push(key);
    }
    if app.prompt.is_some() {
        prompting::pressed(app, key);
    } else if app.palette.is_some() {
        palette::pressed(app, key);
    } else if app.offer.open {
        offer::pressed(app, key);
    } else if app.link_hints.is_some() {
        link_hints::pressed(app, key);
    } else if let Some(awaiting) = app.keyboard.awaiting.take() {
        awaited(app, awaiting, key);
    } else if app.help.as_ref().is_some_and(|it| it.is_searching()) {
        help::search_pressed(app, key);
    } else if !health::pressed(app, key) {
        command_key(app, key);
    }
}

/// Whether a key with Alt is a key of the open line, or bound.
fn means_something(app: &App, key: Key) -> bool {
    let types = app.prompt.is_some() || app.palette.is_some() || app.help.as_ref().is_some_and(|it| it.is_searching());
    if types {
        return LineEditor::with("a b").key(key) != Edit::Ignored;
    }
    let keys = [app.pending.as_slice(), &[key]].concat();
    !matches!(app.settings.keys.lookup(&keys), Lookup::Unknown { .. })
}

fn command_key(app: &mut App, key: Key) {
    let bare = !key.control && !key.alt;
    if let KeyCode::Char(digit @ '0'..='9') = key.code
        && bare
        && app.pending.is_empty()
        && (digit != '0' || app.count.is_some())
    {
        let value = usize::try_from(u32::from(digit) - u32::from('0')).unwrap_or_default();
        app.count = Some((app.count.unwrap_or(0) * 10 + value).min(COUNT_MAX));
        return;
    }
    if key.code == KeyCode::Escape && (app.count.is_some() || !app.pending.is_empty()) {
        app.count = None;
        app.pending.clear();
        return;
    }
    app.pending.push(key);
    match app.settings.keys.lookup(&app.pending) {
        Lookup::Matched(command) => {
            app.pending.clear();
            let count = app.count.take();
            act::perform(app, command, count);
        }
        Lookup::Pending(_) => {}
        Lookup::Unknown { nearest } => {
            let typed: String = app.pending.drain(..).map(|it| it.to_string()).collect();
            app.count = None;
            let help = app.key_for(Command::Help);
            match nearest {
                Some((keys, command)) => {
                    app.tell(&format!("{typed} is not bound. {keys}: {}. {help} shows all keys.", command.entry().doc));
                }
                None => app.tell(&format!("{typed} is not bound. {help} shows all keys.")),
            }
        }
    }
}

/// The macro key: plays or records the macro of the next key, or ends what is being recorded.
pub fn macro_key(app: &mut App, count: Option<usize>) {
    match app.keyboard.recording.take() {
        Some((letter, mut keys)) => {
            // The key that ends it is not part of it.
            let own = app.settings.keys.keys_of(Command::Macro).first().map_or(1, |it| it.chars().count().max(1));
            keys.truncate(keys.len().saturating_sub(own));
            let macro_key = app.key_for(Command::Macro);
            let count = counted(keys.len(), "key", "keys");
            app.tell(&format!("Recorded {count} as {letter}. {macro_key}{letter} plays them."));
            app.keyboard.macros.insert(letter, keys);
            app.keyboard.macro_last = Some(letter);
        }
        None => app.keyboard.awaiting = Some(Awaiting::Macro(count.unwrap_or(1))),
    }
}

/// Plays the macro of a letter so many times.
pub fn play(app: &mut App, letter: char, times: usize) {
    let Some(keys) = app.keyboard.macros.get(&letter).cloned() else {
        let macro_key = app.key_for(Command::Macro);
        app.tell(&format!("Nothing is recorded as {letter}. {macro_key}{macro_key}{letter} records it."));
        return;
    };
    if app.keyboard.playing {
        app.tell("A macro that plays a macro would never end; it was left out.");
        return;
    }
    app.keyboard.macro_last = Some(letter);
    app.keyboard.playing = true;
    let presses = keys.len().saturating_mul(times).min(MACRO_PRESSES_MAX);
    for key in keys.iter().cycle().take(presses) {
        pressed(app, *key);
    }
    app.keyboard.playing = false;
}

/// Asks for the order of the list.
pub fn ask_order(app: &mut App) {
    app.keyboard.awaiting = Some(Awaiting::Order);
}

fn awaited(app: &mut App, awaiting: Awaiting, key: Key) {
    let letter = if let KeyCode::Char(it) = key.code { Some(it).filter(|_| !key.control && !key.alt) } else { None };
    let is_macro_key = app.settings.keys.lookup(&[key]) == Lookup::Matched(Command::Macro);
    match (awaiting, letter) {
        (Awaiting::Order, _) => sorting::chosen(app, key),
        (Awaiting::Macro(_), _) if is_macro_key => app.keyboard.awaiting = Some(Awaiting::MacroRecord),
        (Awaiting::Macro(times), Some('.')) => match app.keyboard.macro_last {
            Some(letter) => play(app, letter, times),
            None => app.tell("No macro has been played or recorded yet."),
        },
        (Awaiting::Macro(times), Some(letter @ 'a'..='z')) => play(app, letter, times),
        (Awaiting::MacroRecord, Some(letter @ 'a'..='z')) => {
            app.keyboard.recording = Some((letter, Vec::new()));
            let macro_key = app.key_for(Command::Macro);
            app.tell(&format!("Recording as {letter}. {macro_key} ends it."));
        }
        (Awaiting::Macro(_) | Awaiting::MacroRecord, _) if key.code == KeyCode::Escape => {}
        (Awaiting::Macro(_) | Awaiting::MacroRecord, _) => app.tell("A macro has a letter from a to z."),
    }
}

impl App {
    /// Whether a pause now would have something to show: a sequence is not complete and nothing is shown of it yet.
    pub fn waits_for_key(&self) -> bool {
        !self.keyboard.paused && (!self.pending.is_empty() || self.keyboard.awaiting.is_some())
    }

    /// What may follow, once somebody has paused within a sequence; the menu of orders shows itself at once.
    pub fn menu(&self) -> Option<Menu> {
        if let Some(awaiting) = self.keyboard.awaiting {
            return (self.keyboard.paused || awaiting == Awaiting::Order).then(|| self.awaiting_menu(awaiting));
        }
        if self.pending.is_empty() || !self.keyboard.paused {
            return None;
        }
        let Lookup::Pending(next) = self.settings.keys.lookup(&self.pending) else { return None };
        let entry = |(key, commands): &(Key, Vec<Command>)| {
            let first = commands.first().map_or("…", |it| it.name()).replace('-', " ");
            let text = if commands.len() > 1 { format!("{first} …") } else { first };
            (words(&key.to_string()), words(&text))
        };
        Some(Menu { typed: self.typed_so_far(), entries: next.iter().map(entry).collect() })
    }

    fn awaiting_menu(&self, awaiting: Awaiting) -> Menu {
        let macro_key = self.key_for(Command::Macro);
        let plays = |verb: &str| -> Vec<(CleanText, CleanText)> {
            let recorded = self.keyboard.macros.iter();
            let entry = |(letter, keys): (&char, &Vec<Key>)| {
                (words(&letter.to_string()), words(&format!("{verb} {}", Key::sequence_text(keys))))
            };
            recorded.map(entry).collect()
        };
        let entries = match awaiting {
            Awaiting::Order => sorting::NAMES.iter().map(|it| (words(&it.1.to_string()), words(it.3))).collect(),
            Awaiting::Macro(_) => {
                let mut entries = plays("play");
                if entries.is_empty() {
                    entries.push((words("a … z"), words("play what is recorded")));
                }
                entries.push((words("."), words("play the last one again")));
                entries.push((words(&macro_key), words("record one")));
                entries
            }
            Awaiting::MacroRecord => {
                let mut entries = plays("replace");
                entries.push((words("a … z"), words("record under this letter")));
                entries
            }
        };
        Menu { typed: self.typed_so_far(), entries }
    }

    /// `3g`, `,`: what has been typed of something that is not complete.
    pub fn typed_so_far(&self) -> CleanText {
        let mut typed: String = self.count.map(|it| it.to_string()).unwrap_or_default();
        typed.extend(self.pending.iter().map(ToString::to_string));
        match self.keyboard.awaiting {
            Some(Awaiting::Macro(times)) => {
                let times = if times > 1 { times.to_string() } else { String::new() };
                typed = format!("{times}{}", self.key_for(Command::Macro));
            }
            Some(Awaiting::MacroRecord) => typed = self.key_for(Command::Macro).repeat(2),
            Some(Awaiting::Order) => typed = self.key_for(Command::Sort),
            None => {}
        }
        words(&typed)
    }

    /// The letter that is being recorded under.
    pub fn recording(&self) -> Option<char> {
        self.keyboard.recording.as_ref().map(|it| it.0)
    }
}

/// A pause within a sequence has become long.
pub fn paused(app: &mut App) {
    app.keyboard.paused = app.waits_for_key();
}

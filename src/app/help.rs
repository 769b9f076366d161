//! A page over the panes: the keys that are bound now, made from the table of commands and the key map so that it can't
//! differ from either; or what a program had to say. It can be searched and shows nothing that is not so.

use crate::command::{COMMANDS, Command, Entry, Group, Key, KeyCode, KeyMap, OwnKey, Place, Preset};
use crate::news::CleanText;
use crate::query::GUIDE;

use super::line_editor::LineEditor;
use super::measure::{width as width_of, words};
use super::{App, Pane, moving};

/// A line of help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    /// What the groups below have in common.
    Part(&'static str),
    Heading(&'static str),
    Command {
        keys: CleanText,
        name: &'static str,
        doc: &'static str,
    },
    Text(CleanText),
    Blank,
}

/// The page and how far it is scrolled.
#[derive(Clone, Debug, PartialEq)]
pub struct Help {
    pub title: CleanText,
    /// What is shown of it: all, or what has the words that are looked for.
    pub lines: Vec<HelpLine>,
    pub top: usize,
    /// The words that are looked for.
    pub search: Option<LineEditor>,
    typing: bool,
    all: Vec<HelpLine>,
}

/// The keys' part of a row, with the air around the row.
const ROW_WIDTH_BESIDE_DOC: usize = 26;
const COLUMNS_MAX: u16 = 3;

impl Help {
    /// The keys that are bound now: first those for the place that is in view, then all others, each part by group. What no
    /// key asks for stands at the end with its name, for the command line.
    pub fn of(keys: &KeyMap, place: Place) -> Help {
        let mut lines = vec![HelpLine::Part(place.title())];
        for own in place.own_keys() {
            let (keys, name, doc) = match *own {
                OwnKey::Fixed(key, doc) => (key.to_owned(), "", doc),
                OwnKey::Of(command, doc) => (keys.keys_of(command).join("  "), command.name(), doc),
            };
            lines.push(HelpLine::Command { keys: words(&keys), name, doc });
        }
        let here = place.commands();
        let bound = |it: &Entry| !keys.keys_of(it.command).is_empty();
        grouped(keys, &mut lines, |it| bound(it) && here.contains(&it.command));
        lines.push(HelpLine::Blank);
        lines.push(HelpLine::Part(if place.own_keys().is_empty() { "Everywhere" } else { "Once this is closed" }));
        grouped(keys, &mut lines, |it| bound(it) && !here.contains(&it.command));
        lines.push(HelpLine::Blank);
        lines.push(HelpLine::Part("By name"));
        for entry in COMMANDS.iter().filter(|it| !bound(it)) {
            lines.push(HelpLine::Command {
                keys: words(&format!(":{}", entry.name)),
                name: entry.name,
                doc: entry.doc,
            });
        }
        let title = match keys.preset_name() {
            Preset::Default => "Keys".to_owned(),
            preset @ (Preset::Newsboat | Preset::Elfeed | Preset::Nnw) => format!("Keys ({})", preset.name()),
        };
        Help::page(words(&title), lines)
    }

    /// The language of queries, from the table that README is made from.
    pub fn of_language() -> Help {
        let mut lines = vec![
            HelpLine::Text(CleanText::own(
                "A space means and. Case does not matter. Signs and spaces in a value: put it in quotes.",
            )),
            HelpLine::Blank,
        ];
        for row in GUIDE {
            lines.push(HelpLine::Heading(row.heading));
            lines.push(HelpLine::Text(words(&row.examples.join(" · "))));
            lines.push(HelpLine::Text(words(row.meaning)));
            lines.push(HelpLine::Blank);
        }
        lines.pop();
        Help::page(CleanText::own("Queries"), lines)
    }

    /// What somebody is asked to look at before it is done.
    pub fn of_preview(title: CleanText, lines: Vec<HelpLine>) -> Help {
        Help::page(title, lines)
    }

    /// Lines of a program's.
    pub fn of_output(title: CleanText, lines: Vec<CleanText>) -> Help {
        let line = |it: CleanText| if it.is_empty() { HelpLine::Blank } else { HelpLine::Text(it) };
        Help::page(title, lines.into_iter().map(line).collect())
    }

    fn page(title: CleanText, lines: Vec<HelpLine>) -> Help {
        Help { title, all: lines.clone(), lines, top: 0, search: None, typing: false }
    }

    /// Whether it is a program's own text.
    pub fn is_output(&self) -> bool {
        self.all.iter().any(|it| matches!(it, HelpLine::Text(_)))
    }

    pub fn is_searching(&self) -> bool {
        self.typing
    }

    /// How many columns stand side by side on a screen of this width: as many as show every row whole. A program's text
    /// is one column.
    pub fn columns(&self, width: u16) -> u16 {
        if self.is_output() {
            return 1;
        }
        let docs = self.lines.iter().map(|it| match it {
            HelpLine::Command { doc, .. } => width_of(doc),
            HelpLine::Part(_) | HelpLine::Heading(_) | HelpLine::Text(_) | HelpLine::Blank => 0,
        });
        let needed = (docs.max().unwrap_or(0) + ROW_WIDTH_BESIDE_DOC) as u16;
        (width / needed).clamp(1, COLUMNS_MAX)
    }

    /// Scrolls by `lines`, and never past the end of a page of so many columns of `height` lines.
    pub fn scroll(&mut self, lines: isize, columns: u16, height: usize) {
        let mut top_max = self.lines.len().saturating_sub(height * usize::from(columns));
        while top_max < self.lines.len()
            && self.placed_from(top_max, columns, height).len() < self.lines.len() - top_max
        {
            top_max += 1;
        }
        self.top = self.top.saturating_add_signed(lines).min(top_max);
    }

    /// Where each line of a page of keys stands, from the topmost on: its column and its row. No heading is the last of a
    /// column, with what it is over in the next one.
    pub fn placed(&self, columns: u16, height: usize) -> Vec<(u16, u16)> {
        self.placed_from(self.top, columns, height)
    }

    fn placed_from(&self, top: usize, columns: u16, height: usize) -> Vec<(u16, u16)> {
        let mut placed = Vec::new();
        let (mut column, mut row) = (0, 0);
        for line in &self.lines[top.min(self.lines.len())..] {
            // A part has a heading below it, and that a row.
            let wanted = match line {
                HelpLine::Part(_) => 3,
                HelpLine::Heading(_) => 2,
                HelpLine::Command { .. } | HelpLine::Text(_) | HelpLine::Blank => 1,
            };
            if row + wanted > height && row > 0 {
                (column, row) = (column + 1, 0);
            }
            if column >= columns {
                break;
            }
            placed.push((column, row as u16));
            row += 1;
        }
        placed
    }

    /// Keeps the rows that have all words; headings stay with their rows.
    fn narrow(&mut self) {
        self.top = 0;
        let wanted = self.search.as_ref().map(|it| it.text().to_lowercase()).unwrap_or_default();
        let wanted: Vec<&str> = wanted.split_whitespace().collect();
        let has = |text: String| wanted.iter().all(|it| text.to_lowercase().contains(it));
        if wanted.is_empty() {
            self.lines.clone_from(&self.all);
            return;
        }
        let mut lines: Vec<HelpLine> = Vec::new();
        let mut part: Option<&HelpLine> = None;
        let mut heading: Option<&HelpLine> = None;
        for line in &self.all {
            let kept = match line {
                HelpLine::Part(_) => {
                    part = Some(line);
                    heading = None;
                    false
                }
                HelpLine::Heading(_) => {
                    heading = Some(line);
                    false
                }
                HelpLine::Command { keys, name, doc } => has(format!("{keys} {name} {doc}")),
                HelpLine::Text(text) => has(text.to_string()),
                HelpLine::Blank => false,
            };
            if kept {
                if let Some(part) = part.take() {
                    lines.extend((!lines.is_empty()).then_some(HelpLine::Blank));
                    lines.push(part.clone());
                }
                lines.extend(heading.take().cloned());
                lines.push(line.clone());
            }
        }
        self.lines = lines;
    }
}

/// Over what help is opened.
pub fn place(app: &App) -> Place {
    if app.settings_view.is_some() {
        return Place::Settings;
    }
    if app.health.is_some() {
        return Place::Health;
    }
    match app.focus {
        Pane::Feeds => Place::Feeds,
        Pane::Articles => Place::Articles,
        Pane::Text => Place::Text,
        Pane::Info => Place::Info,
    }
}

/// The wanted commands under the headings of their groups, in the order of the table.
fn grouped(keys: &KeyMap, lines: &mut Vec<HelpLine>, wanted: impl Fn(&Entry) -> bool) {
    let mut group_before: Option<Group> = None;
    for entry in COMMANDS.iter().filter(|it| wanted(it)) {
        if group_before.replace(entry.group) != Some(entry.group) {
            lines.push(HelpLine::Heading(entry.group.title()));
        }
        let bound = keys.keys_of(entry.command).join("  ");
        lines.push(HelpLine::Command { keys: words(&bound), name: entry.name, doc: entry.doc });
    }
}

/// What a command means while help covers the panes. `true` where it means what it always means.
pub fn perform(app: &mut App, command: Command, count: Option<usize>) -> bool {
    if matches!(command, Command::Quit | Command::Suspend | Command::Redraw) {
        return true;
    }
    let area = app.geometry().middle;
    let times = count.unwrap_or(1) as isize;
    let Some(help) = &mut app.help else { return true };
    let (height, columns) = (usize::from(area.height.saturating_sub(1)), help.columns(area.width));
    let page = (height * usize::from(columns)).max(2) as isize - 1;
    let to_line = |line: usize| isize::try_from(line).unwrap_or(isize::MAX);
    if let Some(distance) = moving::distance_of(command, times) {
        let lines = match distance {
            moving::Distance::Lines(lines) => lines,
            moving::Distance::HalfPages(times) => times.saturating_mul(page / 2),
            moving::Distance::Pages(times) => times.saturating_mul(page),
        };
        help.scroll(lines, columns, height);
    } else if command == Command::Top || (command == Command::Bottom && count.is_some()) {
        help.top = 0;
        help.scroll(to_line(count.unwrap_or(1).saturating_sub(1)), columns, height);
    } else if command == Command::Bottom {
        help.scroll(isize::MAX, columns, height);
    } else if command == Command::Search {
        help.typing = true;
        help.search.get_or_insert_default();
    } else if command == Command::Cancel && help.search.is_some() {
        help.search = None;
        help.narrow();
    } else if matches!(command, Command::Help | Command::Back | Command::Cancel | Command::Open) {
        app.help = None;
    } else {
        let sentence = format!("{} closes this page.", app.key_for(Command::Back));
        app.tell(&sentence);
    }
    false
}

/// A key while the words to look for are typed.
pub fn search_pressed(app: &mut App, key: Key) {
    let Some(help) = &mut app.help else { return };
    let Some(line) = &mut help.search else { return };
    match (key.code, key.control) {
        (KeyCode::Enter, _) => help.typing = false,
        (KeyCode::Escape, _) | (KeyCode::Char('c' | 'g'), true) => {
            help.typing = false;
            help.search = None;
            help.narrow();
        }
        (KeyCode::Backspace, false) if line.text().is_empty() => {
            help.typing = false;
            help.search = None;
        }
        _ => {
            line.key(key);
            help.narrow();
        }
    }
}

/// Text pasted while the words to look for are typed.
pub fn pasted(app: &mut App, text: &str) {
    if let Some(help) = &mut app.help
        && let Some(line) = &mut help.search
    {
        line.insert(text);
        help.narrow();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_help_once_under_its_keys_or_its_name_wherever_it_is_opened() {
        for (preset, place) in Preset::ALL.into_iter().flat_map(|it| Place::ALL.map(|place| (it, place))) {
            let keys = KeyMap::preset(preset);
            let help = Help::of(&keys, place);
            let own = place.own_keys().len();
            for entry in COMMANDS {
                let rows = help.lines.iter().skip(1 + own).filter_map(|it| match it {
                    HelpLine::Command { keys, name, doc } if *name == entry.name => Some((keys.as_str(), *doc)),
                    HelpLine::Command { .. }
                    | HelpLine::Part(_)
                    | HelpLine::Heading(_)
                    | HelpLine::Text(_)
                    | HelpLine::Blank => None,
                });
                let bound = keys.keys_of(entry.command);
                let expected = if bound.is_empty() { format!(":{}", entry.name) } else { bound.join("  ") };
                assert_eq!(rows.collect::<Vec<_>>(), [(words(&expected).as_str(), entry.doc)], "{}", preset.name());
            }
        }
    }

    #[test]
    fn what_is_for_the_place_in_view_comes_first_and_what_has_no_key_last() {
        let help = Help::of(&KeyMap::shipped(), Place::Text);
        let at = |name: &str| {
            let is_it = |it: &HelpLine| matches!(it, HelpLine::Command { name: found, .. } if *found == name);
            help.lines.iter().position(is_it).expect("a row")
        };
        let part = |title: &'static str| help.lines.iter().position(|it| *it == HelpLine::Part(title)).expect("a part");
        assert_eq!(part("Here, in the text"), 0);
        assert!(at("link-hints") < part("Everywhere") && part("Everywhere") < at("filter"));
        assert!(part("By name") < at("preset") && at("subscribe") < part("By name"));
    }

    #[test]
    fn no_heading_stands_alone_at_the_foot_of_a_column_and_the_end_can_be_reached() {
        for place in Place::ALL {
            for (columns, height) in (1..=3).flat_map(|it| (3..60).map(move |height| (it, height))) {
                let mut help = Help::of(&KeyMap::shipped(), place);
                for top in [0, 7, 40, isize::MAX] {
                    help.top = 0;
                    help.scroll(top, columns, height);
                    let placed = help.placed(columns, height);
                    let lines = &help.lines[help.top..help.top + placed.len()];
                    for (line, (_, row)) in lines.iter().zip(&placed) {
                        let is_heading = matches!(line, HelpLine::Part(_) | HelpLine::Heading(_));
                        assert!(!is_heading || usize::from(*row) + 1 < height, "{line:?}");
                        assert!(usize::from(*row) < height);
                    }
                    assert!(top != isize::MAX || help.top + placed.len() == help.lines.len());
                }
            }
        }
    }

    #[test]
    fn searching_keeps_rows_with_all_words_under_their_headings() {
        let mut help = Help::of(&KeyMap::shipped(), Place::Feeds);
        help.search = Some(LineEditor::with("copy link"));
        help.narrow();
        assert_eq!(help.lines.len(), 3, "{:?}", help.lines);
        assert_eq!(help.lines[..2], [HelpLine::Part("Everywhere"), HelpLine::Heading("Out")]);
    }
}

//! How a person wants the screen used: which panes stand beside which, how large they are, what is folded. What is
//! remembered from one start to the next is text that the shell keeps; a line that nobody understands is passed over.

use crate::news::{FolderPath, TagName};

use super::geometry::{Border, Shares};
use super::history::History;
use super::list::Grouping;
use super::tree::Node;
use super::{App, Arrangement, Effect, Geometry, Pane};

/// What outlives the reader's end.
#[derive(Clone, Debug, PartialEq)]
pub struct Remembered {
    /// `None` where the size decides.
    pub layout: Option<Arrangement>,
    pub shares: Shares,
    pub zen: bool,
    /// `None` where it is as the settings say.
    pub info_beside: Option<bool>,
    pub info_under: bool,
    pub grouping: Grouping,
    /// Nodes of the tree that a person closed, and whether anything was ever folded by hand.
    pub closed: Vec<Node>,
    pub folded: bool,
    /// What was entered on the command line, and what was looked for.
    pub commands: History,
    pub searches: History,
}

/// Lines read of what was remembered; more is not what this program wrote.
const LINES_MAX: usize = 20_000;
/// How far a key moves a border, in cells across and lines down.
const STEP_ACROSS: i32 = 2;
const STEP_DOWN: i32 = 1;

impl Default for Remembered {
    fn default() -> Remembered {
        Remembered {
            layout: None,
            shares: Shares::default(),
            zen: false,
            info_beside: None,
            info_under: false,
            grouping: Grouping::Day,
            closed: Vec::new(),
            folded: false,
            commands: History::default(),
            searches: History::default(),
        }
    }
}

const LAYOUTS: [(Arrangement, &str, &str); 4] = [
    (Arrangement::One, "one", "one pane at a time"),
    (Arrangement::Stacked, "two", "the list over the text"),
    (Arrangement::Three, "three", "feeds, list and text"),
    (Arrangement::Four, "four", "feeds, list, text and info"),
];

const BORDERS: [(Border, &str); 5] = [
    (Border::FeedsWidth, "feeds-width"),
    (Border::ListWidth, "list-width"),
    (Border::ListHeight, "list-height"),
    (Border::InfoWidth, "info-width"),
    (Border::InfoHeight, "info-height"),
];

const GROUPINGS: [(Grouping, &str); 4] =
    [(Grouping::Day, "day"), (Grouping::Feed, "feed"), (Grouping::Tag, "tag"), (Grouping::Nothing, "nothing")];

impl Remembered {
    /// One `name value` a line.
    pub fn to_text(&self) -> String {
        let yes = |it: bool| if it { "yes" } else { "no" };
        let layout = LAYOUTS.iter().find(|it| Some(it.0) == self.layout).map_or("by-size", |it| it.1);
        let grouping = GROUPINGS.iter().find(|it| it.0 == self.grouping).map_or("day", |it| it.1);
        let (zen, under, folded) = (yes(self.zen), yes(self.info_under), yes(self.folded));
        let mut out = format!("layout {layout}\nzen {zen}\ninfo-under {under}\ngroup {grouping}\nfolded {folded}\n");
        if let Some(beside) = self.info_beside {
            out.push_str(&format!("info-beside {}\n", yes(beside)));
        }
        for (border, name) in BORDERS {
            if let Some(share) = self.shares.of(border) {
                out.push_str(&format!("{name} {share}\n"));
            }
        }
        let mut closed: Vec<String> = self.closed.iter().filter_map(closed_line).collect();
        closed.sort();
        closed.iter().for_each(|it| out.push_str(&format!("{it}\n")));
        self.commands.kept().for_each(|it| out.push_str(&format!("command {it}\n")));
        self.searches.kept().for_each(|it| out.push_str(&format!("search {it}\n")));
        out
    }

    /// The way back. What is not understood keeps its usual value.
    pub fn parse(text: &str) -> Remembered {
        let mut out = Remembered::default();
        for line in text.lines().take(LINES_MAX) {
            let (name, value) = line.split_once(' ').unwrap_or((line, ""));
            match name {
                "layout" => out.layout = LAYOUTS.iter().find(|it| it.1 == value).map(|it| it.0),
                "zen" => out.zen = value == "yes",
                "info-beside" => out.info_beside = Some(value == "yes"),
                "info-under" => out.info_under = value == "yes",
                "folded" => out.folded = value == "yes",
                "group" => {
                    if let Some((grouping, _)) = GROUPINGS.iter().find(|it| it.1 == value) {
                        out.grouping = *grouping;
                    }
                }
                "command" => out.commands.add(value),
                "search" => out.searches.add(value),
                "closed-folder" => out.closed.push(Node::Folder(FolderPath::parse(value))),
                "closed-tag" => out.closed.extend(TagName::parse(value).ok().map(Node::Tag)),
                "closed-heading" if value == "tags" => out.closed.push(Node::Tags),
                "closed-heading" if value == "searches" => out.closed.push(Node::Searches),
                _ => {
                    let border = BORDERS.iter().find(|it| it.1 == name);
                    if let (Some((border, _)), Ok(share)) = (border, value.parse()) {
                        out.shares.set(*border, share);
                    }
                }
            }
        }
        out
    }
}

fn closed_line(node: &Node) -> Option<String> {
    match node {
        Node::Folder(path) => Some(format!("closed-folder {}", path.levels().collect::<Vec<_>>().join("/"))),
        Node::Tag(name) => Some(format!("closed-tag {name}")),
        Node::Tags => Some("closed-heading tags".to_owned()),
        Node::Searches => Some("closed-heading searches".to_owned()),
        Node::All | Node::Today | Node::Starred | Node::Feed(_) | Node::Search(_) => None,
    }
}

/// The next of the layouts for which there is room, and after the last the one that fits the size.
pub fn cycle(app: &mut App) {
    app.zen = false;
    let has_room = |layout: Arrangement| Geometry::arrangement(app.size, Some(layout)) == layout;
    let at = LAYOUTS.iter().position(|it| Some(it.0) == app.layout);
    let next = LAYOUTS.iter().skip(at.map_or(0, |it| it + 1)).find(|it| has_room(it.0));
    app.layout = next.map(|it| it.0);
    let shown = Geometry::arrangement(app.size, app.layout);
    let words = LAYOUTS.iter().find(|it| it.0 == shown).map_or("", |it| it.2);
    let why = if app.layout.is_none() { ", as fits this size" } else { "" };
    app.tell(&format!("Layout: {words}{why}."));
}

/// Every pane gets the size that fits again.
pub fn reset(app: &mut App) {
    app.shares = Shares::default();
    app.tell("Panes are of their usual sizes again.");
}

/// Makes the pane in focus wider by so many steps; fewer than none make it narrower.
pub fn widen(app: &mut App, steps: isize) {
    let geometry = app.geometry();
    let beside_list = geometry.size_of(Border::ListWidth).is_some();
    let (border, sign) = match app.focus {
        Pane::Feeds => (Border::FeedsWidth, 1),
        Pane::Articles if beside_list => (Border::ListWidth, 1),
        Pane::Text if beside_list => (Border::ListWidth, -1),
        Pane::Articles | Pane::Text if geometry.info.is_some() => (Border::InfoWidth, -1),
        Pane::Articles | Pane::Text => (Border::FeedsWidth, -1),
        Pane::Info if geometry.size_of(Border::InfoWidth).is_none() => (Border::ListWidth, 1),
        Pane::Info => (Border::InfoWidth, 1),
    };
    move_border(app, border, sign * STEP_ACROSS, steps);
}

/// The same for its height.
pub fn heighten(app: &mut App, steps: isize) {
    let (border, sign) = match app.focus {
        Pane::Text => (Border::ListHeight, -1),
        Pane::Info => (Border::InfoHeight, 1),
        Pane::Articles if app.geometry().size_of(Border::InfoHeight).is_some() => (Border::InfoHeight, -1),
        Pane::Articles | Pane::Feeds => (Border::ListHeight, 1),
    };
    move_border(app, border, sign * STEP_DOWN, steps);
}

/// Puts a border under the pointer.
pub fn drag(app: &mut App, border: Border, column: u16, line: u16) {
    let geometry = app.geometry();
    if geometry.size_of(border).is_some() {
        let cells = geometry.size_with_border_at(border, column, line);
        give(app, border, cells);
    }
}

fn move_border(app: &mut App, border: Border, step: i32, steps: isize) {
    let Some(before) = app.geometry().size_of(border) else {
        app.tell("This pane has no border on that side.");
        return;
    };
    let steps = i32::try_from(steps).unwrap_or(0).clamp(-1_000, 1_000);
    let cells = (i32::from(before) + step * steps).clamp(0, i32::from(u16::MAX));
    give(app, border, u16::try_from(cells).unwrap_or(0));
    if app.geometry().size_of(border) == Some(before) {
        app.tell("The panes can't give more room on that side.");
    }
}

/// What is kept is the size that the pane got, so that no share lies beyond what can be seen.
fn give(app: &mut App, border: Border, cells: u16) {
    let share = app.geometry().share(border, cells);
    app.shares.set(border, share);
    let geometry = app.geometry();
    if let Some(got) = geometry.size_of(border) {
        app.shares.set(border, geometry.share(border, got));
    }
}

impl App {
    pub fn remembered(&self) -> Remembered {
        Remembered {
            layout: self.layout,
            shares: self.shares,
            zen: self.zen,
            info_beside: Some(self.info_beside).filter(|it| *it != self.settings.config.settings.layout.info),
            info_under: self.info_under,
            grouping: self.grouping,
            closed: self.tree.closed_by_hand(),
            folded: self.tree.folded,
            commands: self.keyboard.commands.clone(),
            searches: self.keyboard.searches.clone(),
        }
    }

    /// Has the shell keep what has changed, once nothing is being dragged any more.
    pub(super) fn remember(&mut self) {
        if self.dragging.is_some() {
            return;
        }
        let text = self.remembered().to_text();
        if text != self.remembered_last {
            self.outbox.push(Effect::Remember(text.clone()));
            self.remembered_last = text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_comes_back_as_it_was() {
        let remembered = Remembered {
            layout: Some(Arrangement::Three),
            shares: Shares { feeds_width: Some(0), list_height: Some(421), ..Shares::default() },
            zen: true,
            info_beside: Some(false),
            info_under: true,
            grouping: Grouping::Feed,
            closed: vec![
                Node::Folder(FolderPath::parse("World/Asia and more")),
                Node::Searches,
                Node::Tag(TagName::parse("coast/erosion").unwrap()),
            ],
            folded: true,
            commands: History::of(["sort title", "tag +later"].map(str::to_owned)),
            searches: History::of(["unread @3d".to_owned()]),
        };
        let mut read = Remembered::parse(&remembered.to_text());
        read.closed.sort_by_key(|it| remembered.closed.iter().position(|known| known == it));
        assert_eq!(read, remembered);
        assert_eq!(Remembered::parse(&Remembered::default().to_text()), Remembered::default());
    }

    #[test]
    fn a_spoilt_memory_is_passed_over() {
        for text in ["", "\0\0", "layout\nlayout seven", "feeds-width 99999999", "closed-tag //", "group by magic"] {
            assert_eq!(Remembered::parse(text), Remembered::default(), "{text:?}");
        }
        assert_eq!(Remembered::parse("list-width 60000").shares.list_width, Some(1_000));
    }
}

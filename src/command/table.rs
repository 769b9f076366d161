//! The table: one row a command, in the order of [`Command`], which is the order in which help lists them.
//!
//! A row says what a command is called and what it does, never how: that is `app`'s. Which keys ask for it stands in
//! `assets/keys.toml`.

use crate::news::nearest_of;

/// What a person can ask for. A number typed before the keys comes along apart (`5j`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    // Move: the cursor in the tree and the list, the text in the text pane.
    Down,
    Up,
    Top,
    Bottom,
    HalfPageDown,
    HalfPageUp,
    PageDown,
    PageUp,
    NextArticle,
    PreviousArticle,
    // Panes
    FocusLeft,
    FocusRight,
    NextPane,
    PreviousPane,
    FocusFeeds,
    FocusArticles,
    FocusText,
    FocusInfo,
    Zen,
    ToggleInfo,
    NextLayout,
    PaneWider,
    PaneNarrower,
    PaneTaller,
    PaneShorter,
    PanesReset,
    // Read
    Open,
    PageOn,
    PageBack,
    NextUnread,
    PreviousUnread,
    NextFeedWithUnread,
    PreviousFeedWithUnread,
    ToggleUnreadOnly,
    // State
    ToggleRead,
    MarkRead,
    MarkUnread,
    ToggleStar,
    MarkAllRead,
    MarkAboveRead,
    MarkBelowRead,
    MarkEverythingRead,
    MarkUnreadAndNext,
    MarkAllReadAndNext,
    Archive,
    Delete,
    // Tags
    Tag,
    TagAdd,
    TagRemove,
    RepeatTag,
    // Select
    SelectOne,
    SelectRange,
    SelectAll,
    // Find
    Search,
    Filter,
    GoToTag,
    GoToSearch,
    GoToToday,
    GoToAll,
    GoToStarred,
    SaveSearch,
    EditSearch,
    RenameSearch,
    DeleteSearch,
    QueryHelp,
    LinkHints,
    // Sort
    Sort,
    ReverseSort,
    Group,
    // Text
    FullText,
    NextHeading,
    PreviousHeading,
    // Out (with a count, Browser opens that link of the text)
    Browser,
    BrowserAndRead,
    CopyUrl,
    CopyMarkdown,
    Enclosure,
    SaveToFile,
    Pipe,
    // Feeds
    Subscribe,
    RefreshFeed,
    RefreshAll,
    ShowArrivals,
    FeedHealth,
    EditFeed,
    MoreFeeds,
    Rename,
    Move,
    Pause,
    Unsubscribe,
    Import,
    // General
    Undo,
    Redo,
    Repeat,
    Macro,
    CommandLine,
    Palette,
    Preset,
    Settings,
    Help,
    Cancel,
    Back,
    Quit,
    Suspend,
    Redraw,
    PauseIndexing,
}

/// Under which heading help lists a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    Move,
    Panes,
    Read,
    State,
    Tags,
    Select,
    Find,
    Sort,
    Text,
    Out,
    Feeds,
    General,
}

/// A row of the table.
#[derive(Debug)]
pub struct Entry {
    pub command: Command,
    /// `next-unread`.
    pub name: &'static str,
    pub group: Group,
    /// One line, lower case, no full stop: `go to the next unread article`.
    pub doc: &'static str,
}

/// All commands.
pub static COMMANDS: &[Entry] = &[
    Entry { command: Command::Down, name: "down", group: Group::Move, doc: "go one line down" },
    Entry { command: Command::Up, name: "up", group: Group::Move, doc: "go one line up" },
    Entry {
        command: Command::Top,
        name: "top",
        group: Group::Move,
        doc: "go to the top, or with a count to that line",
    },
    Entry { command: Command::Bottom, name: "bottom", group: Group::Move, doc: "go to the bottom" },
    Entry { command: Command::HalfPageDown, name: "half-page-down", group: Group::Move, doc: "go half a page down" },
    Entry { command: Command::HalfPageUp, name: "half-page-up", group: Group::Move, doc: "go half a page up" },
    Entry { command: Command::PageDown, name: "page-down", group: Group::Move, doc: "go a page down" },
    Entry { command: Command::PageUp, name: "page-up", group: Group::Move, doc: "go a page up" },
    Entry {
        command: Command::NextArticle,
        name: "next-article",
        group: Group::Move,
        doc: "open the next article, from any pane",
    },
    Entry {
        command: Command::PreviousArticle,
        name: "previous-article",
        group: Group::Move,
        doc: "open the previous article, from any pane",
    },
    Entry { command: Command::FocusLeft, name: "focus-left", group: Group::Panes, doc: "go to the pane on the left" },
    Entry {
        command: Command::FocusRight,
        name: "focus-right",
        group: Group::Panes,
        doc: "go to the pane on the right",
    },
    Entry { command: Command::NextPane, name: "next-pane", group: Group::Panes, doc: "go to the next pane" },
    Entry {
        command: Command::PreviousPane,
        name: "previous-pane",
        group: Group::Panes,
        doc: "go to the previous pane",
    },
    Entry { command: Command::FocusFeeds, name: "focus-feeds", group: Group::Panes, doc: "go to the feeds" },
    Entry { command: Command::FocusArticles, name: "focus-articles", group: Group::Panes, doc: "go to the articles" },
    Entry { command: Command::FocusText, name: "focus-text", group: Group::Panes, doc: "go to the text" },
    Entry { command: Command::FocusInfo, name: "focus-info", group: Group::Panes, doc: "go to the article's info" },
    Entry { command: Command::Zen, name: "zen", group: Group::Panes, doc: "show the text alone, or all panes again" },
    Entry {
        command: Command::ToggleInfo,
        name: "toggle-info",
        group: Group::Panes,
        doc: "show or hide the article's info",
    },
    Entry {
        command: Command::NextLayout,
        name: "next-layout",
        group: Group::Panes,
        doc: "show more panes or fewer: one, two, three, four, what fits",
    },
    Entry { command: Command::PaneWider, name: "pane-wider", group: Group::Panes, doc: "make this pane wider" },
    Entry {
        command: Command::PaneNarrower,
        name: "pane-narrower",
        group: Group::Panes,
        doc: "make this pane narrower",
    },
    Entry { command: Command::PaneTaller, name: "pane-taller", group: Group::Panes, doc: "make this pane taller" },
    Entry { command: Command::PaneShorter, name: "pane-shorter", group: Group::Panes, doc: "make this pane shorter" },
    Entry {
        command: Command::PanesReset,
        name: "panes-reset",
        group: Group::Panes,
        doc: "give all panes their usual sizes",
    },
    Entry { command: Command::Open, name: "open", group: Group::Read, doc: "open what is selected" },
    Entry {
        command: Command::PageOn,
        name: "page-on",
        group: Group::Read,
        doc: "go a page on, then to the next unread article",
    },
    Entry { command: Command::PageBack, name: "page-back", group: Group::Read, doc: "go a page back" },
    Entry {
        command: Command::NextUnread,
        name: "next-unread",
        group: Group::Read,
        doc: "open the next unread article",
    },
    Entry {
        command: Command::PreviousUnread,
        name: "previous-unread",
        group: Group::Read,
        doc: "open the previous unread article",
    },
    Entry {
        command: Command::NextFeedWithUnread,
        name: "next-feed-with-unread",
        group: Group::Read,
        doc: "go to the next feed with unread articles",
    },
    Entry {
        command: Command::PreviousFeedWithUnread,
        name: "previous-feed-with-unread",
        group: Group::Read,
        doc: "go to the previous feed with unread articles",
    },
    Entry {
        command: Command::ToggleUnreadOnly,
        name: "toggle-unread-only",
        group: Group::Read,
        doc: "list unread articles only, or all again",
    },
    Entry { command: Command::ToggleRead, name: "toggle-read", group: Group::State, doc: "mark read, or unread again" },
    Entry { command: Command::MarkRead, name: "mark-read", group: Group::State, doc: "mark read" },
    Entry { command: Command::MarkUnread, name: "mark-unread", group: Group::State, doc: "mark unread" },
    Entry {
        command: Command::ToggleStar,
        name: "toggle-star",
        group: Group::State,
        doc: "star, or take the star away",
    },
    Entry {
        command: Command::MarkAllRead,
        name: "mark-all-read",
        group: Group::State,
        doc: "mark all of the list read, or all that is selected",
    },
    Entry {
        command: Command::MarkAboveRead,
        name: "mark-above-read",
        group: Group::State,
        doc: "mark the articles above read, or the selected of them",
    },
    Entry {
        command: Command::MarkBelowRead,
        name: "mark-below-read",
        group: Group::State,
        doc: "mark the articles below read, or the selected of them",
    },
    Entry {
        command: Command::MarkEverythingRead,
        name: "mark-everything-read",
        group: Group::State,
        doc: "mark all articles of all feeds read",
    },
    Entry {
        command: Command::MarkUnreadAndNext,
        name: "mark-unread-and-next",
        group: Group::State,
        doc: "leave this unread and go to the next unread article",
    },
    Entry {
        command: Command::MarkAllReadAndNext,
        name: "mark-all-read-and-next",
        group: Group::State,
        doc: "mark all of the list read and go to the next feed with unread",
    },
    Entry {
        command: Command::Archive,
        name: "archive",
        group: Group::State,
        doc: "put away, marked read, or take out of the archive",
    },
    Entry { command: Command::Delete, name: "delete", group: Group::State, doc: "delete; undoing brings it back" },
    Entry { command: Command::Tag, name: "tag", group: Group::Tags, doc: "change tags: +add -remove" },
    Entry { command: Command::TagAdd, name: "tag-add", group: Group::Tags, doc: "add a tag" },
    Entry { command: Command::TagRemove, name: "tag-remove", group: Group::Tags, doc: "remove a tag" },
    Entry { command: Command::RepeatTag, name: "repeat-tag", group: Group::Tags, doc: "change tags as last time" },
    Entry {
        command: Command::SelectOne,
        name: "select-one",
        group: Group::Select,
        doc: "select this article, or no longer, and go down",
    },
    Entry {
        command: Command::SelectRange,
        name: "select-range",
        group: Group::Select,
        doc: "select from here to wherever the cursor goes",
    },
    Entry { command: Command::SelectAll, name: "select-all", group: Group::Select, doc: "select all of the list" },
    Entry { command: Command::Search, name: "search", group: Group::Find, doc: "search all articles" },
    Entry { command: Command::Filter, name: "filter", group: Group::Find, doc: "filter this list" },
    Entry {
        command: Command::GoToTag,
        name: "go-to-tag",
        group: Group::Find,
        doc: "go to a tag by some of its letters",
    },
    Entry {
        command: Command::GoToSearch,
        name: "go-to-search",
        group: Group::Find,
        doc: "go to a saved search by some of its letters",
    },
    Entry { command: Command::GoToToday, name: "go-to-today", group: Group::Find, doc: "go to the articles of today" },
    Entry { command: Command::GoToAll, name: "go-to-all", group: Group::Find, doc: "go to the articles of all feeds" },
    Entry {
        command: Command::GoToStarred,
        name: "go-to-starred",
        group: Group::Find,
        doc: "go to the starred articles",
    },
    Entry {
        command: Command::SaveSearch,
        name: "save-search",
        group: Group::Find,
        doc: "save what the list shows as a search",
    },
    Entry {
        command: Command::EditSearch,
        name: "edit-search",
        group: Group::Find,
        doc: "change the query of the saved search",
    },
    Entry {
        command: Command::RenameSearch,
        name: "rename-search",
        group: Group::Find,
        doc: "give the saved search another name",
    },
    Entry { command: Command::DeleteSearch, name: "delete-search", group: Group::Find, doc: "delete the saved search" },
    Entry { command: Command::QueryHelp, name: "query-help", group: Group::Find, doc: "show what a query may ask for" },
    Entry {
        command: Command::LinkHints,
        name: "link-hints",
        group: Group::Find,
        doc: "show letters over the links; type them to open one",
    },
    Entry {
        command: Command::Sort,
        name: "sort",
        group: Group::Sort,
        doc: "sort by date, title, feed, author, unread",
    },
    Entry { command: Command::ReverseSort, name: "reverse-sort", group: Group::Sort, doc: "sort the other way round" },
    Entry {
        command: Command::Group,
        name: "group",
        group: Group::Sort,
        doc: "put headings between days, feeds or tags, or none",
    },
    Entry {
        command: Command::FullText,
        name: "full-text",
        group: Group::Text,
        doc: "fetch the full text, or switch between it and the feed's text",
    },
    Entry { command: Command::NextHeading, name: "next-heading", group: Group::Text, doc: "go to the next heading" },
    Entry {
        command: Command::PreviousHeading,
        name: "previous-heading",
        group: Group::Text,
        doc: "go to the previous heading",
    },
    Entry {
        command: Command::Browser,
        name: "browser",
        group: Group::Out,
        doc: "open the article in the browser, or with a count that link of it",
    },
    Entry {
        command: Command::BrowserAndRead,
        name: "browser-and-read",
        group: Group::Out,
        doc: "open the article in the browser and mark it read",
    },
    Entry { command: Command::CopyUrl, name: "copy-url", group: Group::Out, doc: "copy the address" },
    Entry { command: Command::CopyMarkdown, name: "copy-markdown", group: Group::Out, doc: "copy a Markdown link" },
    Entry {
        command: Command::Enclosure,
        name: "enclosure",
        group: Group::Out,
        doc: "play or open what came along, with a count that one of it",
    },
    Entry { command: Command::SaveToFile, name: "save-to-file", group: Group::Out, doc: "save the text to a file" },
    Entry { command: Command::Pipe, name: "pipe", group: Group::Out, doc: "give the text to a program" },
    Entry {
        command: Command::Subscribe,
        name: "subscribe",
        group: Group::Feeds,
        doc: "subscribe to a feed by its address or a page's",
    },
    Entry { command: Command::RefreshFeed, name: "refresh-feed", group: Group::Feeds, doc: "refresh this feed" },
    Entry { command: Command::RefreshAll, name: "refresh-all", group: Group::Feeds, doc: "refresh all feeds" },
    Entry {
        command: Command::ShowArrivals,
        name: "show-arrivals",
        group: Group::Feeds,
        doc: "show the articles that have arrived",
    },
    Entry {
        command: Command::FeedHealth,
        name: "feed-health",
        group: Group::Feeds,
        doc: "show how each feed does and what you read of it",
    },
    Entry {
        command: Command::EditFeed,
        name: "edit-feed",
        group: Group::Feeds,
        doc: "change this feed: title, folder, address, interval …",
    },
    Entry {
        command: Command::MoreFeeds,
        name: "more-feeds",
        group: Group::Feeds,
        doc: "pick from the other feeds of the page added last",
    },
    Entry { command: Command::Rename, name: "rename", group: Group::Feeds, doc: "give this feed another title" },
    Entry { command: Command::Move, name: "move", group: Group::Feeds, doc: "put this feed into a folder" },
    Entry { command: Command::Pause, name: "pause", group: Group::Feeds, doc: "pause this feed, or fetch it again" },
    Entry {
        command: Command::Unsubscribe,
        name: "unsubscribe",
        group: Group::Feeds,
        doc: "remove this feed; undoing brings it back",
    },
    Entry {
        command: Command::Import,
        name: "import",
        group: Group::Feeds,
        doc: "import an OPML or newsboat's urls, once you have seen what",
    },
    Entry { command: Command::Undo, name: "undo", group: Group::General, doc: "undo the last change" },
    Entry { command: Command::Redo, name: "redo", group: Group::General, doc: "redo what was undone" },
    Entry { command: Command::Repeat, name: "repeat", group: Group::General, doc: "make the last change again, here" },
    Entry {
        command: Command::Macro,
        name: "macro",
        group: Group::General,
        doc: "play the macro of a letter; twice, record one",
    },
    Entry {
        command: Command::CommandLine,
        name: "command-line",
        group: Group::General,
        doc: "run a command by its name",
    },
    Entry {
        command: Command::Palette,
        name: "palette",
        group: Group::General,
        doc: "find a command, feed, tag or setting by letters",
    },
    Entry {
        command: Command::Preset,
        name: "preset",
        group: Group::General,
        doc: "use the keys of default, newsboat, elfeed or nnw",
    },
    Entry { command: Command::Settings, name: "settings", group: Group::General, doc: "show and change the settings" },
    Entry { command: Command::Help, name: "help", group: Group::General, doc: "show the keys" },
    Entry {
        command: Command::Cancel,
        name: "cancel",
        group: Group::General,
        doc: "leave what is begun, then stop what goes on",
    },
    Entry { command: Command::Back, name: "back", group: Group::General, doc: "go back, and at the start quit" },
    Entry { command: Command::Quit, name: "quit", group: Group::General, doc: "quit" },
    Entry {
        command: Command::Suspend,
        name: "suspend",
        group: Group::General,
        doc: "stop until the shell continues the reader",
    },
    Entry { command: Command::Redraw, name: "redraw", group: Group::General, doc: "draw the screen anew" },
    Entry {
        command: Command::PauseIndexing,
        name: "pause-indexing",
        group: Group::General,
        doc: "let indexing wait, or go on",
    },
];

impl Command {
    /// This command's row.
    pub fn entry(self) -> &'static Entry {
        COMMANDS.iter().find(|it| it.command == self).expect("a test holds that every command has a row")
    }

    /// `next-unread`.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// The name of the command that is spelt most like `name`, to offer where there is none of that name.
    pub fn nearest(name: &str) -> Option<&'static str> {
        nearest_of(name, COMMANDS.iter().map(|it| it.name))
    }

    /// The command of this name, if there is one.
    pub fn named(name: &str) -> Option<Command> {
        COMMANDS.iter().find(|it| it.name == name).map(|it| it.command)
    }
}

impl Group {
    /// All groups, in the order in which help lists them.
    pub const ALL: [Group; 12] = [
        Group::Move,
        Group::Panes,
        Group::Read,
        Group::State,
        Group::Tags,
        Group::Select,
        Group::Find,
        Group::Sort,
        Group::Text,
        Group::Out,
        Group::Feeds,
        Group::General,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Group::Move => "Move",
            Group::Panes => "Panes",
            Group::Read => "Read",
            Group::State => "State",
            Group::Tags => "Tags",
            Group::Select => "Select",
            Group::Find => "Find",
            Group::Sort => "Sort",
            Group::Text => "Text",
            Group::Out => "Out",
            Group::Feeds => "Feeds",
            Group::General => "General",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The names of the variants as they stand in this file, so that none can be forgotten.
    fn variants() -> Vec<&'static str> {
        let source = include_str!("table.rs");
        let (_, body) = source.split_once("pub enum Command {").expect("the enum");
        let (body, _) = body.split_once("\n}").expect("its end");
        body.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
            .map(|line| line.trim_end_matches(','))
            .collect()
    }

    fn kebab(name: &str) -> String {
        let mut out = String::new();
        for it in name.chars() {
            if it.is_uppercase() && !out.is_empty() {
                out.push('-');
            }
            out.extend(it.to_lowercase());
        }
        out
    }

    #[test]
    fn every_command_has_exactly_one_row_in_the_order_of_the_enum() {
        let rows: Vec<String> = COMMANDS.iter().map(|it| format!("{:?}", it.command)).collect();
        assert_eq!(rows, variants());
    }

    #[test]
    fn a_command_is_called_what_it_is_called_in_the_source() {
        for it in COMMANDS {
            assert_eq!(it.name, kebab(&format!("{:?}", it.command)));
            assert_eq!(Command::named(it.name), Some(it.command));
            assert_eq!(it.command.name(), it.name);
        }
        assert_eq!(COMMANDS.iter().map(|it| it.name).collect::<BTreeSet<_>>().len(), COMMANDS.len());
    }

    #[test]
    fn a_doc_is_one_short_line_in_lower_case_without_a_full_stop() {
        for it in COMMANDS {
            let first = it.doc.chars().next().expect("a doc");
            assert!(
                first.is_lowercase() && !it.doc.ends_with('.') && !it.doc.contains('\n'),
                "{}: {}",
                it.name,
                it.doc
            );
            assert!(it.doc.chars().count() <= 64, "{} is too long for help: {}", it.name, it.doc);
        }
    }

    #[test]
    fn the_table_goes_group_by_group() {
        let mut groups: Vec<Group> = COMMANDS.iter().map(|it| it.group).collect();
        groups.dedup();
        assert_eq!(groups, Group::ALL);
    }
}

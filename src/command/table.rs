//! The table: one row a command.

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
    // Read
    Open,
    PageOn,
    PageBack,
    NextUnread,
    PreviousUnread,
    NextFeedWithUnread,
    ToggleUnreadOnly,
    // State
    ToggleRead,
    ToggleStar,
    MarkAllRead,
    MarkAboveRead,
    MarkBelowRead,
    // Tags
    Tag,
    TagAdd,
    TagRemove,
    RepeatTag,
    // Find
    Search,
    // Text
    FullText,
    NextHeading,
    PreviousHeading,
    // Out (with a count, Browser opens that link of the text)
    Browser,
    BrowserAndRead,
    CopyUrl,
    CopyMarkdown,
    // Feeds
    Subscribe,
    RefreshFeed,
    RefreshAll,
    ShowArrivals,
    // General
    Undo,
    Redo,
    Help,
    Cancel,
    Back,
    Quit,
    Suspend,
    Redraw,
}

/// Under which heading help lists a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    Move,
    Panes,
    Read,
    State,
    Tags,
    Find,
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

pub static COMMANDS: &[Entry] = &[];

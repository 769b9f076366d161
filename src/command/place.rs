//! Where a command is at home: the pane or view in which a person asks for it. Help shows what is bound in the place in
//! view before all the rest. Says nothing of what a command does there.

use super::Command;

/// What help can be opened over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Feeds,
    Articles,
    Text,
    Info,
    Health,
    Settings,
}

/// A line of help for a view that gives keys a meaning of its own.
#[derive(Clone, Copy, Debug)]
pub enum OwnKey {
    /// The key itself: it is the same whatever the preset.
    Fixed(&'static str, &'static str),
    /// The keys of a command, and what it does here.
    Of(Command, &'static str),
}

impl Place {
    pub const ALL: [Place; 6] =
        [Place::Feeds, Place::Articles, Place::Text, Place::Info, Place::Health, Place::Settings];

    /// The heading of its part of help.
    pub fn title(self) -> &'static str {
        match self {
            Place::Feeds => "Here, in the feeds",
            Place::Articles => "Here, in the articles",
            Place::Text => "Here, in the text",
            Place::Info => "Here, in the info",
            Place::Health => "Here, in the list of feeds",
            Place::Settings => "Here, in the settings",
        }
    }

    /// What is chiefly done there, in no order.
    pub fn commands(self) -> &'static [Command] {
        match self {
            Place::Feeds => FEEDS,
            Place::Articles => ARTICLES,
            Place::Text => TEXT,
            Place::Info => INFO,
            Place::Health | Place::Settings => &[],
        }
    }

    /// What keys mean there and nowhere else.
    pub fn own_keys(self) -> &'static [OwnKey] {
        match self {
            Place::Feeds | Place::Articles | Place::Text | Place::Info => &[],
            Place::Health => HEALTH,
            Place::Settings => SETTINGS,
        }
    }
}

const FEEDS: &[Command] = &[
    Command::Down,
    Command::Up,
    Command::Top,
    Command::Bottom,
    Command::HalfPageDown,
    Command::HalfPageUp,
    Command::PageDown,
    Command::PageUp,
    Command::FocusRight,
    Command::NextPane,
    Command::Open,
    Command::NextUnread,
    Command::NextFeedWithUnread,
    Command::PreviousFeedWithUnread,
    Command::ToggleUnreadOnly,
    Command::MarkAllRead,
    Command::MarkEverythingRead,
    Command::GoToTag,
    Command::GoToSearch,
    Command::GoToToday,
    Command::GoToAll,
    Command::GoToStarred,
    Command::EditSearch,
    Command::RenameSearch,
    Command::DeleteSearch,
    Command::Subscribe,
    Command::RefreshFeed,
    Command::RefreshAll,
    Command::FeedHealth,
    Command::EditFeed,
    Command::MoreFeeds,
    Command::Rename,
    Command::Move,
    Command::Pause,
    Command::Unsubscribe,
];

const ARTICLES: &[Command] = &[
    Command::Down,
    Command::Up,
    Command::Top,
    Command::Bottom,
    Command::HalfPageDown,
    Command::HalfPageUp,
    Command::PageDown,
    Command::PageUp,
    Command::FocusLeft,
    Command::FocusRight,
    Command::NextPane,
    Command::Open,
    Command::PageOn,
    Command::PageBack,
    Command::NextUnread,
    Command::PreviousUnread,
    Command::ToggleUnreadOnly,
    Command::ToggleRead,
    Command::MarkRead,
    Command::MarkUnread,
    Command::ToggleStar,
    Command::MarkAllRead,
    Command::MarkAboveRead,
    Command::MarkBelowRead,
    Command::Archive,
    Command::Delete,
    Command::Tag,
    Command::TagAdd,
    Command::TagRemove,
    Command::RepeatTag,
    Command::SelectOne,
    Command::SelectRange,
    Command::SelectAll,
    Command::Search,
    Command::Filter,
    Command::SaveSearch,
    Command::Sort,
    Command::ReverseSort,
    Command::Group,
    Command::FullText,
    Command::Browser,
    Command::BrowserAndRead,
    Command::CopyUrl,
    Command::CopyMarkdown,
    Command::Enclosure,
    Command::SaveToFile,
    Command::Pipe,
    Command::ShowArrivals,
    Command::RefreshFeed,
    Command::Undo,
];

const TEXT: &[Command] = &[
    Command::Down,
    Command::Up,
    Command::Top,
    Command::Bottom,
    Command::HalfPageDown,
    Command::HalfPageUp,
    Command::PageDown,
    Command::PageUp,
    Command::NextArticle,
    Command::PreviousArticle,
    Command::FocusLeft,
    Command::NextPane,
    Command::Zen,
    Command::ToggleInfo,
    Command::PageOn,
    Command::PageBack,
    Command::NextUnread,
    Command::PreviousUnread,
    Command::NextFeedWithUnread,
    Command::ToggleRead,
    Command::MarkRead,
    Command::MarkUnread,
    Command::ToggleStar,
    Command::Archive,
    Command::Delete,
    Command::Tag,
    Command::TagAdd,
    Command::TagRemove,
    Command::RepeatTag,
    Command::LinkHints,
    Command::FullText,
    Command::NextHeading,
    Command::PreviousHeading,
    Command::Browser,
    Command::BrowserAndRead,
    Command::CopyUrl,
    Command::CopyMarkdown,
    Command::Enclosure,
    Command::SaveToFile,
    Command::Pipe,
    Command::Back,
];

const INFO: &[Command] = &[
    Command::Down,
    Command::Up,
    Command::Top,
    Command::Bottom,
    Command::PageDown,
    Command::PageUp,
    Command::NextArticle,
    Command::PreviousArticle,
    Command::FocusLeft,
    Command::NextPane,
    Command::ToggleInfo,
    Command::Tag,
    Command::TagAdd,
    Command::TagRemove,
    Command::RepeatTag,
    Command::Browser,
    Command::CopyUrl,
    Command::CopyMarkdown,
    Command::Enclosure,
    Command::Back,
];

const HEALTH: &[OwnKey] = &[
    OwnKey::Of(Command::Open, "show the articles of this feed"),
    OwnKey::Of(Command::RefreshFeed, "refresh this feed"),
    OwnKey::Of(Command::RefreshAll, "refresh all feeds"),
    OwnKey::Of(Command::EditFeed, "change this feed: title, folder, address, interval …"),
    OwnKey::Fixed("s", "order the list by the next of its columns"),
    OwnKey::Fixed("p", "pause this feed, or fetch it again"),
    OwnKey::Fixed("m", "take the address to which it says it has moved"),
    OwnKey::Fixed("D", "remove this feed; undoing brings it back"),
    OwnKey::Of(Command::Browser, "open the feed's own page in the browser"),
    OwnKey::Of(Command::ShowArrivals, "count anew"),
    OwnKey::Of(Command::Undo, "undo the last change"),
    OwnKey::Of(Command::Back, "close the list"),
];

const SETTINGS: &[OwnKey] = &[
    OwnKey::Of(Command::Open, "change this setting, or type its value"),
    OwnKey::Of(Command::FocusRight, "the next of its values"),
    OwnKey::Of(Command::FocusLeft, "the one before"),
    OwnKey::Of(Command::TagRemove, "as it ships"),
    OwnKey::Of(Command::Undo, "put back what was changed last"),
    OwnKey::Of(Command::Back, "close the settings"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_place_names_a_command_twice() {
        for place in Place::ALL {
            let commands = place.commands();
            for (index, command) in commands.iter().enumerate() {
                assert!(!commands[..index].contains(command), "{command:?} in {place:?}");
            }
        }
    }
}

//! The core: the program minus I/O. `update` decides what a message means and what is to be done; nothing here opens a
//! file, reads a clock or touches a screen.

use crate::command::Key;
use crate::news::{ArticleId, CleanText, CleanUrl, Now, Problem};
use crate::refresh::{Added, FullText, Progress, RefreshRequest};
use crate::store::{Answer, Ask, Change, Changed, Touched};

/// Which question or change an answer belongs to. Answers with an older ticket than the latest of their kind are stale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// The terminal's size in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub width: u16,
    pub height: u16,
}

/// What has happened.
#[derive(Debug)]
pub enum Message {
    Key(Key),
    /// Bracketed paste; never runs commands.
    Paste(String),
    Resized(Size),
    Answered(Ticket, Result<Answer, CleanText>),
    /// A change of ours is on disk.
    Changed(Ticket, Changed),
    /// A change of ours was not made, and why.
    Refused(Ticket, CleanText),
    /// Something in the library changed that we did not ask for: arrivals, another program.
    LibraryChanged(Touched),
    Refresh(Progress),
    /// The refresh thread ended with this error.
    RefreshFailed(CleanText),
    FullText(ArticleId, Result<FullText, CleanText>),
    Added(Result<Added, CleanText>),
    /// Opening, copying or suspending did not work, and why.
    Failed(CleanText),
    Opened(CleanUrl),
    Copied(CleanText),
    /// The next due moment has come (see [`App::next_wake`]).
    Woke,
}

/// What update wants done.
#[derive(Debug)]
pub enum Effect {
    Ask(Ticket, Ask),
    Change(Ticket, Change),
    Refresh(RefreshRequest),
    CancelRefresh,
    FullText(ArticleId),
    Add {
        address: CleanUrl,
    },
    OpenInBrowser(CleanUrl),
    Copy(CleanText),
    /// Ctrl-Z: give the terminal back and stop until the shell continues us.
    Suspend,
    Quit,
}

/// The state of the reader.
pub struct App {}

/// Decides what `message` means. Touches nothing but `app`.
pub fn update(_app: &mut App, _now: &Now, _message: Message) -> Vec<Effect> {
    todo!()
}

impl App {
    /// The first state, and what is to be asked first. `demo` says so in the top line.
    pub fn start(_size: Size, _now: &Now, _settings: Settings) -> (App, Vec<Effect>) {
        todo!()
    }

    /// The moment at which `Message::Woke` is wanted, if any: a notice that expires, an age on screen that changes.
    pub fn next_wake(&self) -> Option<crate::news::Timestamp> {
        todo!()
    }
}

/// What the program was started with.
#[derive(Clone, Debug)]
pub struct Settings {
    pub theme: crate::config::Theme,
    pub keys: crate::command::KeyMap,
    pub demo: bool,
    pub offline: bool,
}

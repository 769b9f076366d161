//! What just happened, in a sentence, and how to take it back. One notice at a time; the newest wins.

use crate::command::Command;
use crate::news::{COPY_THE_ADDRESS, CleanText, IN_THE_BROWSER, Now, TRIED_AGAIN, TagName, Timestamp};
use crate::store::Done;

use super::App;
use super::measure::{counted, words};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    Told,
    /// Something did not work; the sentence says what now.
    Problem,
}

/// A sentence for the person, shown for a while.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub kind: NoticeKind,
    pub sentence: CleanText,
    pub expires: Timestamp,
}

/// How long a short sentence stays; a longer one stays longer.
const SECONDS_SHOWN: i64 = 6;
const CHARS_READ_A_SECOND: i64 = 18;

impl Notice {
    pub fn told(now: &Now, sentence: &str) -> Notice {
        Notice::new(now, NoticeKind::Told, words(sentence))
    }

    pub fn problem(now: &Now, sentence: &CleanText) -> Notice {
        Notice::new(now, NoticeKind::Problem, sentence.clone())
    }

    fn new(now: &Now, kind: NoticeKind, sentence: CleanText) -> Notice {
        let reading = sentence.as_str().chars().count() as i64 / CHARS_READ_A_SECOND;
        Notice { kind, sentence, expires: now.utc.plus(SECONDS_SHOWN.max(reading + 3)) }
    }
}

/// What a change did, in words; `None` where nothing needs saying.
pub fn sentence_for(done: &Done, undo_key: &str) -> Option<String> {
    let undoable = |text: String| Some(format!("{text} · {undo_key} undoes"));
    match done {
        Done::Read { count } => undoable(format!("{} marked read", counted(*count, "article", "articles"))),
        Done::Unread { count } => undoable(format!("{} marked unread", counted(*count, "article", "articles"))),
        Done::Starred { count } => undoable(format!("{} starred", counted(*count, "article", "articles"))),
        Done::Unstarred { count } => undoable(format!("{} unstarred", counted(*count, "article", "articles"))),
        Done::Archived { count } => undoable(format!("{} archived", counted(*count, "article", "articles"))),
        Done::Unarchived { count } => {
            undoable(format!("{} taken out of the archive", counted(*count, "article", "articles")))
        }
        Done::Deleted { count } => undoable(format!("{} deleted", counted(*count, "article", "articles"))),
        Done::Restored { count } => undoable(format!("{} brought back", counted(*count, "article", "articles"))),
        Done::Tagged { count, add, remove } => {
            undoable(format!("{} tagged {}", number_of(*count), signed(add, remove)))
        }
        Done::Subscribed { added, already } => match (added.len(), already) {
            (0, _) => Some("You are subscribed to that already.".to_owned()),
            (added, 0) => undoable(format!("{} added", counted(added, "feed", "feeds"))),
            (added, already) => undoable(format!("{} added, {already} there already", counted(added, "feed", "feeds"))),
        },
        Done::Imported { added, already, searches } => {
            let mut parts = Vec::new();
            if !added.is_empty() {
                parts.push(format!("{} added", counted(added.len(), "feed", "feeds")));
            }
            if *searches > 0 {
                parts.push(format!("{} saved", counted(*searches, "search", "searches")));
            }
            if *already > 0 && !added.is_empty() {
                parts.push(format!("{already} there already"));
            }
            match parts.is_empty() {
                true => Some("All of it was there already.".to_owned()),
                false => undoable(parts.join(", ")),
            }
        }
        Done::Unsubscribed { title } => undoable(format!("{title} removed")),
        Done::FeedEdited { what } => undoable(capitalised(what.as_str())),
        Done::AddressTaken { title } => {
            Some(format!("{title} has that address already; nothing was changed. Remove one of the two instead."))
        }
        Done::Moved { title, to } => undoable(format!("{title} has moved to {}", to.host())),
        Done::SearchSaved { name, new: true, .. } => undoable(format!("Search saved as {name}")),
        Done::SearchSaved { name, new: false, .. } => undoable(format!("Search {name} changed")),
        Done::SearchRenamed { name } => undoable(format!("Search renamed to {name}")),
        Done::SearchDeleted { name } => undoable(format!("Search {name} deleted")),
        Done::Saved { new: true, .. } => undoable("Saved".to_owned()),
        Done::Saved { new: false, .. } => Some("That page is saved already.".to_owned()),
        Done::Undone { sentence, origin: None } => Some(format!("Undone: {sentence}")),
        Done::Undone { sentence, origin: Some(origin) } => Some(format!("Undone: {sentence} (by {origin})")),
        Done::Redone { sentence } => Some(format!("Done again: {sentence} · {undo_key} undoes")),
        Done::NothingToUndo => Some("Nothing to undo.".to_owned()),
        Done::NothingToRedo => Some("Nothing to do again.".to_owned()),
        Done::Nothing => Some("Nothing to change: it is so already.".to_owned()),
        Done::Dropped
        | Done::Arrived { .. }
        | Done::NotModified
        | Done::Failed
        | Done::PageStored
        | Done::HouseKept { .. }
        | Done::Enriched { .. } => None,
    }
}

/// A sentence from elsewhere with the keys that are bound now: what is said of a feed or a page is stored, and read on the
/// command line too, so that it can't name them itself.
pub fn with_keys(app: &App, sentence: &str, tries_now: Command) -> String {
    if let Some(head) = sentence.strip_suffix(TRIED_AGAIN) {
        let again = TRIED_AGAIN.trim_end_matches('.');
        return format!("{head}{again}; {} tries now.", app.key_for(tries_now));
    }
    if let Some(head) = sentence.strip_suffix(COPY_THE_ADDRESS) {
        return format!("{head}{} copies the address.", app.key_for(Command::CopyUrl));
    }
    match sentence.strip_suffix(IN_THE_BROWSER) {
        Some(head) => format!("{head}{} opens it in the browser.", app.key_for(Command::Browser)),
        None => sentence.to_owned(),
    }
}

/// The journal's sentences are in the middle of a line, a notice is its beginning.
fn capitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    let first: String = chars.next().map(|it| it.to_uppercase().collect()).unwrap_or_default();
    first + chars.as_str()
}

fn number_of(count: usize) -> String {
    super::measure::number(count as i64)
}

fn signed(add: &[TagName], remove: &[TagName]) -> String {
    let added = add.iter().map(|it| format!("+{it}"));
    let removed = remove.iter().map(|it| format!("-{it}"));
    added.chain(removed).collect::<Vec<_>>().join(" ")
}

//! Importing a list of feeds: what it would change is shown first, entering it makes one change, leaving it none. Nothing
//! of the file is ever run, and nothing is fetched before a person has seen what leads into their own network.

use std::collections::HashMap;

use crate::command::Command;
use crate::news::{CleanText, FolderPath};
use crate::store::{Change, NewFeed, Origin};

use super::help::{self, Help, HelpLine};
use super::measure::{counted, number, words};
use super::{App, Effect, marks};

/// What a file asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct ListOfFeeds {
    /// The file, as it was typed.
    pub file: CleanText,
    pub feeds: Vec<NewFeed>,
    /// Queries to keep, each with its name; each can be asked.
    pub searches: Vec<(CleanText, CleanText)>,
    /// What can't be carried, each with its reason.
    pub skipped: Vec<CleanText>,
    /// Addresses that lead into this machine or its network.
    pub private: Vec<CleanText>,
}

/// A list that somebody looks at and has not entered yet.
#[derive(Debug, PartialEq)]
pub struct Preview {
    /// Of the page that shows it.
    pub title: CleanText,
    pub feeds: Vec<NewFeed>,
    pub searches: Vec<(CleanText, CleanText)>,
}

/// Rows that each part of a preview shows; more are counted.
const ROWS_SHOWN_MAX: usize = 1_000;

/// Whether what was typed or pasted names a file of this machine rather than an address.
pub fn is_file(text: &str) -> bool {
    let lower = text.to_lowercase();
    let named = [".opml", ".xml"].iter().any(|it| lower.ends_with(it)) && !lower.contains("://");
    !text.contains('\n') && (text.starts_with("~/") || text.starts_with('/') || text.starts_with("./") || named)
}

/// Reads a file; [`came`] shows what is in it.
pub fn begin(app: &mut App, file: &str) {
    let shown = file.rsplit('/').next().unwrap_or(file);
    app.activity.reading_list = Some(words(shown));
    app.outbox.push(Effect::ReadList { file: file.to_owned() });
}

/// A list has been read, or could not be.
pub fn came(app: &mut App, outcome: Result<ListOfFeeds, CleanText>) {
    // Left off meanwhile: nobody waits for it.
    if app.activity.reading_list.take().is_none() {
        return;
    }
    let list = match outcome {
        Ok(list) => list,
        Err(why) => return app.tell_problem(&why),
    };
    let known: HashMap<&str, &FolderPath> =
        app.tree.tree.feeds.iter().filter_map(|it| Some((it.url.as_ref()?.as_str(), &it.folder))).collect();
    let (mut adds, mut already, mut moves) = (Vec::new(), 0, 0);
    for feed in &list.feeds {
        match known.get(feed.url.as_str()) {
            None => adds.push(feed),
            Some(folder) => {
                already += 1;
                moves += usize::from(!feed.folder.is_top() && feed.folder != **folder);
            }
        }
    }
    let taken = |name: &str| app.tree.tree.searches.iter().any(|it| it.name.as_str().to_lowercase() == name);
    let mut searches = list.searches.clone();
    searches.retain(|(name, _)| !taken(&name.as_str().to_lowercase()));
    let skipped = list.skipped.len();
    let mut sentence = format!(
        "Would add {}, already have {}, skip {}.",
        number(adds.len() as i64),
        number(already as i64),
        number(skipped as i64)
    );
    if moves > 0 {
        let them = counted(moves, "of those there moves to its folder", "of those there move to their folders");
        sentence.push_str(&format!(" {them} in the list."));
    }
    if !searches.is_empty() {
        sentence.push_str(&format!(" Saves {}.", counted(searches.len(), "search", "searches")));
    }
    let adds_nothing = adds.is_empty() && moves == 0 && searches.is_empty();
    if adds_nothing && skipped == 0 {
        let feeds = counted(already, "feed is", "feeds are");
        return app.tell(&format!("{} has nothing new: its {feeds} there already.", list.file));
    }
    let (open, back) = (app.key_for(Command::Open), app.key_for(Command::Back));
    let mut lines = vec![HelpLine::Text(words(&sentence))];
    lines.extend(page(&adds, &searches, &list));
    if adds_nothing {
        app.help = Some(Help::of_preview(words(&format!("Nothing to add from {}", list.file)), lines));
        app.tell(&format!("{sentence} {back} closes this page."));
        return;
    }
    let title = words(&format!("Import {}", list.file));
    app.help = Some(Help::of_preview(title.clone(), lines));
    app.preview = Some(Preview { title, feeds: list.feeds, searches });
    app.tell(&format!("{sentence} {open} does it, {back} leaves everything as it is."));
}

fn page(adds: &[&NewFeed], searches: &[(CleanText, CleanText)], list: &ListOfFeeds) -> Vec<HelpLine> {
    let mut lines = Vec::new();
    let mut part = |heading: &'static str, rows: &mut dyn Iterator<Item = CleanText>, count: usize| {
        if count == 0 {
            return;
        }
        lines.push(HelpLine::Blank);
        lines.push(HelpLine::Heading(heading));
        lines.extend(rows.take(ROWS_SHOWN_MAX).map(HelpLine::Text));
        if count > ROWS_SHOWN_MAX {
            let more = counted(count - ROWS_SHOWN_MAX, "more row", "more rows");
            lines.push(HelpLine::Text(words(&format!("and {more}"))));
        }
    };
    part("Skipped", &mut list.skipped.iter().cloned(), list.skipped.len());
    part("Leads into this machine or its network", &mut list.private.iter().cloned(), list.private.len());
    let mut named = searches.iter().map(|(name, query)| words(&format!("{name} · {query}")));
    part("Would save as a search", &mut named, searches.len());
    part("Would add", &mut adds.iter().map(|it| row(it)), adds.len());
    lines
}

/// `Gulf Wire · World · https://gulf.example/feed`.
fn row(feed: &NewFeed) -> CleanText {
    let parts = [feed.title.to_string(), feed.folder.to_string(), feed.url.without_secrets().to_string()];
    words(&parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · "))
}

/// What a command means while a preview is open. `true` where it means what it always means.
pub fn perform(app: &mut App, command: Command, count: Option<usize>) -> bool {
    // Another page may have taken its place.
    if app.help.as_ref().map(|it| &it.title) != app.preview.as_ref().map(|it| &it.title) {
        app.preview = None;
        return true;
    }
    if command == Command::Open
        && let Some(preview) = app.preview.take()
    {
        app.help = None;
        app.notice = None;
        let Preview { feeds, searches, .. } = preview;
        marks::change(app, Change::Import { feeds, searches, origin: Origin::Reader });
        return false;
    }
    let as_ever = help::perform(app, command, count);
    if app.help.is_none() && app.preview.take().is_some() {
        app.tell("Nothing was imported; everything is as it was.");
    }
    as_ever
}

//! Lists of subscriptions in and out: `import` and `export --format opml`.
//!
//! A list is first counted, then taken in as one change; nothing in it is ever run. What is written is whole or not
//! there, and no one else's to read.

use std::collections::HashSet;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::ExitCode;

use crate::app::counted;
use crate::feed::opml::{self, Secrets, SubscriptionList};
use crate::news::{CleanText, FeedId, FeedRow};
use crate::query::Query;
use crate::shell::leading_home;
use crate::store::{Answer, Ask, Change, Done, Library, NewFeed, Origin};

use super::arguments::{ExportArguments, ExportFormat, ImportArguments};
use super::change::read_bytes;
use super::print::{Out, say};
use super::{Failure, Surroundings, show};

/// Skipped entries that are named one by one.
const SKIPPED_NAMED_MAX: usize = 20;
/// Rows that are asked for at one time.
const ROWS_AT_ONCE: usize = 500;
/// Who may read an export: its owner.
const OWNER_ONLY: u32 = 0o600;

pub fn import(surroundings: &Surroundings, arguments: &ImportArguments) -> Result<ExitCode, Failure> {
    let list = opml::read(&read_bytes(&arguments.file)?).map_err(Failure)?;
    let library = surroundings.library()?;
    let subscribed: HashSet<String> = show::tree(surroundings, &library)?
        .feeds
        .iter()
        .filter_map(|it| it.url.as_ref().map(|it| it.as_str().to_owned()))
        .collect();
    let already = list.subscriptions.iter().filter(|it| subscribed.contains(it.url.as_str())).count();
    tell_private(&list);
    if arguments.dry_run {
        say(&format!(
            "Would add {}, already have {already}, skip {}.",
            list.subscriptions.len() - already,
            list.skipped.len()
        ));
        for search in &list.searches {
            say(&format!("Would save the search {}: {}", search.name, search.query));
        }
        tell_skipped(&list);
        return Ok(ExitCode::SUCCESS);
    }
    let searches = askable_searches(&list);
    let found = list.subscriptions.len();
    let feeds = list.subscriptions.iter().cloned();
    let feeds = feeds.map(|it| NewFeed { url: it.url, title: it.title, folder: it.folder, tags: it.tags }).collect();
    let changed = library.change(Change::Import { feeds, searches, origin: Origin::CommandLine })?;
    let (added, already, searches) = match &changed.done {
        Done::Subscribed { added, already } => (added.len(), *already, 0),
        Done::Imported { added, already, searches } => (added.len(), *already, *searches),
        _ => (0, found, 0),
    };
    let feeds = counted(added, "feed", "feeds");
    say(&format!("{feeds} added, {already} there already, {} skipped.", list.skipped.len()));
    if searches > 0 {
        say(&format!("{} saved from newsboat's query feeds.", counted(searches, "search", "searches")));
    }
    tell_skipped(&list);
    if added > 0 {
        let all = if searches > 0 { "all of it" } else { "them" };
        say(&format!("`dateline refresh` fetches them; `dateline undo` takes {all} back."));
    }
    Ok(ExitCode::SUCCESS)
}

/// The translated queries of a list with their names; what is no query is said and left out.
fn askable_searches(list: &SubscriptionList) -> Vec<(CleanText, CleanText)> {
    let mut askable = Vec::new();
    for search in &list.searches {
        match Query::parse(search.query.as_str()) {
            Ok(_) => askable.push((search.name.clone(), search.query.clone())),
            Err(why) => say(&format!("  {}: {why}", search.name)),
        }
    }
    askable
}

pub fn export(surroundings: &Surroundings, arguments: &ExportArguments) -> Result<ExitCode, Failure> {
    let ExportFormat::Opml = arguments.format;
    let library = surroundings.library()?;
    let mut feeds = show::tree(surroundings, &library)?.feeds;
    let query = arguments.query.join(" ");
    if !query.trim().is_empty() {
        let Some(wanted) = feeds_of(surroundings, &library, &query)? else { return Ok(show::wrong_usage()) };
        feeds.retain(|it| wanted.contains(&it.id));
    }
    feeds.retain(|it| it.url.is_some());
    let secrets = if arguments.with_secrets { Secrets::Kept } else { Secrets::LeftOut };
    let text = opml::write(&feeds, secrets);
    if arguments.to == Path::new("-") {
        Out::new().line(text.trim_end());
    } else {
        write_whole(&arguments.to, text.as_bytes())?;
        say(&format!("{} written to {}.", counted(feeds.len(), "feed", "feeds"), arguments.to.display()));
    }
    if !arguments.with_secrets && feeds.iter().any(has_secrets) {
        say("Names and passwords in addresses were left out; --with-secrets writes them too.");
    }
    Ok(ExitCode::SUCCESS)
}

/// The feeds that an article answering the query belongs to; `None` where it is no query.
fn feeds_of(surroundings: &Surroundings, library: &Library, query: &str) -> Result<Option<HashSet<FeedId>>, Failure> {
    let mut wanted = HashSet::new();
    let Some(articles) = show::matching(surroundings, library, query, None)? else { return Ok(None) };
    for some in articles.chunks(ROWS_AT_ONCE) {
        if let Answer::Rows { rows } = library.ask(Ask::RowsOf(some.to_vec()))? {
            wanted.extend(rows.iter().map(|it| it.feed));
        }
    }
    Ok(Some(wanted))
}

fn has_secrets(feed: &FeedRow) -> bool {
    feed.url.as_ref().is_some_and(|it| it.without_secrets() != *it)
}

/// An imported list counts as typed, so what leads into the person's own network is said before it is fetched.
fn tell_private(list: &SubscriptionList) {
    let private = leading_home(list);
    if private.is_empty() {
        return;
    }
    let addresses = counted(private.len(), "address leads", "addresses lead");
    say(&format!("{addresses} into this machine or its network and will be fetched there:"));
    for url in private.iter().take(SKIPPED_NAMED_MAX) {
        say(&format!("  {}", url.without_secrets()));
    }
}

fn tell_skipped(list: &SubscriptionList) {
    for reason in list.skipped.iter().take(SKIPPED_NAMED_MAX) {
        say(&format!("  skipped: {reason}"));
    }
    if list.skipped.len() > SKIPPED_NAMED_MAX {
        say(&format!("  and {} more", list.skipped.len() - SKIPPED_NAMED_MAX));
    }
}

/// Writes a file that is whole or not there, in place of what had its name, for its owner alone.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failure = |error: std::io::Error| {
        Failure::new(&format!("{}: {error}. Nothing was changed there; check the folder.", path.display()))
    };
    let name = path.file_name().ok_or_else(|| Failure::new("Name a file to write to, or - for standard output."))?;
    let beginning = format!(".{}.", name.to_string_lossy());
    remove_left_over(path, &beginning);
    let unfinished = path.with_file_name(format!("{beginning}{}.part", std::process::id()));
    let written = (|| {
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(OWNER_ONLY).open(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&unfinished, path)
    })();
    if written.is_err() {
        // What is half written helps nobody; if it can't be removed either, the error says enough.
        let _ = std::fs::remove_file(&unfinished);
    }
    written.map_err(failure)
}

/// Removes what an export to the same file left half written when it was killed. Another one that is at it keeps its own.
fn remove_left_over(path: &Path, beginning: &str) {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name.strip_prefix(beginning).and_then(|it| it.strip_suffix(".part"));
        let process = process.filter(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()));
        if process.is_some_and(|it| !Path::new("/proc").join(it).exists()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

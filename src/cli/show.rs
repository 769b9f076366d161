//! Commands that only look: `feeds`, `list`, `show`, `doctor`.

use std::process::ExitCode;

use crate::app::counted;
use crate::config::Paths;
use crate::news::{Article, ArticleId, ArticleRow, CleanText, FeedRow, FeedWorth, Limit, Now, Pause, Timestamp};
use crate::query::{NamedQuery, Query, QueryError};
use crate::refresh::Cancel;
use crate::store::{Answer, Ask, Health, Library, Scope, Tree, View};
use crate::text::{self, Document};

use super::arguments::{JsonArguments, ListArguments, ShowArguments};
use super::json::{self, Detail};
use super::print::{Out, notice, say};
use super::{Failure, Surroundings, waiting};

/// Width of text where nobody says otherwise: a good measure for reading.
const WIDTH_DEFAULT: usize = 72;

pub fn feeds(surroundings: &Surroundings, arguments: &JsonArguments) -> Result<ExitCode, Failure> {
    let library = surroundings.library()?;
    let tree = tree(surroundings, &library)?;
    let mut out = Out::new();
    if arguments.json {
        let worth = worth(surroundings, &library)?;
        for row in &tree.feeds {
            out.json(&json::feed(row, worth.iter().find(|it| it.feed == row.id)));
        }
        return Ok(ExitCode::SUCCESS);
    }
    for row in &tree.feeds {
        out.line(&feed_line(surroundings, row));
        if let Some(problem) = &row.problem {
            out.line(&format!("        ✗ {problem}"));
        }
        match row.pause {
            Pause::No => {}
            Pause::ByPerson => out.line("        paused"),
            Pause::Gone => out.line("        ✗ removed by its publisher; it is looked for once more"),
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub fn list(surroundings: &Surroundings, arguments: &ListArguments) -> Result<ExitCode, Failure> {
    let library = surroundings.library()?;
    let Some(ids) = matching(surroundings, &library, &arguments.query.join(" "), arguments.limit)? else {
        return Ok(wrong_usage());
    };
    let mut out = Out::new();
    if arguments.json {
        for id in ids {
            if let Some(found) = find(&library, id)? {
                out.json(&json::article(&found, Detail::Row));
            }
        }
        return Ok(ExitCode::SUCCESS);
    }
    let colour = surroundings.colour.on_stdout();
    let width = terminal_width().unwrap_or(120);
    for some in ids.chunks(ROWS_AT_ONCE) {
        let Answer::Rows { rows } = library.ask(Ask::RowsOf(some.to_vec()))? else { continue };
        for row in &rows {
            let line = list_line(surroundings, row, width);
            if colour && row.state.unread { out.styled("\x1b[1m", &line, "\x1b[0m") } else { out.line(&line) }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// So that a million rows are never in memory at once.
const ROWS_AT_ONCE: usize = 500;

pub fn article(surroundings: &Surroundings, arguments: &ShowArguments) -> Result<ExitCode, Failure> {
    let library = surroundings.library()?;
    let id = ArticleId(arguments.id);
    if find(&library, id)?.is_none() {
        return Err(no_such_article(id));
    }
    let mut code = ExitCode::SUCCESS;
    let waiting = arguments.full.then(|| waiting::for_server("Fetching the page …"));
    let fetched = if arguments.full { surroundings.pipeline(&library)?.full_text(id).map(drop) } else { Ok(()) };
    drop(waiting);
    if let Err(error) = fetched {
        // What is stored is shown all the same; the exit code tells scripts.
        say(surroundings.failure(&error).0.as_str());
        code = ExitCode::FAILURE;
    }
    settle(&library)?;
    let found = find(&library, id)?.ok_or_else(|| no_such_article(id))?;
    let origin = found.body.best_origin();
    let document = Document::from_html(found.body.html(origin), found.row.url.as_ref());
    let mut out = Out::new();
    if arguments.form.json {
        out.json(&json::article(&found, Detail::Text));
    } else if arguments.form.html {
        out.line(&found.body.html(origin).0);
    } else if arguments.form.markdown {
        out.line(&markdown(&found, &document));
    } else if arguments.form.text {
        out.line(&document.plain());
    } else {
        let width = arguments.width.or_else(|| terminal_width().map(|it| it.min(WIDTH_DEFAULT)));
        print_for_reading(surroundings, &mut out, &found, document, width.unwrap_or(WIDTH_DEFAULT).max(1));
    }
    Ok(code)
}

pub fn doctor(surroundings: &Surroundings, arguments: &JsonArguments) -> Result<ExitCode, Failure> {
    let library = match surroundings.library() {
        Ok(library) => library,
        Err(why) => {
            tell_what_is_there(surroundings);
            return Err(why);
        }
    };
    let Answer::Health(health) = library.ask(Ask::Health)? else { return Err(unanswered()) };
    let mut out = Out::new();
    if arguments.json {
        out.json(&health_object(&health));
    } else {
        print_health(&mut out, &health);
    }
    Ok(if health.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Where a library that can't be opened lies, and which copies of it there are: what whoever mends it needs to know.
fn tell_what_is_there(surroundings: &Surroundings) {
    let Ok(paths) = Paths::resolve(surroundings.data.clone()) else { return };
    say(&format!("The library is {}.", paths.data.join("library.db").display()));
    let folder = paths.data.join("backup");
    let mut copies: Vec<_> = std::fs::read_dir(&folder).into_iter().flatten().flatten().collect();
    copies.sort_by_key(std::fs::DirEntry::file_name);
    for copy in copies.iter().filter(|it| it.path().extension().is_some_and(|it| it == "db")) {
        let megabytes = copy.metadata().map_or(0, |it| it.len()).div_ceil(1_000_000);
        say(&format!("There is a copy of before an update: {}, {megabytes} MB.", copy.path().display()));
    }
}

/// Ids that answer a query typed on the command line, newest first or as the query wants them. `None` where the query is
/// mistaken, which is then said with a caret under the mistake.
pub(super) fn matching(
    surroundings: &Surroundings,
    library: &Library,
    text: &str,
    limit: Option<usize>,
) -> Result<Option<Vec<ArticleId>>, Failure> {
    let query = match Query::parse(text) {
        Ok(query) => settled(surroundings, library, &query)?,
        Err(why) => Err(why),
    };
    let query = match query {
        Ok(query) => query,
        Err(why) => {
            point_at(text, &why);
            return Ok(None);
        }
    };
    settle(library)?;
    let view = View { scope: Scope::All, unread_only: false, query };
    let (mut ids, more) = match library.ask(Ask::Ids { view })? {
        Answer::Ids(ids) => (ids, false),
        Answer::IdsSoFar(ids) => (ids, true),
        _ => return Err(unanswered()),
    };
    if more && limit.is_none_or(|it| it > ids.len()) {
        say("Only the newest texts were looked through; there may be more. A word or a day narrows it.");
    }
    ids.truncate(limit.unwrap_or(usize::MAX));
    Ok(Some(ids))
}

/// The query for this moment; what it names of the library is looked up.
fn settled(
    surroundings: &Surroundings,
    library: &Library,
    query: &Query,
) -> Result<Result<Query, QueryError>, Failure> {
    let now = Now { utc: surroundings.now(), zone: surroundings.zone.clone() };
    let searches = tree(surroundings, library)?.searches;
    let saved: Vec<NamedQuery<'_>> =
        searches.iter().map(|it| NamedQuery { name: it.name.as_str(), text: it.query.as_str() }).collect();
    Ok(query.settled(&now, &saved))
}

/// The query, carets under what is wrong with it, and the sentence.
fn point_at(query: &str, why: &QueryError) {
    let shown = CleanText::preformatted(query, Limit::SENTENCE);
    let cells = |it: &str| text::width(it);
    let before: String = shown.as_str().chars().take(why.column - 1).collect();
    let wrong: String = shown.as_str().chars().skip(why.column - 1).take(why.length).collect();
    let carets = format!("{}{}", " ".repeat(cells(&before)), "^".repeat(cells(&wrong).max(1)));
    notice(&shown);
    notice(&CleanText::preformatted(&carets, Limit::SENTENCE));
    say(&why.to_string());
}

/// What scripts are told by where the words typed were no query.
pub(super) fn wrong_usage() -> ExitCode {
    ExitCode::from(2)
}

pub(super) fn find(library: &Library, id: ArticleId) -> Result<Option<Article>, Failure> {
    let Answer::Article(found) = library.ask(Ask::Article(id))? else { return Err(unanswered()) };
    Ok(found.map(|it| *it))
}

pub(super) fn tree(surroundings: &Surroundings, library: &Library) -> Result<Tree, Failure> {
    let today = surroundings.zone.start_of_day(surroundings.now());
    let Answer::Tree(tree) = library.ask(Ask::Tree { today })? else { return Err(unanswered()) };
    Ok(*tree)
}

fn worth(surroundings: &Surroundings, library: &Library) -> Result<Vec<FeedWorth>, Failure> {
    let Answer::Worth(worth) = library.ask(Ask::Worth { now: surroundings.now() })? else { return Err(unanswered()) };
    Ok(worth)
}

/// Indexes what an earlier `refresh --no-index` left waiting.
pub(super) fn settle(library: &Library) -> Result<(), Failure> {
    waiting::index(library, &Cancel::default())
}

/// The width of the terminal that stdout is, if it is one.
pub(super) fn terminal_width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}

fn unanswered() -> Failure {
    Failure::new("The library gave another answer than was asked for. Run `dateline doctor`.")
}

fn no_such_article(id: ArticleId) -> Failure {
    Failure::new(&format!("There is no article {id}. `dateline list` shows the numbers."))
}

fn feed_line(surroundings: &Surroundings, row: &FeedRow) -> String {
    let mark = match (row.pause, &row.problem) {
        (Pause::No, None) => ' ',
        (Pause::ByPerson, _) => 'p',
        (Pause::No | Pause::Gone, _) => '✗',
    };
    let last = row.last_success.map_or_else(|| "never".to_owned(), |it| moment(surroundings, it));
    let folder = if row.folder.is_top() { String::new() } else { format!("{} ▸ ", row.folder) };
    let address = row.url.as_ref().map_or_else(String::new, crate::news::CleanUrl::in_words);
    format!("{:>5} {mark} {:>5}/{:<6} {last:>12}  {folder}{}  {address}", row.id.0, row.unread, row.articles, row.title)
}

fn list_line(surroundings: &Surroundings, row: &ArticleRow, width: usize) -> String {
    let mark = match (row.state.unread, row.state.starred) {
        (_, true) => '★',
        (true, false) => '●',
        (false, false) => '○',
    };
    let when = surroundings.zone.format(row.sort, "%Y-%m-%d");
    let title = if row.title.is_empty() { "(untitled)" } else { row.title.as_str() };
    let tags: String = row.tags.iter().map(|it| format!(" #{it}")).collect();
    let head = format!("{:>12} {mark} {when}  ", row.id.0);
    let tail = format!("  {}{tags}", row.feed_title);
    let room = width.saturating_sub(text::width(&head) + text::width(&tail)).max(20);
    format!("{head}{}{tail}", text::truncate(title, room))
}

fn moment(surroundings: &Surroundings, at: Timestamp) -> String {
    surroundings.zone.format(at, "%-d %b %H:%M")
}

fn print_for_reading(
    surroundings: &Surroundings,
    out: &mut Out,
    article: &Article,
    mut document: Document,
    width: usize,
) {
    let row = &article.row;
    for line in text::wrap(&row.title, width) {
        if surroundings.colour.on_stdout() {
            out.styled("\x1b[1m", line.as_str(), "\x1b[0m")
        } else {
            out.line(line.as_str())
        }
    }
    let known = &article.metadata;
    let published = surroundings.zone.format(row.sort, "%-d %b %Y %H:%M");
    let mut facts = vec![row.feed_title.to_string(), published];
    facts.extend(known.dateline.clone());
    facts.extend((!known.attribution.is_empty()).then(|| format!("via {}", known.attribution.join(", "))));
    facts.extend(row.tags.iter().map(|it| format!("#{it}")));
    out.line(&facts.join(" · "));
    if let Some(url) = &row.url {
        out.line(url.without_secrets().as_str());
    }
    out.line("");
    document.give_lead(known.caption.as_deref().unwrap_or_default(), known.credit.as_deref().unwrap_or_default());
    for line in document.lines(width) {
        out.line(&line.spans.iter().map(|it| it.text.as_str()).collect::<String>());
    }
    if !document.links.is_empty() {
        out.line("");
        for (number, link) in document.links.iter().enumerate() {
            if let Some(url) = &link.url {
                out.line(&format!("[{}] {}", number + 1, url.without_secrets()));
            }
        }
    }
}

fn markdown(article: &Article, document: &Document) -> String {
    let title = article.row.title.as_str().replace('\\', "\\\\").replace('*', "\\*").replace('_', "\\_");
    let address = article.row.url.as_ref().map(|it| format!("<{}>\n\n", it.without_secrets())).unwrap_or_default();
    format!("# {title}\n\n{address}{}", document.markdown())
}

fn many(count: i64, one: &str, many: &str) -> String {
    counted(usize::try_from(count).unwrap_or(0), one, many)
}

fn health_object(health: &Health) -> serde_json::Value {
    serde_json::json!({
        "ok": health.faults.is_empty(),
        "faults": health.faults,
        "schema": health.schema_version,
        "sqlite": health.sqlite_version,
        "feeds": health.feeds,
        "articles": health.articles,
        "file_bytes": health.file_bytes,
        "body_bytes": health.body_bytes,
        "index_bytes": health.index_bytes,
        "free_bytes": health.free_bytes,
        "waiting_to_be_pressed": health.waiting_to_be_pressed,
        "journal_steps": health.journal_steps,
        "waiting_for_index": health.waiting_for_index,
    })
}

fn print_health(out: &mut Out, health: &Health) {
    for fault in &health.faults {
        out.line(&format!("✗ {fault}"));
    }
    if health.faults.is_empty() {
        out.line("The library is sound.");
    }
    let megabytes = |bytes: i64| format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000);
    out.line(&format!(
        "{}, {}, {} that can be undone",
        many(health.feeds, "feed", "feeds"),
        many(health.articles, "article", "articles"),
        many(health.journal_steps, "step", "steps"),
    ));
    out.line(&format!(
        "file {}, texts {}, index {}; SQLite {}, schema {}",
        megabytes(health.file_bytes),
        megabytes(health.body_bytes),
        megabytes(health.index_bytes),
        health.sqlite_version,
        health.schema_version,
    ));
    if health.articles > 0 {
        let each = |bytes: i64| bytes / health.articles;
        let rest = health.file_bytes - health.body_bytes - health.index_bytes - health.free_bytes;
        out.line(&format!(
            "{} an article: {} its texts, {} the index, {} the rest, {} free for what comes",
            many(each(health.file_bytes), "byte", "bytes"),
            each(health.body_bytes),
            each(health.index_bytes),
            each(rest),
            each(health.free_bytes)
        ));
    }
    if health.waiting_to_be_pressed > 0 {
        let texts = many(health.waiting_to_be_pressed, "text is", "texts are");
        out.line(&format!("{texts} still as they arrived; the reader presses them smaller while nobody waits"));
    }
    if health.waiting_for_index > 0 {
        let wait = many(health.waiting_for_index, "article waits", "articles wait");
        out.line(&format!("{wait} to be indexed; the next start does it"));
    }
}

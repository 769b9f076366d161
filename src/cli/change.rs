//! Commands that change the library: `add`, `import`, `tag`, `save`, `undo`. Each can be undone.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::app::counted;
use crate::news::{CleanText, CleanUrl, FeedSource, FolderPath, Limit, TagChanges, TagName};
use crate::refresh::AddRequest;
use crate::store::{Answer, Ask, Change, Done, Origin, SavedArticle};

use super::arguments::{AddArguments, SaveArguments, TagArguments, UndoArguments};
use super::json::{self, Detail};
use super::print::{Out, say};
use super::{Failure, Surroundings, show, waiting};

/// What is read of a file or standard input; real lists and pages are far smaller.
const FILE_BYTES_MAX: u64 = 50 * 1024 * 1024;
const JOURNAL_LINES: usize = 50;

pub fn add(surroundings: &Surroundings, arguments: &AddArguments) -> Result<ExitCode, Failure> {
    let tags = tag_names(&arguments.tag)?;
    let asked: Vec<Asked> = arguments.urls.iter().map(|it| asked(it)).collect::<Result<_, _>>()?;
    let library = surroundings.library()?;
    let pipeline = surroundings.pipeline(&library)?;
    let mut code = ExitCode::SUCCESS;
    for Asked { url, source } in asked {
        let request = AddRequest {
            url,
            title: CleanText::line(arguments.title.as_deref().unwrap_or_default(), Limit::TITLE),
            folder: FolderPath::parse(arguments.folder.as_deref().unwrap_or_default()),
            tags: tags.clone(),
            origin: Origin::CommandLine,
        };
        let waiting = waiting::for_server(&format!("Looking at {} …", shown(&request.url, source.as_ref())));
        let added = match &source {
            Some(source) => pipeline.add_local(&request, source),
            None => pipeline.add(&request),
        };
        drop(waiting);
        match added {
            Ok(added) if added.already => say(&format!("{} is subscribed to already.", added.title)),
            Ok(added) => {
                let articles = counted(added.articles, "article", "articles");
                let from = shown(&added.url, source.as_ref());
                say(&format!("Added {} ({from}): {articles}.", added.title));
                for other in &added.others {
                    let title = if other.title.is_empty() { String::new() } else { format!(" ({})", other.title) };
                    say(&format!("  There is also {}{title}.", other.url.without_secrets()));
                }
            }
            Err(error) => {
                let from = shown(&request.url, source.as_ref());
                say(&format!("{from}: {}", error.sentence_of_adding(&surroundings.zone)));
                code = ExitCode::FAILURE;
            }
        }
    }
    show::settle(&library)?;
    Ok(code)
}

/// What is to be subscribed to.
struct Asked {
    url: CleanUrl,
    /// A program or a file that a person typed here, which is why it is trusted.
    source: Option<FeedSource>,
}

fn asked(typed: &str) -> Result<Asked, Failure> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let here = std::env::current_dir().unwrap_or_default();
    let file = file_address(typed);
    if file.is_some() && !Path::new(typed).is_file() {
        return Err(Failure::new(&format!("{typed}: there is no such file. Check the name, or give an address.")));
    }
    match crate::refresh::parse_local(file.as_deref().unwrap_or(typed), home.as_deref(), &here) {
        Some(Ok(local)) => Ok(Asked { url: local.url, source: Some(local.source) }),
        Some(Err(sentence)) => Err(Failure::new(&sentence)),
        None => Ok(Asked { url: address(typed)?, source: None }),
    }
}

/// A path is a file of this machine, as `file:` says; no host begins like one.
fn file_address(typed: &str) -> Option<String> {
    let is_path = ["/", "./", "../"].iter().any(|it| typed.starts_with(it)) && !typed.starts_with("//");
    is_path.then(|| format!("file:{typed}"))
}

/// A feed's address as its person knows it.
fn shown(url: &CleanUrl, source: Option<&FeedSource>) -> String {
    match source {
        Some(source) => source.as_typed(Some(url)).to_string(),
        None => url.without_secrets().to_string(),
    }
}

pub fn tag(surroundings: &Surroundings, arguments: &TagArguments) -> Result<ExitCode, Failure> {
    let changes = TagChanges::parse(&arguments.changes).map_err(|error| Failure::new(&error.to_string()))?;
    let library = surroundings.library()?;
    let Some(articles) = show::matching(surroundings, &library, &arguments.query.join(" "), None)? else {
        return Ok(show::wrong_usage());
    };
    if articles.is_empty() {
        return Err(Failure::new(
            "No article answers that query, so nothing was tagged. `dateline list` tries a query.",
        ));
    }
    let change = Change::Tag { articles, add: changes.add, remove: changes.remove, origin: Origin::CommandLine };
    match library.change(change)?.done {
        Done::Tagged { count, .. } => say(&format!("{count} tagged. `dateline undo` takes it back.")),
        _ => say("They were tagged so already; nothing had to change."),
    }
    Ok(ExitCode::SUCCESS)
}

pub fn save(surroundings: &Surroundings, arguments: &SaveArguments) -> Result<ExitCode, Failure> {
    let library = surroundings.library()?;
    let id = if let Some(url) = web_address(&arguments.what) {
        let _waiting = waiting::for_server(&format!("Fetching {} …", url.without_secrets()));
        surroundings
            .pipeline(&library)?
            .save(&url, Origin::CommandLine)
            .map_err(|error| surroundings.failure(&error))?
    } else {
        let bytes = read_bytes(Path::new(&arguments.what))?;
        let page = if crate::feed::discover::looks_like_a_page(&bytes) {
            crate::page::extract(&bytes, None, None).map_err(|problem| surroundings.problem(&problem))?
        } else {
            crate::page::from_plain_text(&String::from_utf8_lossy(&bytes))
        };
        let article = Box::new(SavedArticle { url: page.url.clone(), page, at: surroundings.now() });
        let done = library.change(Change::Save { article, origin: Origin::CommandLine })?.done;
        let Done::Saved { article, .. } = done else {
            return Err(Failure::new("Nothing was saved. Run `dateline doctor`."));
        };
        article
    };
    show::settle(&library)?;
    let saved =
        show::find(&library, id)?.ok_or_else(|| Failure::new("The saved article is gone. Run `dateline doctor`."))?;
    if arguments.json {
        Out::new().json(&json::article(&saved, Detail::Text));
    } else {
        let words = counted(usize::try_from(saved.metadata.words).unwrap_or(0), "word", "words");
        say(&format!("Saved as {id}: {} ({words}).", saved.row.title));
    }
    Ok(ExitCode::SUCCESS)
}

pub fn undo(surroundings: &Surroundings, arguments: &UndoArguments) -> Result<ExitCode, Failure> {
    let library = surroundings.library()?;
    if arguments.list {
        let Answer::Journal(steps) = library.ask(Ask::Journal { limit: JOURNAL_LINES })? else {
            return Ok(ExitCode::SUCCESS);
        };
        let mut out = Out::new();
        for step in &steps {
            out.line(&json::journal_line(step, &surroundings.zone.format(step.at, "%Y-%m-%d %H:%M")));
        }
        return Ok(ExitCode::SUCCESS);
    }
    match library.change(Change::Undo { origin: Origin::CommandLine })?.done {
        Done::Undone { sentence, origin } => {
            let by = origin.map(|it| format!(", made by {it}")).unwrap_or_default();
            say(&format!("Undone: {sentence}{by}."));
        }
        _ => say("There is nothing to undo."),
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a file, or standard input for `-`, up to a limit.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::new(&format!("{}: {error}. Check the name and its permissions.", path.display())))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Failure::new(
            "That file is larger than 50 MB, which no list or page is. Nothing was read from it.",
        ));
    }
    Ok(bytes)
}

/// The address meant by an argument that may also be a file: only what begins with a scheme of the web.
pub(super) fn web_address(argument: &str) -> Option<CleanUrl> {
    CleanUrl::parse(argument).ok()
}

pub(super) fn address(typed: &str) -> Result<CleanUrl, Failure> {
    crate::refresh::parse_pasted(typed).map_err(|error| Failure::new(&format!("{typed}: {error}")))
}

fn tag_names(typed: &[String]) -> Result<Vec<TagName>, Failure> {
    typed.iter().map(|it| TagName::parse(it).map_err(|error| Failure::new(&error.to_string()))).collect()
}

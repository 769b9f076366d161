//! Feeds that no server sends: what a program prints (`exec:`), what a program makes of a fetched feed (`filter:`), and
//! files (`file:`). Only what a person typed on the command line is one; no list, page or feed ever names them.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::arrive::{arrival, read_feed};
use super::program::{self, Bounds};
use super::{AddRequest, Added, Pipeline, PipelineError, subscribe};
use crate::fetch::{Held, Outcome, Response};
use crate::news::{CleanText, CleanUrl, FeedSettings, FeedSource, Limit, Problem};
use crate::store::{Change, Done, Due, NewFeed, Validators};

const FILE_BYTES_MAX: u64 = 10 * 1_024 * 1_024;

/// What a person typed that begins with `exec:`, `filter:` or `file:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    /// The address to filter, or the one that stands for a program or a file.
    pub url: CleanUrl,
    pub source: FeedSource,
}

/// Reads `exec:program argument…`, `filter:program argument…:https://…` or `file:path`. `None` for anything else.
///
/// Words are parted by white space; quotes, single or double, hold one together. Nothing else is special: no shell
/// reads it. `home` is what a leading `~/` of the program means, `here` where a relative file begins.
///
/// # Errors
/// A sentence for the person.
pub fn parse(typed: &str, home: Option<&Path>, here: &Path) -> Option<Result<Local, String>> {
    let (scheme, rest) = typed.trim().split_once(':')?;
    match scheme.to_ascii_lowercase().as_str() {
        "exec" => Some(words(rest, home).map(|program| Local {
            url: CleanUrl::standing_for_program(name_of(&program), &program.join("\n")),
            source: FeedSource::Program(program),
        })),
        "filter" => Some(filter(rest, home)),
        "file" => {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            let path: PathBuf = here.join(path);
            if path.as_os_str().is_empty() || path.to_str().is_none() {
                return Some(Err("That names no file. Write it as file:/home/me/feed.xml.".to_owned()));
            }
            let text = path.to_string_lossy().into_owned();
            let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
            Some(Ok(Local { url: CleanUrl::standing_for_file(&name, &text), source: FeedSource::File(text) }))
        }
        _ => None,
    }
}

/// What a feed's own source gives in place of a server's answer; `None` where a server is to be asked.
pub(super) fn answer(due: &Due, ended: &AtomicBool) -> Option<Response> {
    let body = match due.settings.source.as_ref()? {
        FeedSource::Filter(_) => return None,
        FeedSource::Program(command) => program::run(command, None, &Bounds::STANDARD, ended)
            .map_err(|detail| Problem::Program { program: name_of(command).to_owned(), detail }),
        FeedSource::File(path) => read(Path::new(path)).map_err(|detail| Problem::File { detail }),
    };
    let (outcome, bytes) = match body {
        Ok(body) => {
            let bytes = body.len() as u64;
            (Outcome::Fetched { body, content_type: None, validators: Validators::default() }, bytes)
        }
        Err(problem) => (Outcome::Failed { problem, retry_at: None }, 0),
    };
    let url = due.url.clone();
    Some(Response { outcome, url, moved: None, downgraded: false, fresh_seconds: None, bytes, held: Held::default() })
}

/// As [`answer`] for a feed whose address only stands for it.
pub(super) fn answer_or_problem(pipeline: &Pipeline, due: &Due, ended: &AtomicBool) -> Response {
    let failed = |problem| Response {
        outcome: Outcome::Failed { problem, retry_at: None },
        url: due.url.clone(),
        moved: None,
        downgraded: false,
        fresh_seconds: None,
        bytes: 0,
        held: Held::default(),
    };
    if pipeline.fetcher.is_offline() {
        return failed(Problem::Offline);
    }
    answer(due, ended).unwrap_or_else(|| failed(Problem::NoSource))
}

/// What a feed's filter makes of what was fetched.
pub(super) fn filtered(settings: &FeedSettings, body: Vec<u8>, ended: &AtomicBool) -> Result<Vec<u8>, Problem> {
    let Some(FeedSource::Filter(command)) = &settings.source else { return Ok(body) };
    program::run(command, Some(body), &Bounds::STANDARD, ended)
        .map_err(|detail| Problem::Program { program: name_of(command).to_owned(), detail })
}

/// Tells one document from another, also where only what is made of it differs.
pub(super) fn hash(settings: &FeedSettings, body: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(body);
    if let Some(FeedSource::Filter(command)) = &settings.source {
        hasher.update(command.join("\0").as_bytes());
    }
    *hasher.finalize().as_bytes()
}

/// Subscribes to it and reads it at once.
pub(super) fn add(pipeline: &Pipeline, new: &AddRequest, source: &FeedSource) -> Result<Added, PipelineError> {
    if let Some(added) = subscribe::already(pipeline, &new.url)? {
        return Ok(added);
    }
    let settings = FeedSettings { source: Some(source.clone()), ..FeedSettings::default() };
    let mut due = Due { settings: settings.clone(), ..Due::new(crate::news::FeedId(0), new.url.clone()) };
    let ended = AtomicBool::new(false);
    let (body, content_type, validators, fresh_seconds, from) = match answer(&due, &ended) {
        Some(Response { outcome: Outcome::Fetched { body, .. }, url, .. }) => {
            (body, None, Validators::default(), None, url)
        }
        Some(Response { outcome: Outcome::Failed { problem, .. }, .. }) => return Err(problem.into()),
        Some(Response { outcome: Outcome::NotModified { .. }, .. }) | None => {
            let trust = crate::fetch::Trust::in_host_of(&new.url);
            let fetched = subscribe::fetch(pipeline, &new.url, &trust)?;
            (fetched.body, fetched.content_type, fetched.validators, fetched.fresh_seconds, fetched.from)
        }
    };
    let body_hash = hash(&settings, &body);
    let body = filtered(&settings, body, &ended)?;
    let (parsed, complaints) = read_feed(&body, content_type, &from)?;
    let title = if new.title.is_empty() && parsed.title.is_empty() { title_of(source) } else { new.title.clone() };
    let feed = NewFeed { url: new.url.clone(), title, folder: new.folder.clone(), tags: new.tags.clone() };
    let change = Change::SubscribeTo { feed, settings, origin: new.origin };
    let Done::Subscribed { added, .. } = pipeline.library.change(change)?.done else {
        return Err(subscribe::not_taken().into());
    };
    let Some(&id) = added.first() else { return Err(subscribe::not_taken().into()) };
    due.feed = id;
    let at = (pipeline.clock)();
    let arrival = arrival(&due, from, parsed, complaints, validators, fresh_seconds, at, body_hash);
    let arrived = pipeline.library.change(Change::Arrive(Box::new(arrival)))?.done;
    let articles = if let Done::Arrived { new, .. } = arrived { new } else { 0 };
    let title = subscribe::feed_title(pipeline, id)?.unwrap_or_default();
    Ok(Added { feed: id, title, url: new.url.clone(), already: false, articles, others: Vec::new() })
}

fn title_of(source: &FeedSource) -> CleanText {
    let name = match source {
        FeedSource::Program(command) | FeedSource::Filter(command) => name_of(command),
        FeedSource::File(path) => path.rsplit('/').next().unwrap_or_default(),
    };
    CleanText::line(name, Limit::TITLE)
}

fn name_of(command: &[String]) -> &str {
    let program = command.first().map_or("", String::as_str);
    program.rsplit('/').next().unwrap_or(program)
}

/// Reads a file, and only that: neither a pipe nor a device, which may never end.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let name = path.display();
    let metadata = std::fs::metadata(path).map_err(|error| format!("{name}: {error}"))?;
    if !metadata.is_file() {
        return Err(format!("{name} is no file"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| format!("{name}: {error}"))?;
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(format!("{name} is larger than {} MB", FILE_BYTES_MAX / 1_048_576));
    }
    Ok(bytes)
}

fn filter(rest: &str, home: Option<&Path>) -> Result<Local, String> {
    let at = [":https://", ":http://"].iter().filter_map(|it| rest.rfind(it)).max();
    let Some(at) = at else {
        return Err("A filter needs the address that it filters: filter:program:https://example.org/feed.".to_owned());
    };
    let url = CleanUrl::parse(&rest[at + 1..]).map_err(|error| error.to_string())?;
    Ok(Local { url, source: FeedSource::Filter(words(&rest[..at], home)?) })
}

/// Parts a command into its words.
fn words(text: &str, home: Option<&Path>) -> Result<Vec<String>, String> {
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for char in text.chars() {
        match (char, quote) {
            (it, Some(open)) if it == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(char);
                word.get_or_insert_default();
            }
            (it, None) if it.is_whitespace() => words.extend(word.take()),
            (it, _) => word.get_or_insert_default().push(it),
        }
    }
    words.extend(word);
    if quote.is_some() {
        return Err("A quote is not closed in that command.".to_owned());
    }
    if words.first().is_none_or(String::is_empty) {
        return Err("That names no program. Write it as 'exec:program argument'.".to_owned());
    }
    if let (Some(rest), Some(home)) = (words[0].strip_prefix("~/"), home) {
        words[0] = home.join(rest).to_string_lossy().into_owned();
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Option<Result<Local, String>> {
        parse(text, Some(Path::new("/home/ida")), Path::new("/srv"))
    }

    fn source(text: &str) -> FeedSource {
        typed(text).unwrap().unwrap().source
    }

    fn command(words: &[&str]) -> Vec<String> {
        words.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn a_command_is_parted_into_words_and_read_by_no_shell() {
        let program = |words: &[&str]| FeedSource::Program(command(words));
        assert_eq!(source("exec:~/bin/news --from 'the harbour' \"a b\""), {
            program(&["/home/ida/bin/news", "--from", "the harbour", "a b"])
        });
        assert_eq!(source("exec:news $(rm x) '' ~/y"), program(&["news", "$(rm", "x)", "", "~/y"]));
        for wrong in ["exec:", "exec:  ", "exec:'open", "filter:sed x", "filter::https://a.example/", "exec:''"] {
            assert!(typed(wrong).unwrap().is_err(), "{wrong}");
        }
        assert!(typed("https://example.org/").is_none() && typed("kabar").is_none());
    }

    #[test]
    fn a_filter_has_the_address_it_filters() {
        let filter = typed("filter:sed s/http:/x:/:https://a.example/feed?u=http://b").unwrap().unwrap();
        assert_eq!(filter.url.as_str(), "https://a.example/feed?u=http://b");
        assert_eq!(filter.source, FeedSource::Filter(command(&["sed", "s/http:/x:/"])));
    }

    #[test]
    fn what_has_no_address_gets_one_that_leads_nowhere_and_tells_nothing() {
        let one = typed("exec:news --key hush").unwrap().unwrap().url;
        assert!(one.is_stand_in() && one.as_str().starts_with("http://program.invalid/news/"), "{one}");
        assert!(!one.as_str().contains("hush"));
        assert_eq!(one, typed("exec: news  '--key' hush").unwrap().unwrap().url);
        assert_ne!(one, typed("exec:news --key other").unwrap().unwrap().url);
        assert_eq!(source("file:///var/feed.xml"), FeedSource::File("/var/feed.xml".into()));
        assert_eq!(source("file:feed.xml"), FeedSource::File("/srv/feed.xml".into()));
    }

    #[test]
    fn only_files_are_read() {
        for wrong in ["/dev/zero", "/", "/nowhere/feed.xml"] {
            assert!(read(Path::new(wrong)).is_err(), "{wrong}");
        }
    }
}

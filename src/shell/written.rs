//! Articles written out: into a file that does not exist yet, or into a program's input. No shell is ever asked, no
//! file is overwritten, and a program that hangs or writes for ever is ended.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use crate::news::{Article, ArticleId, CleanText, CleanUrl, Limit, TextOrigin, clean_lines};
use crate::refresh::Cancel;
use crate::store::{Answer, Ask, Library};
use crate::text::Document;

use super::lists::at_home;

/// How long a program may take with the text.
const PROGRAM_TIME_MAX: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// What is kept of what it writes.
const OUTPUT_BYTES_MAX: u64 = 256 * 1024;

/// Saves the texts of `articles`, Markdown unless the name ends in `.txt`. Gives the path and how many there were; tells
/// how many have been read. Left off, it writes nothing.
///
/// # Errors
/// A sentence with the next step.
pub fn save(
    library: &Library,
    articles: &[ArticleId],
    file: &str,
    cancel: &Cancel,
    told: &mut dyn FnMut(usize),
) -> Result<(CleanText, usize), CleanText> {
    let path = at_home(file);
    let shown = clean(&path.display().to_string());
    let plain = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("txt"));
    if path.exists() {
        return Err(clean(&format!("{shown} exists already and was left as it is. Choose another name.")));
    }
    let articles = loaded(library, articles, cancel, told)?;
    let text = texts(&articles, plain);
    if cancel.load(Ordering::Relaxed) {
        return Err(left_off());
    }
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    let outcome = made.and_then(|mut it| it.write_all(text.as_bytes()).and_then(|()| it.sync_all()));
    match outcome {
        Ok(()) => Ok((shown, articles.len())),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(clean(&format!("{shown} exists already and was left as it is. Choose another name.")))
        }
        Err(error) => Err(clean(&format!("{shown} could not be written: {error}. Choose another place."))),
    }
}

/// Gives the texts to a program and collects what it writes. Title and address of a single article are in
/// `DATELINE_TITLE` and `DATELINE_URL`.
///
/// # Errors
/// A sentence with the next step: no such program, one that failed, or one that did not end.
pub fn pipe(
    library: &Library,
    articles: &[ArticleId],
    program: &[String],
    cancel: &Cancel,
    told: &mut dyn FnMut(usize),
) -> Result<Vec<CleanText>, CleanText> {
    let articles = loaded(library, articles, cancel, told)?;
    let (name, arguments) = program.split_first().ok_or(CleanText::own("Name a program, such as wc -w."))?;
    let mut command = Command::new(name);
    command.args(arguments).process_group(0);
    if let [article] = articles.as_slice() {
        command.env("DATELINE_TITLE", article.row.title.as_str());
        command.env("DATELINE_URL", article.row.url.as_ref().map_or("", |it| it.as_str()));
    }
    given(command, name, texts(&articles, true), PROGRAM_TIME_MAX, cancel)
}

fn given(
    mut command: Command,
    name: &str,
    text: String,
    time_max: Duration,
    cancel: &Cancel,
) -> Result<Vec<CleanText>, CleanText> {
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            clean(&format!("There is no program {name}. It is looked for in PATH; no shell is asked."))
        }
        _ => clean(&format!("{name} could not be started: {error}.")),
    })?;
    if let Some(mut input) = child.stdin.take() {
        // A program need not read all of it.
        thread::spawn(move || drop(input.write_all(text.as_bytes())));
    }
    let (sender, outputs) = channel();
    let pipes: [Option<Box<dyn Read + Send>>; 2] =
        [child.stdout.take().map(|it| Box::new(it) as _), child.stderr.take().map(|it| Box::new(it) as _)];
    for (index, pipe) in pipes.into_iter().enumerate() {
        let sender = sender.clone();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = pipe.map(|it| it.take(OUTPUT_BYTES_MAX).read_to_end(&mut bytes));
            let _ = sender.send((index, bytes));
        });
    }
    drop(sender);
    let deadline = Instant::now() + time_max;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < deadline && !cancel.load(Ordering::Relaxed) => thread::sleep(LOOK_EVERY),
            Ok(None) | Err(_) => {
                // Its children go with it: it has a group of its own.
                if let Some(group) = rustix::process::Pid::from_raw(child.id() as i32) {
                    let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
                }
                let _ = child.wait();
                if cancel.load(Ordering::Relaxed) {
                    return Err(left_off());
                }
                return Err(clean(&format!("{name} did not end within {} seconds and was ended.", time_max.as_secs())));
            }
        }
    };
    // A child of its may still hold the pipe; what came by then is what there is.
    let mut written = [Vec::new(), Vec::new()];
    while let Ok((index, bytes)) = outputs.recv_timeout(Duration::from_secs(1)) {
        written[index] = bytes;
    }
    let lines = |bytes: &[u8]| {
        let mut lines = clean_lines(&String::from_utf8_lossy(bytes), Limit::BLOCK);
        while lines.last().is_some_and(CleanText::is_empty) {
            lines.pop();
        }
        lines
    };
    if status.success() {
        return Ok(lines(&written[0]));
    }
    let why = lines(&written[1]).into_iter().next().unwrap_or_else(|| clean(&status.to_string()));
    Err(clean(&format!("{name} failed: {why}")))
}

/// The first thing that came with each of these articles, if it leads to the web, and whether it is to be heard or seen.
///
/// # Errors
/// A sentence where the library can't be asked.
pub fn first_enclosures(library: &Library, articles: &[ArticleId]) -> Result<Vec<(CleanUrl, bool)>, CleanText> {
    let first = |article: Article| {
        let enclosure = article.enclosures.first()?;
        let plays = enclosure.media_type.starts_with("audio/") || enclosure.media_type.starts_with("video/");
        CleanUrl::parse(&enclosure.url).ok().map(|url| (url, plays))
    };
    let all = loaded(library, articles, &Cancel::default(), &mut |_| {})?;
    Ok(all.into_iter().filter_map(first).collect())
}

fn left_off() -> CleanText {
    CleanText::own("That was left off, and nothing was written.")
}

/// Articles that are read between two tellings of how far it is.
const TOLD_EVERY: usize = 50;

fn loaded(
    library: &Library,
    ids: &[ArticleId],
    cancel: &Cancel,
    told: &mut dyn FnMut(usize),
) -> Result<Vec<Article>, CleanText> {
    let mut articles = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        if cancel.load(Ordering::Relaxed) {
            return Err(left_off());
        }
        if index % TOLD_EVERY == TOLD_EVERY - 1 {
            told(index + 1);
        }
        match library.ask(Ask::Article(*id)) {
            Ok(Answer::Article(Some(article))) => articles.push(*article),
            Ok(_) => {}
            Err(error) => return Err(clean(&error.to_string())),
        }
    }
    Ok(articles)
}

fn texts(articles: &[Article], plain: bool) -> String {
    let parts: Vec<String> = articles.iter().map(|it| text(it, plain)).collect();
    parts.join(if plain { "\n\n" } else { "\n---\n\n" })
}

fn text(article: &Article, plain: bool) -> String {
    let origin = article.body.best_origin();
    let base = match (origin, &article.body.page) {
        (TextOrigin::Page, Some(page)) => Some(&page.url),
        (TextOrigin::Page, None) | (TextOrigin::Feed, _) => article.row.url.as_ref().or(article.feed_site.as_ref()),
    };
    let document = Document::from_html(article.body.html(origin), base);
    let title = article.row.title.as_str();
    let address = article.row.url.as_ref().map(|it| it.without_secrets().to_string()).unwrap_or_default();
    if plain {
        return format!("{title}\n{address}\n\n{}\n", document.plain());
    }
    let title = title.replace('\\', "\\\\").replace('*', "\\*").replace('_', "\\_");
    let address = if address.is_empty() { String::new() } else { format!("<{address}>\n\n") };
    format!("# {title}\n\n{address}{}\n", document.markdown().trim_end())
}

fn clean(text: &str) -> CleanText {
    CleanText::line(text, Limit::SENTENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(program: &[&str], text: &str, time_max: Duration) -> Result<Vec<CleanText>, CleanText> {
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).process_group(0);
        given(command, program[0], text.to_owned(), time_max, &Cancel::default())
    }

    const LONG: Duration = Duration::from_secs(30);

    #[test]
    fn a_program_gets_the_text_and_its_words_come_back_clean() {
        assert_eq!(run(&["cat"], "one\ntwo\u{1b}[2J\n", LONG).unwrap()[1].as_str(), "two[2J");
        let many = "x".repeat(10_000_000);
        assert!(run(&["head", "-c", "3"], &many, LONG).unwrap()[0].as_str() == "xxx");
    }

    #[test]
    fn arguments_reach_the_program_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let marker = folder.path().join("P");
        let hostile = format!("'\";$(touch {0})`touch {0}`|touch {0}\n", marker.display());
        let said = run(&["printf", "%s", &hostile], "", LONG).unwrap();
        assert!(said[0].as_str().starts_with("'\";$(touch"));
        assert!(!marker.exists());
    }

    #[test]
    fn a_program_that_is_not_there_fails_or_hangs_is_named() {
        assert!(run(&["no-such-program-here"], "", LONG).unwrap_err().as_str().contains("There is no program"));
        assert!(run(&["ls", "/nonexistent"], "", LONG).unwrap_err().as_str().starts_with("ls failed: "));
        let ended = run(&["sleep", "600"], "", Duration::ZERO).unwrap_err();
        assert!(ended.as_str().contains("was ended"), "{ended}");
    }
}

//! A file of feeds, read for a person who wants to see what is in it. It is read up to a limit and never run.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::app::ListOfFeeds;
use crate::feed::opml::{self, LIST_BYTES_MAX, NamedSearch, SubscriptionList};
use crate::fetch::is_private;
use crate::news::{CleanText, CleanUrl, Limit};
use crate::query::Query;
use crate::store::NewFeed;

/// Of a folder with more only some are offered.
const NAMES_MAX: usize = 5_000;

/// Reads OPML or newsboat's `urls` from a file, `~/` being the person's home.
///
/// # Errors
/// A sentence with the next step.
pub fn read(file: &str) -> Result<ListOfFeeds, CleanText> {
    let path = at_home(file);
    let shown = clean(&path.display().to_string());
    let failed = |error: &std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => clean(&format!("There is no file {shown}. Check its name, and try again.")),
        _ => clean(&format!("{shown} could not be read: {error}. Check its permissions.")),
    };
    // A pipe or a device might never end.
    let is_file = std::fs::metadata(&path).map_err(|it| failed(&it))?.is_file();
    if !is_file {
        return Err(clean(&format!("{shown} is no file. Name the OPML file itself.")));
    }
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(&path);
    let read = opened.and_then(|it| it.take(LIST_BYTES_MAX as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|it| failed(&it))?;
    let list = opml::read(&bytes)?;
    let file = path.file_name().map_or_else(|| shown.clone(), |it| clean(&it.to_string_lossy()));
    let private = leading_home(&list).into_iter().map(|it| clean(it.without_secrets().as_str())).collect();
    let feeds = list.subscriptions.into_iter();
    let feeds = feeds.map(|it| NewFeed { url: it.url, title: it.title, folder: it.folder, tags: it.tags }).collect();
    let (mut searches, mut skipped) = (Vec::new(), list.skipped);
    for NamedSearch { name, query } in list.searches {
        match Query::parse(query.as_str()) {
            Ok(_) => searches.push((name, query)),
            Err(why) => skipped.push(clean(&format!("{name}: {why}"))),
        }
    }
    Ok(ListOfFeeds { file, feeds, searches, skipped, private })
}

/// The names in a folder as typed, in order, folders with `/` at their end; nothing where it can't be read. Names that
/// can't be typed are left out.
pub fn names_in(folder: &str) -> Vec<String> {
    let path = if folder.is_empty() { PathBuf::from(".") } else { at_home(folder) };
    let Ok(entries) = std::fs::read_dir(path) else { return Vec::new() };
    let named = entries.flatten().take(NAMES_MAX).filter_map(|entry| {
        let mut name = entry.file_name().into_string().ok().filter(|it| clean(it).as_str() == it)?;
        if std::fs::metadata(entry.path()).is_ok_and(|it| it.is_dir()) {
            name.push('/');
        }
        Some(name)
    });
    let mut names: Vec<String> = named.collect();
    names.sort();
    names
}

/// The addresses of a list that say by themselves that they lead into this machine or its network. Names are not looked
/// up for that.
pub fn leading_home(list: &SubscriptionList) -> Vec<&CleanUrl> {
    let is_at_home = |url: &&CleanUrl| {
        let host = url.host().trim_matches(['[', ']']);
        host.parse().is_ok_and(is_private)
            || host == "localhost"
            || host.ends_with(".localhost")
            || host.ends_with(".local")
    };
    list.subscriptions.iter().map(|it| &it.url).filter(is_at_home).collect()
}

/// A path as typed; `~/` is the person's home.
pub fn at_home(file: &str) -> PathBuf {
    match (file.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        (Some(_) | None, _) => PathBuf::from(file),
    }
}

fn clean(text: &str) -> CleanText {
    CleanText::line(text, Limit::SENTENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_in_a_folder_are_told_in_order_and_folders_as_such() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("b.opml"), "").unwrap();
        std::fs::write(folder.path().join("c\u{7}.opml"), "").unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        assert_eq!(names_in(&format!("{}/", folder.path().display())), ["a/", "b.opml"]);
        assert!(names_in("/nowhere/at/all/").is_empty());
    }

    #[test]
    fn a_translated_query_is_one_or_is_told_with_the_reason() {
        let urls = r#"
"query:New:unread = \"yes\" and age < 3"
"query:Old:age between 1:3 and (title !~ \"a/b|c\" or content =~ \"x\")"
"query:By:author =~ \"Lee\" and feedtitle = \"Kabar Pagi\" and link =~ \"example\""
"query:Kind:tags # \"world news\" and enclosure_type =~ \"audio/\" and title = \"1 + 1 (sum)\""
"query:Days:age = 0 or age = 2 or age <= 1 or age > 4 or age >= 9"
"query:Bad:title =~ \"a(b\""
"#;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("urls");
        std::fs::write(&path, urls).unwrap();
        let list = read(&path.display().to_string()).unwrap();
        let names: Vec<&str> = list.searches.iter().map(|it| it.0.as_str()).collect();
        assert_eq!((names, list.skipped.len()), (vec!["New", "Old", "By", "Kind", "Days"], 1), "{:?}", list.skipped);
        assert!(list.skipped[0].as_str().starts_with("Bad: "), "{}", list.skipped[0]);
    }

    #[test]
    fn what_is_no_list_is_said_with_the_next_step() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(path("list.opml"), "<opml><outline xmlUrl='http://127.0.0.1/f' text='A'/></opml>").unwrap();
        std::fs::write(path("page.html"), "<!doctype html><html><body>Hello</body></html>").unwrap();
        let list = read(&path("list.opml")).unwrap();
        assert_eq!((list.file.as_str(), list.feeds.len(), list.private.len()), ("list.opml", 1, 1));
        assert!(read(&path("page.html")).unwrap_err().as_str().contains("Export OPML"));
        assert!(read(&path("nothing.opml")).unwrap_err().as_str().contains("There is no file"));
        for no_file in [folder.path().display().to_string(), "/dev/zero".to_owned()] {
            assert!(read(&no_file).unwrap_err().as_str().contains("is no file"), "{no_file}");
        }
    }
}

//! Reads the bundled edition: one file a feed in `assets/demo/`, written to be edited by hand.
//!
//! A file begins with the feed's own lines (`title: …`), then come its articles, each opened by `=== name` and lines of
//! its own. After a blank line follows the text: paragraphs parted by blank lines; a block that begins with `<` is HTML as
//! it stands; `{{feed/article}}` is the address of another article. `at: -2h` says how old an article is when served.

use crate::news::Timestamp;

/// How a feed's document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Rss,
    Rdf,
    Atom,
    Json,
}

/// How much of an article the feed carries; the page always carries all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carries {
    Whole,
    Opening,
}

#[derive(Clone, Debug)]
pub(super) struct Feed {
    /// Its name in addresses, the file's own.
    pub name: &'static str,
    pub title: String,
    pub about: String,
    pub language: String,
    pub folder: String,
    pub tags: String,
    pub format: Format,
    pub carries: Carries,
    /// A feed whose server is always overburdened, so that a failing feed can be seen.
    pub fails: bool,
    pub articles: Vec<Article>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Article {
    pub name: String,
    pub title: String,
    pub author: String,
    pub language: String,
    pub topics: Vec<String>,
    pub at: Timestamp,
    pub picture: Option<Picture>,
    pub sound: bool,
    /// HTML; addresses of other articles are still in braces.
    pub body: String,
}

#[derive(Clone, Debug)]
pub(super) struct Picture {
    pub alt: String,
    pub caption: String,
    pub credit: String,
}

const FILES: [(&str, &str); 15] = [
    ("courier", include_str!("../../assets/demo/courier.txt")),
    ("gazette", include_str!("../../assets/demo/gazette.txt")),
    ("faro", include_str!("../../assets/demo/faro.txt")),
    ("mayak", include_str!("../../assets/demo/mayak.txt")),
    ("mina", include_str!("../../assets/demo/mina.txt")),
    ("letters", include_str!("../../assets/demo/letters.txt")),
    ("kabar", include_str!("../../assets/demo/kabar.txt")),
    ("minato", include_str!("../../assets/demo/minato.txt")),
    ("haibian", include_str!("../../assets/demo/haibian.txt")),
    ("shores", include_str!("../../assets/demo/shores.txt")),
    ("slow", include_str!("../../assets/demo/slow.txt")),
    ("moor", include_str!("../../assets/demo/moor.txt")),
    ("feuille", include_str!("../../assets/demo/feuille.txt")),
    ("table", include_str!("../../assets/demo/table.txt")),
    ("machines", include_str!("../../assets/demo/machines.txt")),
];

/// All feeds of the edition, their articles as old as they say at `now`.
pub(super) fn feeds(now: Timestamp) -> Vec<Feed> {
    FILES.iter().map(|(name, text)| feed(name, text, now)).collect()
}

fn feed(name: &'static str, text: &str, now: Timestamp) -> Feed {
    let mut parts = text.split("\n=== ");
    let head = parts.next().unwrap_or_default();
    let language = line(head, "language");
    Feed {
        name,
        title: line(head, "title"),
        about: line(head, "about"),
        folder: line(head, "folder"),
        tags: line(head, "tags"),
        format: match line(head, "format").as_str() {
            "rdf" => Format::Rdf,
            "atom" => Format::Atom,
            "json" => Format::Json,
            _ => Format::Rss,
        },
        carries: if line(head, "carries") == "opening" { Carries::Opening } else { Carries::Whole },
        fails: line(head, "fails") == "yes",
        articles: parts.map(|it| article(it, &language, now)).collect(),
        language,
    }
}

fn article(text: &str, language: &str, now: Timestamp) -> Article {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let own_language = line(head, "language");
    let topics = line(head, "topics").split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect();
    Article {
        name: head.lines().next().unwrap_or_default().trim().to_owned(),
        title: line(head, "title"),
        author: line(head, "by"),
        language: if own_language.is_empty() { language.to_owned() } else { own_language },
        topics,
        at: now.plus(-age_seconds(&line(head, "at"))),
        picture: picture(&line(head, "picture")),
        sound: line(head, "sound") == "yes",
        body: body_html(body),
    }
}

/// The value of the line that begins with `name:`; empty where there is none.
fn line(head: &str, name: &str) -> String {
    head.lines()
        .find_map(|it| it.strip_prefix(name)?.strip_prefix(':'))
        .map(|it| it.trim().to_owned())
        .unwrap_or_default()
}

/// `-90m`, `-2h` or `-3d` in seconds.
fn age_seconds(text: &str) -> i64 {
    let number = text.trim_start_matches('-').trim_end_matches(['m', 'h', 'd']).parse::<i64>().unwrap_or(0);
    let unit = match text.chars().next_back() {
        Some('d') => 86_400,
        Some('h') => 3_600,
        Some('m') => 60,
        Some(_) | None => 0,
    };
    number * unit
}

/// `what it shows | caption | credit`.
fn picture(text: &str) -> Option<Picture> {
    let mut parts = text.split('|').map(|it| it.trim().to_owned());
    let alt = parts.next().filter(|it| !it.is_empty())?;
    Some(Picture { alt, caption: parts.next().unwrap_or_default(), credit: parts.next().unwrap_or_default() })
}

fn body_html(body: &str) -> String {
    let blocks: Vec<String> = body
        .trim()
        .split("\n\n")
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(|it| if it.starts_with('<') && !starts_inline(it) { it.to_owned() } else { format!("<p>{it}</p>") })
        .collect();
    blocks.join("\n")
}

fn starts_inline(block: &str) -> bool {
    ["<a ", "<b>", "<em>", "<strong>", "<code>", "<q>"].iter().any(|it| block.starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_edition_is_whole() {
        let now = Timestamp::parse_rfc3339("2024-05-01T08:00:00Z").unwrap();
        let feeds = feeds(now);
        let articles: Vec<&Article> = feeds.iter().flat_map(|it| &it.articles).collect();
        assert!(articles.len() >= 38, "{}", articles.len());
        let languages: HashSet<&str> = articles.iter().map(|it| it.language.as_str()).collect();
        assert!(languages.len() >= 9, "{languages:?}");
        let folders: HashSet<&str> = feeds.iter().map(|it| it.folder.as_str()).collect();
        assert!(folders.len() >= 4 && feeds.len() >= 8, "{folders:?}");
        let names: HashSet<String> =
            feeds.iter().flat_map(|feed| feed.articles.iter().map(|it| format!("{}/{}", feed.name, it.name))).collect();
        assert_eq!(names.len(), articles.len());
        for feed in &feeds {
            assert!(!feed.title.is_empty() && !feed.language.is_empty() && !feed.about.is_empty(), "{}", feed.name);
        }
        for article in articles {
            assert!(!article.title.is_empty() && !article.author.is_empty(), "{article:?}");
            assert!(article.body.len() > 300 && article.at < now, "{article:?}");
            for reference in article.body.split("{{").skip(1) {
                let name = reference.split("}}").next().unwrap();
                assert!(names.contains(name), "{name}");
            }
        }
        assert!(FILES.iter().map(|it| it.1.len()).sum::<usize>() < 150 * 1024);
    }

    #[test]
    fn an_age_is_read_in_its_unit() {
        assert_eq!(age_seconds("-90m"), 5_400);
        assert_eq!(age_seconds("-2h"), 7_200);
        assert_eq!(age_seconds("-3d"), 259_200);
    }
}

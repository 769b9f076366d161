//! JSON Feed 1.0 and 1.1, leniently: numbers as ids, one tag instead of a list, a version written with http, text
//! that breaks JSON's rules inside its strings.
//!
//! feed-rs refuses a whole feed for any of these, so JSON is read here.

use serde_json::{Map, Value};

use super::raw::{RawArticle, RawFeed, RawLink, RawPerson, RawText, TextKind};
use super::{ARTICLES_MAX, Format, date};
use crate::news::{Complaint, Problem};

/// Reads a decoded document.
///
/// # Errors
/// [`Problem::NotAFeed`] where it is no JSON or no feed.
pub fn read(text: &str, complaints: &mut Vec<Complaint>) -> Result<RawFeed, Problem> {
    let not_a_feed = |detail: String| Problem::NotAFeed { detail };
    let parsed = serde_json::from_str(text).or_else(|error| {
        let repaired = serde_json::from_str(&with_sound_strings(text)).map_err(|_| error)?;
        complaints.push(Complaint::new("Characters that JSON forbids stood in its texts; they were left out."));
        Ok(repaired)
    });
    let document: Value =
        parsed.map_err(|error: serde_json::Error| not_a_feed(format!("its JSON is broken: {error}")))?;
    let Value::Object(feed) = document else { return Err(not_a_feed("its JSON is no object".to_owned())) };
    let version = string(&feed, "version");
    if !version.contains("jsonfeed.org/version/") && !feed.get("items").is_some_and(Value::is_array) {
        return Err(not_a_feed("its JSON is no JSON Feed".to_owned()));
    }
    Ok(raw_feed(&feed, complaints))
}

fn raw_feed(feed: &Map<String, Value>, complaints: &mut Vec<Complaint>) -> RawFeed {
    let mut raw = RawFeed::new(Format::JsonFeed);
    raw.title = RawText { text: string(feed, "title"), kind: TextKind::Plain, base: None };
    raw.description = RawText { text: string(feed, "description"), kind: TextKind::Plain, base: None };
    raw.language = Some(string(feed, "language")).filter(|it| !it.is_empty());
    raw.links.push(RawLink { href: string(feed, "home_page_url"), rel: "alternate".into(), ..RawLink::default() });
    raw.links.push(RawLink { href: string(feed, "feed_url"), rel: "self".into(), ..RawLink::default() });
    for hub in feed.get("hubs").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object) {
        raw.links.push(RawLink { href: string(hub, "url"), rel: "hub".into(), ..RawLink::default() });
    }
    raw.links.retain(|it| !it.href.is_empty());
    raw.icon = string(feed, "favicon");
    raw.logo = string(feed, "icon");
    raw.people = people(feed);
    let items = feed.get("items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    raw.skipped = items.len().saturating_sub(ARTICLES_MAX);
    let mut odd = 0;
    for item in items.iter().take(ARTICLES_MAX) {
        match item {
            Value::Object(item) => raw.articles.push(raw_article(item, &raw.people)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => odd += 1,
        }
    }
    if odd > 0 {
        complaints.push(Complaint::new(&format!("Left out, being no objects: {odd} of its articles.")));
    }
    raw
}

fn raw_article(item: &Map<String, Value>, feed_people: &[RawPerson]) -> RawArticle {
    let html = string(item, "content_html");
    let plain = string(item, "content_text");
    let summary = string(item, "summary");
    let (content, other) = if html.trim().is_empty() {
        (RawText { text: plain, kind: TextKind::Plain, base: None }, summary)
    } else {
        (RawText { text: html, kind: TextKind::Html, base: None }, if summary.is_empty() { plain } else { summary })
    };
    let mut links = Vec::new();
    for (name, rel) in [("url", "alternate"), ("external_url", "related")] {
        let href = string(item, name);
        if !href.is_empty() {
            links.push(RawLink { href, rel: rel.into(), ..RawLink::default() });
        }
    }
    // An article without an address of its own is about the one it points to.
    if links.len() == 1 {
        links[0].rel = "alternate".into();
    }
    let own_people = people(item);
    RawArticle {
        guid: string(item, "id"),
        title: RawText { text: string(item, "title"), kind: TextKind::Plain, base: None },
        links,
        people: if own_people.is_empty() { feed_people.to_vec() } else { own_people },
        published: date::read(&string(item, "date_published")),
        updated: date::read(&string(item, "date_modified")),
        topics: strings(item.get("tags")),
        content,
        summary: RawText { text: other, kind: TextKind::Plain, base: None },
        enclosures: item
            .get("attachments")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .map(|it| RawLink {
                href: string(it, "url"),
                rel: "enclosure".into(),
                media_type: string(it, "mime_type"),
                length: it.get("size_in_bytes").and_then(|it| it.as_u64().or_else(|| it.as_str()?.parse().ok())),
            })
            .collect(),
        language: Some(string(item, "language")).filter(|it| !it.is_empty()),
        ..RawArticle::default()
    }
}

fn people(object: &Map<String, Value>) -> Vec<RawPerson> {
    let several = object.get("authors").and_then(Value::as_array).into_iter().flatten();
    let mut people: Vec<RawPerson> = Vec::new();
    for author in object.get("author").into_iter().chain(several) {
        let person = match author {
            Value::Object(author) => {
                RawPerson { name: string(author, "name"), uri: string(author, "url"), ..RawPerson::default() }
            }
            Value::String(name) => RawPerson { name: name.clone(), ..RawPerson::default() },
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => continue,
        };
        if !people.iter().any(|it| it.name == person.name && it.uri == person.uri) {
            people.push(person);
        }
    }
    people
}

/// A value as text; numbers too, since ids are written as such.
fn string(object: &Map<String, Value>, name: &str) -> String {
    match object.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => String::new(),
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(list)) => list.split(',').map(|it| it.trim().to_owned()).collect(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => Vec::new(),
    }
}

/// The document with its strings made sound: raw control characters become spaces, halves of surrogate pairs U+FFFD.
fn with_sound_strings(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_string = false;
    let mut rest = text.chars();
    while let Some(it) = rest.next() {
        match it {
            '"' => {
                in_string = !in_string;
                out.push(it);
            }
            '\\' if in_string => {
                let after = rest.as_str();
                match surrogate(after) {
                    Some(half)
                        if is_high(half)
                            && after.get(5..).and_then(|it| surrogate(it.strip_prefix('\\')?)).is_some_and(is_low) =>
                    {
                        out.push('\\');
                        out.push_str(&after[..11]);
                        rest = after[11..].chars();
                    }
                    Some(_) => {
                        out.push_str("\\ufffd");
                        rest = after[5..].chars();
                    }
                    None => {
                        out.push(it);
                        if let Some(escaped) = rest.next() {
                            out.push(escaped);
                        }
                    }
                }
            }
            _ if in_string && it.is_control() => out.push(' '),
            _ => out.push(it),
        }
    }
    out
}

/// The half of a surrogate pair that `uD83D…` writes.
fn surrogate(text: &str) -> Option<u16> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    u16::from_str_radix(digits, 16).ok().filter(|it| is_high(*it) || is_low(*it))
}

fn is_high(half: u16) -> bool {
    (0xd800..0xdc00).contains(&half)
}

fn is_low(half: u16) -> bool {
    (0xdc00..0xe000).contains(&half)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(text: &str) -> RawFeed {
        read(text, &mut Vec::new()).unwrap()
    }

    #[test]
    fn numbers_may_be_ids_and_one_tag_may_stand_alone() {
        let feed = feed(
            r#"{"version": "http://jsonfeed.org/version/1", "items": [{"id": 7, "tags": "a, b", "content_text": "x"}]}"#,
        );
        assert_eq!(feed.articles[0].guid, "7");
        assert_eq!(feed.articles[0].topics, ["a", "b"]);
    }

    #[test]
    fn broken_strings_are_mended() {
        let feed = feed(
            "{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"a\tb \\ud83d\\ude00 \\ud800\",\"items\":[]}",
        );
        assert_eq!(feed.title.text, "a b 😀 \u{fffd}");
    }

    #[test]
    fn a_name_given_twice_is_read_once() {
        let feed = feed(
            r#"{"version":"https://jsonfeed.org/version/1","title":"a","title":"b","items":[{"id":"1","id":"2"}]}"#,
        );
        assert_eq!((feed.title.text.as_str(), feed.articles[0].guid.as_str()), ("b", "2"));
    }

    #[test]
    fn what_is_no_feed_is_refused_in_words() {
        for text in ["[]", "{}", "{\"a\":1}", &"[".repeat(100_000), "{\"items\":1e400}"] {
            assert!(matches!(read(text, &mut Vec::new()), Err(Problem::NotAFeed { .. })));
        }
    }
}

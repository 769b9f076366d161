//! Feeds that a web page names in its head, or links to in its text.

use crate::html;
use crate::news::{CleanText, CleanUrl, Limit};

/// A feed that a page leads to, and what it is called there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub url: CleanUrl,
    pub title: CleanText,
}

/// More feeds than this a page names only by mistake.
const FOUND_MAX: usize = 100;
/// More links to feeds than this are a directory of other people's.
const LINKED_MAX: usize = 10;
/// How far into a document the marks of a web page are looked for.
const LOOK_BYTES: usize = 4 * 1024;

/// The feeds that this page names with `<link rel=alternate>`, in the page's order, without doubles.
/// A page beyond the limits of the door to HTML names none.
pub fn feeds_named_by(page_html: &str, page: &CleanUrl) -> Vec<Found> {
    let Ok(document) = html::parse(page_html) else { return Vec::new() };
    let base = base_of(document.select("base[href]").iter().next().and_then(|it| it.attr("href")), page);
    let mut found: Vec<Found> = Vec::new();
    for link in document.select("link[href]").iter() {
        let attribute = |name: &str| link.attr(name).unwrap_or_default().trim().to_ascii_lowercase();
        let rels = attribute("rel");
        let is_alternate = rels.split_ascii_whitespace().any(|it| it == "alternate" || it == "feed");
        let of_a_feed = is_feed_type(&attribute("type")) || rels.split_ascii_whitespace().any(|it| it == "feed");
        if !is_alternate || !of_a_feed || found.len() >= FOUND_MAX {
            continue;
        }
        let Some(url) = link.attr("href").and_then(|it| base.join(&it).ok()) else { continue };
        if !found.iter().any(|it| it.url == url) {
            let title = CleanText::line(&link.attr("title").unwrap_or_default(), Limit::TITLE);
            found.push(Found { url, title });
        }
    }
    // A page with articles names the feed of its comments beside its own, often first.
    found.sort_by_key(is_of_comments);
    found
}

/// The feeds that a page's text links to, for pages that name none in their head.
pub fn feeds_linked_by(page_html: &str, page: &CleanUrl) -> Vec<Found> {
    let Ok(document) = html::parse(page_html) else { return Vec::new() };
    let base = base_of(document.select("base[href]").iter().next().and_then(|it| it.attr("href")), page);
    let mut found: Vec<Found> = Vec::new();
    for link in document.select("a[href]").iter() {
        let Some(url) = link.attr("href").and_then(|it| base.join(&it).ok()) else { continue };
        let title = CleanText::line(&link.text(), Limit::TITLE);
        if found.len() < LINKED_MAX && reads_like_a_feed(&url, &title) && !found.iter().any(|it| it.url == url) {
            found.push(Found { url, title });
        }
    }
    found.sort_by_key(is_of_comments);
    found
}

/// The address that a page gives as its own.
pub fn canonical(page_html: &str, page: &CleanUrl) -> Option<CleanUrl> {
    let document = html::parse(page_html).ok()?;
    let href = document.select("link[rel=canonical][href]").iter().next()?.attr("href")?;
    base_of(document.select("base[href]").iter().next().and_then(|it| it.attr("href")), page).join(&href).ok()
}

fn base_of<S: AsRef<str>>(href: Option<S>, page: &CleanUrl) -> CleanUrl {
    href.and_then(|it| page.join(it.as_ref()).ok()).unwrap_or_else(|| page.clone())
}

fn is_of_comments(found: &Found) -> bool {
    let title = found.title.as_str().to_lowercase();
    title.contains("comment") || found.url.as_url().path().contains("/comments/")
}

fn reads_like_a_feed(url: &CleanUrl, title: &CleanText) -> bool {
    let path = url.as_url().path().trim_end_matches('/').to_ascii_lowercase();
    let last = path.rsplit('/').next().unwrap_or_default();
    let ends = [".rss", ".atom", ".rdf", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json"];
    ends.iter().any(|it| last.ends_with(it))
        || matches!(last, "feed" | "rss" | "atom")
        || ["RSS", "Atom", "RSS feed", "Atom feed"].iter().any(|it| title.as_str().eq_ignore_ascii_case(it))
}

/// Whether these bytes look like a web page rather than a feed.
pub fn looks_like_a_page(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(LOOK_BYTES)]).to_ascii_lowercase();
    let feed_roots = ["<rss", "<feed", "<rdf:rdf", "<entry", "<opml"];
    if feed_roots.iter().any(|it| head.contains(it)) {
        return false;
    }
    ["<!doctype html", "<html", "<head>", "<head ", "<body>", "<body "].iter().any(|it| head.contains(it))
}

fn is_feed_type(media_type: &str) -> bool {
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    matches!(
        media_type,
        "application/rss+xml"
            | "application/atom+xml"
            | "application/rdf+xml"
            | "application/feed+json"
            | "application/json"
            | "application/xml"
            | "text/xml"
            | "text/rss+xml"
            | "text/atom+xml"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_are_found_in_the_pages_order_and_once() {
        let page = CleanUrl::parse("https://example.org/a/b.html").unwrap();
        let html = "<head><base href='/c/'><link rel='stylesheet alternate' type=text/css href=x>\
            <link rel=ALTERNATE type='application/rss+xml; charset=utf-8' title='All &amp; more' href=all.xml>\
            <link rel=alternate type=application/feed+json href='/feed.json'><link rel=alternate type=text/xml href=all.xml>\
            <link rel=alternate type=application/atom+xml href='javascript:alert(1)'>\
            <link rel=alternate hreflang=de href=/de>";
        let found = feeds_named_by(html, &page);
        let urls: Vec<&str> = found.iter().map(|it| it.url.as_str()).collect();
        assert_eq!(urls, ["https://example.org/c/all.xml", "https://example.org/feed.json"]);
        assert_eq!(found[0].title.as_str(), "All & more");
    }

    #[test]
    fn a_page_is_told_from_a_feed() {
        assert!(looks_like_a_page(b"\n<!DOCTYPE html><title>x</title>"));
        assert!(looks_like_a_page(b"<HTML lang=de>"));
        assert!(!looks_like_a_page(b"<?xml version='1.0'?><rss><channel><description>&lt;html></description>"));
        assert!(!looks_like_a_page(b"{\"items\": []}"));
    }
}

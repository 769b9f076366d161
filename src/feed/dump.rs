//! A parsed feed as `dateline inspect feed --json` shows it: one neutral form for every format.

use serde_json::{Value, json};

use super::{Format, ParsedArticle, ParsedFeed, Person};
use crate::html;
use crate::news::{CleanText, CleanUrl, Complaint, Html, Problem, Timestamp, Zone};

/// The object that is printed. A refused document is `{"ok": false, "error": ".."}`.
pub fn dump(parsed: &Result<(ParsedFeed, Vec<Complaint>), Problem>) -> Value {
    match parsed {
        Ok((feed, complaints)) => json!({
            "ok": true,
            "format": format_name(feed.format),
            "feed": feed_object(feed),
            "entries": feed.articles.iter().map(article_object).collect::<Vec<_>>(),
            "complaints": complaints.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(),
        }),
        Err(problem) => json!({ "ok": false, "error": problem.sentence(&Zone::utc()).as_str() }),
    }
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Rss0 => "rss0",
        Format::Rss1 => "rss1",
        Format::Rss2 => "rss2",
        Format::Atom => "atom",
        Format::Cdf => "cdf",
        Format::JsonFeed => "json",
    }
}

fn feed_object(feed: &ParsedFeed) -> Value {
    json!({
        "title": with_links(&feed.title, &feed.more.title_html),
        // A feed that names no site is still at an address.
        "link": address(feed.site.as_ref().or(feed.self_url.as_ref())),
        "description": with_links(&feed.description, &feed.more.description_html),
        "language": feed.language,
        "updated": moment(feed.updated),
        "published": moment(feed.more.published),
        "id": text(&feed.more.id),
        "generator": text(&feed.more.generator),
        "icon": address(feed.more.icon.as_ref()),
        "logo": address(feed.more.logo.as_ref()),
        "image": address(feed.more.logo.as_ref()),
        "rights": with_links(&feed.more.rights, &feed.more.rights_html),
        "authors": people(&feed.more.people),
        "categories": texts(&feed.topics),
        "links": addresses(&feed.more.links),
        "cadence": {
            "ttl_minutes": feed.cadence.ttl_minutes,
            "update_every_minutes": feed.cadence.update_every_minutes,
            "skip_hours": bits(feed.cadence.skip_hours),
            "skip_days": bits(feed.cadence.skip_days.into()),
        },
        "self": address(feed.self_url.as_ref()),
        "moved_to": address(feed.moved_to.as_ref()),
        "hubs": addresses(&feed.hubs),
        "incomplete": feed.incomplete,
    })
}

fn article_object(article: &ParsedArticle) -> Value {
    let (content, summary) = if article.more.body_is_summary {
        (&article.summary.0, &article.body.0)
    } else {
        (&article.body.0, &article.summary.0)
    };
    let html = |text: &str| match &article.base {
        _ if text.is_empty() => Value::Null,
        Some(base) => Value::from(with_absolute_links(text, base)),
        None => Value::from(text),
    };
    json!({
        "title": with_links(&article.title, &article.more.title_html),
        "link": address(article.more.counted_link.as_ref().or(article.url.as_ref())),
        "url": address(article.url.as_ref()),
        "id": text(&article.more.guid),
        "keys": article.keys.0,
        "summary": html(summary),
        "content": html(content),
        "author": article.authors.first().map(CleanText::as_str),
        "authors": people(&article.more.people),
        "published": moment(article.published),
        "updated": moment(article.updated),
        "rights": with_links(&article.more.rights, &article.more.rights_html),
        "comments_count": article.more.comments_count,
        "location": text(&article.more.location),
        "duration_seconds": article.more.duration_seconds,
        "categories": texts(&article.topics),
        "links": addresses(&article.more.links),
        "enclosures": article.enclosures.iter().map(|it| json!({
            "url": it.url, "type": it.media_type, "length": it.bytes
        })).collect::<Vec<_>>(),
        "comments": address(article.comments.as_ref()),
        "base": address(article.base.as_ref()),
        "language": article.language,
    })
}

/// Markup whose links lead where the reader will take them. Markup beyond the limits of the door stays as it is.
fn with_absolute_links(text: &str, base: &CleanUrl) -> String {
    const NAMES: [&str; 4] = ["href", "src", "cite", "poster"];
    if !NAMES.iter().any(|it| text.contains(it)) {
        return text.to_owned();
    }
    let Ok(document) = html::parse_fragment(text) else { return text.to_owned() };
    let mut changed = false;
    for name in NAMES {
        for node in document.select(&format!("[{name}]")).nodes() {
            let Some(value) = node.attr(name) else { continue };
            let Ok(url) = base.join(&value) else { continue };
            if CleanUrl::parse(&value).is_err() {
                node.set_attr(name, url.as_str());
                changed = true;
            }
        }
    }
    if changed { document.html_root().inner_html().to_string() } else { text.to_owned() }
}

/// The numbers of the bits that are set.
fn bits(set: u32) -> Value {
    (0..u32::BITS).filter(|it| set >> it & 1 == 1).collect::<Vec<_>>().into()
}

fn text(text: &CleanText) -> Value {
    if text.is_empty() { Value::Null } else { Value::from(text.as_str()) }
}

/// A line; as markup where links stand in it, which a line of text would lose.
fn with_links(line: &CleanText, html: &Html) -> Value {
    if html.0.is_empty() { text(line) } else { Value::from(html.0.as_str()) }
}

fn texts(texts: &[CleanText]) -> Value {
    texts.iter().map(CleanText::as_str).collect::<Vec<_>>().into()
}

fn address(url: Option<&CleanUrl>) -> Value {
    url.map(CleanUrl::as_str).into()
}

fn addresses(urls: &[CleanUrl]) -> Value {
    urls.iter().map(CleanUrl::as_str).collect::<Vec<_>>().into()
}

fn moment(moment: Option<Timestamp>) -> Value {
    moment.map(Timestamp::rfc3339).into()
}

fn people(people: &[Person]) -> Value {
    people
        .iter()
        .map(|it| json!({ "name": text(&it.name), "email": text(&it.email), "uri": text(&it.uri) }))
        .collect::<Vec<_>>()
        .into()
}

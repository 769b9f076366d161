//! RSS and Atom: the mended document through feed-rs, and feed-rs' model → [`RawFeed`].
//!
//! feed-rs never sees bytes of a publisher, never makes an id, never cleans HTML, and what it may still panic on is
//! contained here.

use std::panic::{AssertUnwindSafe, catch_unwind};

use feed_rs::model;
use url::Url;

use super::mend::{self, AT_SIGN_STAND_IN, ArticleNotes, Mended};
use super::raw::{RawArticle, RawFeed, RawLink, RawPerson, RawText, TextKind};
use super::{Format, date};
use crate::news::{Complaint, Problem, Timestamp};

/// Reads a decoded document.
///
/// # Errors
/// [`Problem::NotAFeed`] and [`Problem::Contained`].
pub fn read(text: &str, base: Option<&Url>, complaints: &mut Vec<Complaint>) -> Result<RawFeed, Problem> {
    let not_a_feed = |detail: &str| Problem::NotAFeed { detail: detail.to_owned() };
    let mended = mend::mend(text, base).ok_or_else(|| not_a_feed("it is neither RSS nor Atom nor JSON Feed"))?;
    complaints.extend(mended.repairs.iter().map(|it| Complaint::new(it)));
    let parser = feed_rs::parser::Builder::new()
        .id_generator(|_, _, _| String::new())
        .sanitize_content(false)
        // The mended document's dates are RFC 3339; the type is feed-rs' own choice of clock crate.
        .timestamp_parser(|text| date::read(text)?.rfc3339().parse().ok())
        .build();
    let parsed = catch_unwind(AssertUnwindSafe(|| parser.parse(mended.xml.as_bytes())));
    match parsed {
        Ok(Ok(feed)) => Ok(raw_feed(feed, mended)),
        Ok(Err(error)) => Err(not_a_feed(&error.to_string())),
        Err(_) => Err(Problem::Contained { detail: "the feed parser gave up".to_owned() }),
    }
}

fn raw_feed(feed: model::Feed, mended: Mended) -> RawFeed {
    let mut raw = RawFeed::new(mended.format);
    raw.id = feed.id;
    raw.title = text(feed.title, mended.format);
    raw.description = text(feed.description, mended.format);
    raw.links = feed.links.into_iter().map(link).collect();
    raw.language = feed.language.or(mended.language);
    raw.published = feed.published.map(|it| Timestamp::from_seconds(it.timestamp()));
    raw.updated = feed.updated.map(|it| Timestamp::from_seconds(it.timestamp()));
    raw.people = feed.authors.into_iter().chain(feed.contributors).map(person).collect();
    raw.topics = feed.categories.into_iter().map(|it| it.term).collect();
    raw.generator = feed.generator.map(|it| it.content).unwrap_or_default();
    raw.icon = feed.icon.map(|it| it.uri).unwrap_or_default();
    raw.logo = feed.logo.map(|it| it.uri).unwrap_or_default();
    raw.rights = text(feed.rights, mended.format);
    raw.cadence = mended.cadence;
    raw.moved_to = mended.moved_to;
    raw.incomplete = mended.incomplete;
    raw.skipped = mended.skipped;
    let mut notes = mended.notes.into_iter();
    raw.articles = feed
        .entries
        .into_iter()
        .map(|entry| raw_article(entry, notes.next().unwrap_or_default(), mended.format))
        .collect();
    raw
}

fn raw_article(entry: model::Entry, notes: ArticleNotes, format: Format) -> RawArticle {
    let mut article = RawArticle {
        guid: entry.id,
        title: text(entry.title, format),
        people: entry.authors.into_iter().chain(entry.contributors).map(person).collect(),
        published: entry.published.map(|it| Timestamp::from_seconds(it.timestamp())),
        updated: entry.updated.map(|it| Timestamp::from_seconds(it.timestamp())),
        topics: entry.categories.into_iter().map(|it| it.term).collect(),
        content: entry.content.map(content).unwrap_or_default(),
        summary: text(entry.summary, format),
        rights: if notes.rights.is_empty() {
            entry.rights.map(|it| it.content).unwrap_or_default()
        } else {
            notes.rights
        },
        base: notes.base,
        language: entry.language.or(notes.language),
        ..RawArticle::default()
    };
    // feed-rs copies the one date of RSS into the other; that is no second date.
    if format != Format::Atom && article.updated == article.published {
        article.updated = None;
    }
    for it in entry.links {
        match it.target {
            Some(model::LinkTarget::Comments) => article.comments = it.href,
            Some(model::LinkTarget::CommentsFeed) => {}
            None => article.links.push(link(it)),
        }
    }
    for media in entry.media {
        for it in media.content {
            if let Some(url) = it.url {
                article.enclosures.push(RawLink {
                    href: url.into(),
                    rel: "enclosure".to_owned(),
                    media_type: it.content_type.map(|it| it.to_string()).unwrap_or_default(),
                    length: it.size,
                });
            }
        }
        if article.media_title.is_empty() {
            article.media_title = media.title.map(|it| it.content).unwrap_or_default();
        }
        if article.media_description.is_blank() {
            article.media_description = text(media.description, format);
        }
    }
    article
}

fn text(text: Option<model::Text>, format: Format) -> RawText {
    let Some(text) = text else { return RawText::default() };
    let html = text.content_type.to_string().contains("html");
    let kind = match (format, html) {
        (Format::Atom, false) => TextKind::Plain,
        (Format::Atom, true) => TextKind::Html,
        (Format::Rss0 | Format::Rss1 | Format::Rss2 | Format::JsonFeed, _) => TextKind::Either,
    };
    RawText { text: text.content, kind }
}

fn content(content: model::Content) -> RawText {
    let html = content.content_type.to_string() != "text/plain";
    RawText { text: content.body.unwrap_or_default(), kind: if html { TextKind::Html } else { TextKind::Plain } }
}

fn link(link: model::Link) -> RawLink {
    RawLink {
        href: link.href,
        rel: link.rel.unwrap_or_default(),
        media_type: link.media_type.unwrap_or_default(),
        length: link.length,
    }
}

/// A person; where RSS wrote name and address into one line, `ann@example.org (Ann)`, they are told apart here.
fn person(person: model::Person) -> RawPerson {
    let restore = |text: Option<String>| text.unwrap_or_default().replace(AT_SIGN_STAND_IN, "@");
    let name = restore(person.name);
    let mut raw = RawPerson { name: name.clone(), email: restore(person.email), uri: person.uri.unwrap_or_default() };
    if raw.email.is_empty()
        && let Some(address) = name
            .split(|it: char| it.is_whitespace() || "<>()[],;:\"".contains(it))
            .find(|it| it.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.')))
    {
        let around: String = name.replacen(address, "", 1).replace("mailto:", "");
        let around = around.trim_matches(|it: char| it.is_whitespace() || "<>()[],;:\"-".contains(it));
        raw.email = address.trim_start_matches("mailto:").to_owned();
        raw.name = around.to_owned();
    }
    raw
}

//! The JSON of the command line: fixed names, times in RFC 3339 UTC.

use serde::Serialize;
use serde_json::{Value, json};

use crate::app::posts_a_week;
use crate::news::{
    Article, CleanText, FeedId, FeedKind, FeedRow, FeedWorth, FolderPath, Pause, TagName, TextOrigin, Timestamp,
};
use crate::store::JournalStep;
use crate::text::Document;

/// Whether the article's text comes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// As `list --json`.
    Row,
    /// As `show --json`.
    Text,
}

/// An article as `list --json` and `show --json` give it.
pub fn article(article: &Article, detail: Detail) -> Value {
    let row = &article.row;
    let known = &article.metadata;
    let mut object = json!({
        "id": row.id,
        "title": row.title,
        "url": row.url,
        "feed": {"id": row.feed, "title": row.feed_title},
        "author": row.author,
        "published": row.published,
        "updated": article.updated,
        "fetched": article.fetched,
        "language": known.language,
        "words": known.words,
        "minutes": known.minutes,
        "tags": row.tags,
        "topics": article.topics,
        "state": {"unread": row.state.unread, "starred": row.state.starred, "archived": row.state.archived},
        "fulltext": row.has_page,
        "enclosures": article.enclosures,
        "dateline": known.dateline,
        "attribution": known.attribution,
        "credit": known.credit,
        "caption": known.caption,
        "names": {"people": [], "places": [], "organisations": []},
        "quotes": [],
        "story": null,
    });
    if detail == Detail::Text {
        object["text"] = Value::from(plain_text(article, article.body.best_origin()));
    }
    object
}

/// The plain text of one of an article's stored texts: blocks parted by one blank line, without caption and credit.
pub fn plain_text(article: &Article, origin: TextOrigin) -> String {
    Document::from_html(article.body.html(origin), article.row.url.as_ref()).plain()
}

/// A feed as `feeds --json` gives it. Its address comes without user name and password.
#[derive(Serialize)]
pub struct FeedObject<'a> {
    id: FeedId,
    title: &'a CleanText,
    url: Option<String>,
    site: Option<String>,
    kind: &'static str,
    folder: &'a FolderPath,
    tags: &'a [TagName],
    unread: i64,
    articles: i64,
    last_success: Option<Timestamp>,
    next_due: Option<Timestamp>,
    problem: &'a Option<CleanText>,
    failing_since: Option<Timestamp>,
    complaints: &'a [CleanText],
    /// `no`, `by person` or `gone`.
    pause: &'static str,
    because: &'static str,
    articles_a_week: Option<f64>,
    newest: Option<Timestamp>,
    starred: Option<i64>,
}

pub fn feed<'a>(row: &'a FeedRow, worth: Option<&FeedWorth>) -> FeedObject<'a> {
    FeedObject {
        id: row.id,
        title: &row.title,
        url: row.url.as_ref().map(|it| it.without_secrets().to_string()),
        site: row.site.as_ref().map(|it| it.without_secrets().to_string()),
        kind: match row.kind {
            FeedKind::Fetched => "fetched",
            FeedKind::Saved => "saved",
        },
        folder: &row.folder,
        tags: &row.tags,
        unread: row.unread,
        articles: row.articles,
        last_success: row.last_success,
        next_due: row.next_due,
        problem: &row.problem,
        failing_since: row.failing_since,
        complaints: &row.complaints,
        pause: match row.pause {
            Pause::No => "no",
            Pause::ByPerson => "by person",
            Pause::Gone => "gone",
        },
        because: row.because.words(),
        articles_a_week: worth.map(|it| (posts_a_week(&it.weeks) * 10.0).round() / 10.0),
        newest: worth.and_then(|it| it.newest),
        starred: worth.map(|it| it.starred),
    }
}

/// A step of the journal as one line: number, moment, what, who.
pub fn journal_line(step: &JournalStep, at: &str) -> String {
    let undone = if step.undone { "  (undone)" } else { "" };
    format!("{:>6}  {at}  {}  by {}{undone}", step.number, step.sentence, step.origin)
}

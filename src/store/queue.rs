//! What waits to be indexed and enriched. Answers with as much of an article as that needs, and with no more text at
//! once than a few long reads have.

use rusqlite::{Connection, Row, params};

use crate::news::{ArticleId, CleanText, CleanUrl, Html, Limit, Metadata};

use super::ask::Queued;
use super::refusal::Refusal;
use super::{blob, row};

/// Compressed texts that one answer may hold, besides its first.
const FRAME_BYTES_MAX: usize = 1_048_576;

/// The next articles above `after`, in ascending id.
pub fn next(connection: &Connection, after: Option<ArticleId>, limit: usize) -> Result<Vec<Queued>, Refusal> {
    let first = after.map_or(i64::MIN, |it| it.0.saturating_add(1));
    within(connection, first, i64::MAX, limit)
}

/// This article, if it waits.
pub fn of_article(connection: &Connection, id: ArticleId) -> Result<Vec<Queued>, Refusal> {
    within(connection, id.0, id.0, 1)
}

pub fn length(connection: &Connection) -> Result<i64, Refusal> {
    Ok(connection.prepare_cached("SELECT count(*) FROM queue")?.query_row([], |row| row.get(0))?)
}

fn within(connection: &Connection, first: i64, last: i64, limit: usize) -> Result<Vec<Queued>, Refusal> {
    // From the queue to the articles, whatever statistics say: they were gathered while nothing waited, and SQLite would
    // then walk all articles to find the few that do.
    let mut statement = connection.prepare_cached(
        "SELECT q.article, q.stamp, a.title, a.author, a.url, f.site, b.html, b.language,
                p.html, p.url, p.caption, p.credit, m.json,
                b.dictionary, p.dictionary
         FROM queue q CROSS JOIN article a ON a.id = q.article CROSS JOIN feed f ON f.id = a.feed
             LEFT JOIN body b ON b.article = a.id LEFT JOIN page p ON p.article = a.id
             LEFT JOIN metadata m ON m.article = a.id
         WHERE q.article BETWEEN ?1 AND ?2 ORDER BY q.article LIMIT ?3",
    )?;
    let mut rows = statement.query(params![first, last, i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let mut waiting = Vec::new();
    let mut frame_bytes = 0;
    while let Some(row) = rows.next()? {
        let page_url = row::url(row, 9)?;
        let (html, dictionary) = if page_url.is_some() { (8, 14) } else { (6, 13) };
        let dictionary = row.get::<_, Option<i64>>(dictionary)?.unwrap_or(0);
        let frame = row.get_ref(html)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
        frame_bytes += frame.map_or(0, <[u8]>::len);
        if !waiting.is_empty() && frame_bytes > FRAME_BYTES_MAX {
            break;
        }
        let html = Html(frame.map(|it| blob::unpressed(connection, dictionary, it)).transpose()?.unwrap_or_default());
        waiting.push(queued(row, html, page_url.as_ref())?);
    }
    Ok(waiting)
}

fn queued(row: &Row<'_>, html: Html, page_url: Option<&CleanUrl>) -> Result<Queued, Refusal> {
    let json: Option<String> = row.get(12)?;
    let known: Metadata = json.map(|it| row::metadata_of(&it)).unwrap_or_default();
    // Reading the text does not find what extraction set apart.
    let of_page = |column| -> Result<Option<String>, Refusal> {
        Ok(row::optional_text(row, column)?.map(|it| it.to_string()).filter(|it| page_url.is_some() && !it.is_empty()))
    };
    let language: Option<CleanText> =
        row.get_ref(7)?.as_str_or_null().map_err(rusqlite::Error::from)?.map(|it| CleanText::line(it, Limit::SENTENCE));
    let base = match page_url {
        Some(url) => Some(url.clone()),
        None => match row::url(row, 4)? {
            Some(url) => Some(url),
            None => row::url(row, 5)?,
        },
    };
    Ok(Queued {
        article: ArticleId(row.get(0)?),
        stamp: row.get(1)?,
        title: row::text(row, 2, Limit::TITLE)?,
        author: row::text(row, 3, Limit::AUTHOR)?,
        html,
        base,
        language: known.language.or(language.map(|it| it.to_string())),
        caption: known.caption.or(of_page(10)?),
        credit: known.credit.or(of_page(11)?),
    })
}

//! Rows of the file as values. What is read back passes the door for foreign text again: another program, or another
//! version of this one, may have written it.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::news::{
    Article, ArticleId, ArticleRow, Because, Body, CleanText, CleanUrl, Enclosure, FeedId, FeedKind, FeedRow,
    FolderPath, Html, Limit, Metadata, PageText, Pause, ReadingState, TagName, Timestamp,
};

use super::blob;
use super::refusal::Refusal;

/// The row of one article, if there is one that is not deleted.
pub fn article_row(connection: &Connection, id: ArticleId) -> Result<Option<ArticleRow>, Refusal> {
    let found = connection
        .prepare_cached(
            "SELECT a.id, a.feed, a.title, a.url, a.author, a.published, a.sort, a.has_page, a.changed,
                    s.unread, s.starred, s.archived, f.title_own, f.title_given, f.url
             FROM article a JOIN state s ON s.article = a.id JOIN feed f ON f.id = a.feed
             WHERE a.id = ?1 AND s.deleted = 0",
        )?
        .query_row([id.0], |row| {
            Ok(ArticleRow {
                id: ArticleId(row.get(0)?),
                feed: FeedId(row.get(1)?),
                feed_title: title_of(row, 12, 13, 14)?,
                title: text(row, 2, Limit::TITLE)?,
                url: url(row, 3)?,
                author: text(row, 4, Limit::AUTHOR)?,
                published: moment(row, 5)?,
                sort: moment(row, 6)?.unwrap_or_default(),
                state: ReadingState { unread: row.get(9)?, starred: row.get(10)?, archived: row.get(11)? },
                tags: Vec::new(),
                has_page: row.get(7)?,
                changed: row.get(8)?,
            })
        })
        .optional()?;
    let Some(mut row) = found else { return Ok(None) };
    row.tags = names(
        connection,
        "SELECT g.name FROM tagging t JOIN tag g ON g.id = t.tag WHERE t.article = ?1 ORDER BY g.name",
        id.0,
    )?;
    Ok(Some(row))
}

/// An article with everything that is stored of it.
pub fn article(connection: &Connection, id: ArticleId) -> Result<Option<Article>, Refusal> {
    let Some(row) = article_row(connection, id)? else { return Ok(None) };
    let found = connection
        .prepare_cached(
            "SELECT f.site, a.updated, a.arrived, b.topics, b.enclosures, b.comments, b.html, b.language, b.dictionary
             FROM article a JOIN feed f ON f.id = a.feed LEFT JOIN body b ON b.article = a.id WHERE a.id = ?1",
        )?
        .query_row([id.0], |found| {
            let article = Article {
                row,
                feed_site: url(found, 0)?,
                updated: moment(found, 1)?,
                fetched: moment(found, 2)?.unwrap_or_default(),
                topics: texts(found, 3, Limit::TOPIC)?,
                enclosures: enclosures(found, 4)?,
                comments: url(found, 5)?,
                body: Body::default(),
                metadata: Metadata::default(),
            };
            Ok((
                article,
                found.get::<_, Option<Vec<u8>>>(6)?,
                found.get::<_, Option<String>>(7)?,
                found.get::<_, Option<i64>>(8)?,
            ))
        })
        .optional()?;
    let Some((mut article, html, language, dictionary)) = found else { return Ok(None) };
    if let Some(html) = html {
        article.body.feed = Html(blob::unpressed(connection, dictionary.unwrap_or(0), &html)?);
    }
    article.metadata = metadata(connection, id)?;
    if let Some(page) = page(connection, id)? {
        article.body.page = Some(page.text);
        // Enriching reads the text, which no longer holds what extraction set apart.
        article.metadata.caption = article.metadata.caption.or(page.caption);
        article.metadata.credit = article.metadata.credit.or(page.credit);
    }
    article.metadata.language = article.metadata.language.or(language.map(|it| cleaned(&it)));
    Ok(Some(article))
}

/// Feeds that are there, with their tags.
pub fn feeds(connection: &Connection) -> Result<Vec<FeedRow>, Refusal> {
    let mut statement = connection.prepare_cached(
        "SELECT id, kind, url, site, folder, unread, articles, last_success, next_due, problem, failing_since, complaints,
                title_own, title_given, paused, because
         FROM feed WHERE removed_at IS NULL",
    )?;
    // Feeds share a few dozen folders; each is read once.
    let mut folders: HashMap<String, FolderPath> = HashMap::new();
    let rows = statement.query_map([], |row| {
        let folder = row.get_ref(4)?.as_str()?;
        let folder = match folders.get(folder) {
            Some(known) => known.clone(),
            None => folders.entry(folder.to_owned()).or_insert(FolderPath::parse(folder)).clone(),
        };
        Ok(FeedRow {
            id: FeedId(row.get(0)?),
            kind: if row.get::<_, i64>(1)? == 1 { FeedKind::Saved } else { FeedKind::Fetched },
            title: title_of(row, 12, 13, 2)?,
            url: url(row, 2)?,
            site: url(row, 3)?,
            folder,
            tags: Vec::new(),
            unread: row.get(5)?,
            articles: row.get(6)?,
            last_success: moment(row, 7)?,
            next_due: moment(row, 8)?,
            problem: optional_text(row, 9)?,
            failing_since: moment(row, 10)?,
            complaints: texts(row, 11, Limit::SENTENCE)?,
            pause: pause_of(row.get(14)?),
            because: Because::of_number(row.get(15)?),
        })
    })?;
    let mut feeds: Vec<FeedRow> = rows.collect::<rusqlite::Result<_>>()?;
    // One question for all: one for each of a thousand feeds took as long as reading them.
    let mut statement =
        connection.prepare_cached("SELECT feed, g.name FROM feed_tag CROSS JOIN tag g ON g.id = tag")?;
    let mut rows = statement.query([])?;
    let mut tags: HashMap<i64, Vec<TagName>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let name = TagName::parse(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?);
        tags.entry(row.get(0)?).or_default().extend(name.ok());
    }
    for feed in &mut feeds {
        feed.tags = tags.remove(&feed.id.0).unwrap_or_default();
        feed.tags.sort_unstable();
    }
    Ok(feeds)
}

/// The number in the column as the schema explains it.
pub fn pause_of(number: i64) -> Pause {
    match number {
        1 => Pause::ByPerson,
        2 => Pause::Gone,
        _ => Pause::No,
    }
}

/// What a person named the feed, else what it calls itself, else its host.
pub fn feed_title(connection: &Connection, feed: FeedId) -> Result<CleanText, Refusal> {
    let title = connection
        .prepare_cached("SELECT title_own, title_given, url FROM feed WHERE id = ?1")?
        .query_row([feed.0], |row| title_of(row, 0, 1, 2))
        .optional()?;
    Ok(title.unwrap_or_default())
}

pub fn metadata(connection: &Connection, id: ArticleId) -> Result<Metadata, Refusal> {
    let text: Option<String> = connection
        .prepare_cached("SELECT json FROM metadata WHERE article = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    Ok(text.map(|it| metadata_of(&it)).unwrap_or_default())
}

/// Metadata as they are stored.
pub fn metadata_of(json: &str) -> Metadata {
    // What another version wrote and this one can't read is found anew when the article is enriched.
    let metadata: Metadata = serde_json::from_str(json).unwrap_or_default();
    Metadata {
        language: metadata.language.map(|it| cleaned(&it)),
        dateline: metadata.dateline.map(|it| cleaned(&it)),
        attribution: metadata.attribution.iter().map(|it| cleaned(it)).collect(),
        caption: metadata.caption.map(|it| cleaned(&it)),
        credit: metadata.credit.map(|it| cleaned(&it)),
        words: metadata.words,
        minutes: metadata.minutes,
        links: metadata.links,
    }
}

pub fn put_metadata(connection: &Connection, id: ArticleId, metadata: &Metadata) -> Result<(), Refusal> {
    let json = serde_json::to_string(metadata).map_err(|it| Refusal::Contained { detail: it.to_string() })?;
    connection
        .prepare_cached("INSERT OR REPLACE INTO metadata (article, json) VALUES (?1, ?2)")?
        .execute(params![id.0, json])?;
    Ok(())
}

/// A line of foreign text in the column.
pub fn text(row: &Row<'_>, column: usize, limit: Limit) -> rusqlite::Result<CleanText> {
    Ok(CleanText::line(row.get_ref(column)?.as_str()?, limit))
}

pub fn moment(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_seconds))
}

/// The address in the column; `None` also where it is none that may be opened.
pub fn url(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<CleanUrl>> {
    Ok(row.get_ref(column)?.as_str_or_null()?.and_then(|it| CleanUrl::parse(it).ok()))
}

/// A feed's title from the columns of its own, its given title and its address.
pub fn title_of(row: &Row<'_>, own: usize, given: usize, address: usize) -> rusqlite::Result<CleanText> {
    let own = text(row, own, Limit::TITLE)?;
    if !own.is_empty() {
        return Ok(own);
    }
    let given = text(row, given, Limit::TITLE)?;
    if !given.is_empty() {
        return Ok(given);
    }
    Ok(url(row, address)?.map(|it| CleanText::line(it.host(), Limit::TITLE)).unwrap_or_default())
}

/// Names of tags; what is no tag's name is left out.
fn names(connection: &Connection, sql: &str, number: i64) -> Result<Vec<TagName>, Refusal> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([number])?;
    let mut names = Vec::new();
    while let Some(row) = rows.next()? {
        names.extend(TagName::parse(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?).ok());
    }
    Ok(names)
}

struct Page {
    text: PageText,
    caption: Option<String>,
    credit: Option<String>,
}

fn page(connection: &Connection, id: ArticleId) -> Result<Option<Page>, Refusal> {
    let mut statement = connection
        .prepare_cached("SELECT html, url, fetched, words, caption, credit, dictionary FROM page WHERE article = ?1")?;
    let mut rows = statement.query([id.0])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let Some(url) = url(row, 1)? else { return Ok(None) };
    let found = |text: CleanText| Some(text.to_string()).filter(|it| !it.is_empty());
    let html = Html(blob::unpressed(connection, row.get(6)?, &row.get::<_, Vec<u8>>(0)?)?);
    let fetched = moment(row, 2)?.unwrap_or_default();
    Ok(Some(Page {
        text: PageText { html, fetched, url, words: row.get(3)? },
        caption: found(text(row, 4, Limit::SENTENCE)?),
        credit: found(text(row, 5, Limit::SENTENCE)?),
    }))
}

pub fn optional_text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<CleanText>> {
    Ok(row.get_ref(column)?.as_str_or_null()?.map(|it| CleanText::line(it, Limit::SENTENCE)))
}

fn texts(row: &Row<'_>, column: usize, limit: Limit) -> rusqlite::Result<Vec<CleanText>> {
    let json = row.get_ref(column)?.as_str_or_null()?.unwrap_or("[]");
    if json == "[]" {
        return Ok(Vec::new());
    }
    let raw: Vec<String> = serde_json::from_str(json).unwrap_or_default();
    Ok(raw.iter().map(|it| CleanText::line(it, limit)).collect())
}

fn enclosures(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<Enclosure>> {
    let json = row.get_ref(column)?.as_str_or_null()?.unwrap_or("[]");
    let raw: Vec<Enclosure> = serde_json::from_str(json).unwrap_or_default();
    let clean = |it: Enclosure| {
        let url = CleanUrl::parse(&it.url).ok()?.as_str().to_owned();
        Some(Enclosure { url, media_type: cleaned(&it.media_type), bytes: it.bytes })
    };
    Ok(raw.into_iter().filter_map(clean).collect())
}

fn cleaned(text: &str) -> String {
    CleanText::line(text, Limit::SENTENCE).to_string()
}

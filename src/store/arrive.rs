//! What arrives: a feed's articles, a page's full text, a saved page. A fetched feed never touches another feed's
//! articles, and nothing here changes what a person did with one.

use std::borrow::Cow;

use rusqlite::{CachedStatement, OptionalExtension, Transaction, params};

use crate::feed::{ParsedArticle, ParsedFeed};
use crate::news::{ArticleId, CleanText, CleanUrl, Complaint, FeedId, Limit, Metadata, Timestamp};
use crate::page::Page;

use super::blob::{self, Frames, Press, Revision};
use super::change::{Arrival, Changed, Done, Origin, PageArrival, SavedArticle, Touched};
use super::counts::{self, Flag};
use super::identity::{self, Numbers};
use super::journal::{self, Step};
use super::refusal::Refusal;
use super::{due, feeds, row};

/// The built-in feed of saved pages, as the schema makes it.
const SAVED: FeedId = FeedId(1);
/// Dates before 1900 are mistakes of the feed's program, such as the year 1 for “none”.
const SORT_SECONDS_MIN: i64 = -2_208_988_800;
const COMPLAINTS_MAX: usize = 50;

/// Stores a fetched feed: all of it or, where the feed was removed or moved meanwhile, nothing.
pub fn arrive(tx: &Transaction<'_>, press: &mut Press, arrival: &Arrival) -> Result<Changed, Refusal> {
    if !feeds::is_fetched_from(tx, arrival.feed, &arrival.url)? {
        return Ok(Changed::nothing(Done::Dropped));
    }
    let same_bytes = tx
        .prepare_cached("SELECT 1 FROM feed WHERE id = ?1 AND body_hash = ?2")?
        .exists(params![arrival.feed.0, arrival.body_hash])?;
    let had_problem = feeds::succeeded(tx, arrival.feed, arrival.validators.as_ref(), arrival.at, arrival.next)?;
    feeds::came_whole(tx, arrival.feed, arrival.at)?;
    feeds::answered_by(tx, arrival.feed, &arrival.answered_by)?;
    let mut touched = Touched { feeds: had_problem, ..Touched::default() };
    if same_bytes {
        return Ok(Changed { done: Done::Arrived { new: 0, changed: 0 }, touched });
    }
    touched.feeds |= store_feed(tx, arrival)?;

    let listed = identity::listed_once(&arrival.parsed.articles);
    let keys: Vec<&[Cow<'_, str>]> = listed.iter().map(|it| it.keys.as_slice()).collect();
    let is_first = !identity::has_keys(tx, arrival.feed)?;
    let matched = if is_first { vec![None; keys.len()] } else { identity::matching(tx, arrival.feed, &keys)? };
    let mut numbers = Numbers::default();
    let mut puts = Puts::prepare(tx)?;
    let mut new = Vec::new();
    let mut changed = 0;
    // Feeds list the newest first: stored from the end, it gets the greatest number of its day.
    for (listed, matched) in listed.iter().zip(matched).rev() {
        let mut text = Text::of_feed(listed.article);
        let article = match matched {
            Some(article) => {
                if let Some(pressed) = &arrival.pressed {
                    let (html, summary) = pressed.texts(tx, listed.place)?;
                    (text.body.html, text.body.summary) = (html.into(), summary.into());
                }
                match update(tx, &mut puts, press, article, &text, arrival.at)? {
                    Updated::Nothing => {}
                    Updated::Details => touched.articles.push(article),
                    Updated::Text => {
                        touched.articles.push(article);
                        changed += 1;
                    }
                }
                article
            }
            None => {
                let article = puts.article(tx, &mut numbers, arrival.feed, &text, arrival.at)?;
                match &arrival.pressed {
                    Some(pressed) => {
                        puts.body(article, &text.body, &pressed.frames[listed.place], pressed.dictionary)?;
                    }
                    None => puts.pressed_body(press, article, &text.body)?,
                }
                new.push(article);
                article
            }
        };
        if is_first {
            identity::remember_first(tx, arrival.feed, article, &listed.keys, arrival.at)?;
        } else {
            identity::remember(tx, arrival.feed, article, &listed.keys, matched.is_some(), arrival.at)?;
        }
    }
    if !new.is_empty() {
        queue_new(tx, &new)?;
        touched.tags |= inherit_tags(tx, arrival.feed, &new)?;
        counts::count_new(tx, arrival.feed, &new)?;
        touched.feeds = true;
    }
    let done = Done::Arrived { new: new.len(), changed };
    touched.articles.append(&mut new);
    Ok(Changed { done, touched })
}

/// Stores the full text of an article's page beside what the feed carried.
pub fn store_page(tx: &Transaction<'_>, press: &mut Press, arrival: &PageArrival) -> Result<Changed, Refusal> {
    let known = tx.prepare_cached("SELECT 1 FROM article WHERE id = ?1")?.exists([arrival.article.0])?;
    if !known {
        return Ok(Changed::nothing(Done::Dropped));
    }
    put_page(tx, press, arrival.article, &arrival.page, &arrival.url, arrival.at)?;
    tx.prepare_cached("UPDATE article SET title = ?2 WHERE id = ?1 AND title = ''")?
        .execute(params![arrival.article.0, arrival.page.title.as_str()])?;
    queue(tx, arrival.article)?;
    let touched = Touched { articles: vec![arrival.article], ..Touched::default() };
    Ok(Changed { done: Done::PageStored, touched })
}

/// Keeps a page or a file as an article of the saved feed. The same page again is the same article.
pub fn save(
    tx: &Transaction<'_>,
    press: &mut Press,
    saved: &SavedArticle,
    origin: Origin,
    now: Timestamp,
) -> Result<Changed, Refusal> {
    let page = &saved.page;
    let key = match &saved.url {
        Some(url) => format!("url:{}", url.as_str().split('#').next().unwrap_or_default()),
        None => format!("text:{}", blake3::hash(format!("{}\0{}", page.title, page.html.0).as_bytes()).to_hex()),
    };
    let keys = [Cow::Owned(key)];
    let text = Text::of_saved(saved);
    let known = identity::matching(tx, SAVED, &[&keys])?.into_iter().next().flatten();
    let mut puts = Puts::prepare(tx)?;
    let (article, new) = match known {
        Some(article) => {
            let returns = !counts::set_flag(tx, Flag::Deleted, false, &[article])?.is_empty();
            update(tx, &mut puts, press, article, &text, saved.at)?;
            (article, returns)
        }
        None => {
            let article = puts.article(tx, &mut Numbers::default(), SAVED, &text, saved.at)?;
            puts.pressed_body(press, article, &text.body)?;
            counts::count_new(tx, SAVED, &[article])?;
            (article, true)
        }
    };
    identity::remember(tx, SAVED, article, &keys, known.is_some(), saved.at)?;
    match &saved.url {
        Some(url) => put_page(tx, press, article, page, page.url.as_ref().unwrap_or(url), saved.at)?,
        None => put_found(tx, article, page)?,
    }
    queue(tx, article)?;
    if new {
        let title = if page.title.is_empty() { CleanText::own("a page") } else { page.title.clone() };
        let step = Step::Flag { flag: Flag::Deleted, value: false, articles: vec![article] };
        journal::write(tx, &format!("{title} saved"), origin, now, &[step])?;
    }
    let touched = Touched { articles: vec![article], feeds: true, ..Touched::default() };
    Ok(Changed { done: Done::Saved { article, new }, touched })
}

/// Puts an article into the queue of what is to be indexed, or moves its stamp on.
pub fn queue(tx: &Transaction<'_>, article: ArticleId) -> Result<(), Refusal> {
    let stamp = next_stamp(tx)?;
    tx.prepare_cached("INSERT OR REPLACE INTO queue (article, stamp) VALUES (?1, ?2)")?
        .execute(params![article.0, stamp])?;
    Ok(())
}

/// The same for articles that no queue has met.
fn queue_new(tx: &Transaction<'_>, articles: &[ArticleId]) -> Result<(), Refusal> {
    let stamp = next_stamp(tx)?;
    let mut insert = tx.prepare_cached("INSERT INTO queue (article, stamp) VALUES (?1, ?2)")?;
    for article in articles {
        insert.execute(params![article.0, stamp])?;
    }
    Ok(())
}

fn next_stamp(tx: &Transaction<'_>) -> Result<i64, Refusal> {
    let stamp = tx
        .prepare_cached("UPDATE meta SET value = value + 1 WHERE name = 'stamp' RETURNING value")?
        .query_row([], |row| row.get(0))?;
    Ok(stamp)
}

/// What is stored of an article besides its number and keys, whether a feed or a person supplied it.
struct Text<'a> {
    title: &'a CleanText,
    url: Option<&'a str>,
    author: Cow<'a, str>,
    published: Option<Timestamp>,
    updated: Option<Timestamp>,
    body: Body<'a>,
}

#[derive(PartialEq)]
struct Body<'a> {
    html: Cow<'a, str>,
    summary: Cow<'a, str>,
    base: Option<Cow<'a, str>>,
    language: Option<Cow<'a, str>>,
    topics: Cow<'a, str>,
    enclosures: Cow<'a, str>,
    comments: Option<Cow<'a, str>>,
}

impl<'a> Text<'a> {
    fn of_feed(parsed: &'a ParsedArticle) -> Text<'a> {
        let address = |url: &'a Option<CleanUrl>| url.as_ref().map(|it| Cow::Borrowed(it.as_str()));
        Text {
            title: &parsed.title,
            url: parsed.url.as_ref().map(CleanUrl::as_str),
            author: joined(&parsed.authors),
            published: parsed.published,
            updated: parsed.updated,
            body: Body {
                html: Cow::Borrowed(&parsed.body.0),
                summary: Cow::Borrowed(&parsed.summary.0),
                base: address(&parsed.base),
                language: parsed.language.as_deref().map(Cow::Borrowed),
                topics: json_list(&parsed.topics),
                enclosures: json_list(&parsed.enclosures),
                comments: address(&parsed.comments),
            },
        }
    }

    fn of_saved(saved: &'a SavedArticle) -> Text<'a> {
        let page = &saved.page;
        let address = saved.url.as_ref().or(page.url.as_ref()).map(CleanUrl::as_str);
        let topics: Vec<&CleanText> = Some(&page.section).filter(|it| !it.is_empty()).into_iter().collect();
        // With an address the text is the page's; a file has only itself.
        let html = if saved.url.is_some() { "" } else { page.html.0.as_str() };
        Text {
            title: &page.title,
            url: address,
            author: Cow::Borrowed(page.byline.as_str()),
            published: page.published,
            updated: None,
            body: Body {
                html: Cow::Borrowed(html),
                summary: Cow::Borrowed(""),
                base: address.map(Cow::Borrowed),
                language: page.language.as_deref().map(Cow::Borrowed),
                topics: json_list(&topics),
                enclosures: Cow::Borrowed("[]"),
                comments: None,
            },
        }
    }
}

fn joined(authors: &[CleanText]) -> Cow<'_, str> {
    match authors {
        [] => Cow::Borrowed(""),
        [one] if one.as_str().len() <= Limit::AUTHOR.0 => Cow::Borrowed(one.as_str()),
        _ => {
            let names: Vec<&str> = authors.iter().map(CleanText::as_str).collect();
            Cow::Owned(CleanText::line(&names.join(", "), Limit::AUTHOR).to_string())
        }
    }
}

fn json_list(values: &[impl serde::Serialize]) -> Cow<'static, str> {
    if values.is_empty() { Cow::Borrowed("[]") } else { Cow::Owned(json(&values)) }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "[]".to_owned())
}

/// Writes down what the feed says of itself. Returns whether a list would show anything else than before.
fn store_feed(tx: &Transaction<'_>, arrival: &Arrival) -> Result<bool, Refusal> {
    let ParsedFeed { title, description, site, language, .. } = &arrival.parsed;
    let complaints: Vec<&CleanText> = arrival.complaints.iter().take(COMPLAINTS_MAX).map(|Complaint(it)| it).collect();
    let complaints = json(&complaints);
    let site = site.as_ref().map(CleanUrl::as_str);
    let shown = tx
        .prepare_cached("SELECT 1 FROM feed WHERE id = ?1 AND title_given = ?2 AND site IS ?3 AND complaints = ?4")?
        .exists(params![arrival.feed.0, title.as_str(), site, complaints])?;
    tx.prepare_cached(
        "UPDATE feed SET title_given = ?2, description = ?3, site = ?4, language = ?5, body_hash = ?6, complaints = ?7,
             cadence = ?8
         WHERE id = ?1",
    )?
    .execute(params![
        arrival.feed.0,
        title.as_str(),
        description.as_str(),
        site,
        language,
        arrival.body_hash,
        complaints,
        due::cadence_words(&arrival.parsed.cadence)
    ])?;
    Ok(!shown)
}

/// What puts an article where there was none. Made ready once for a document: looking each statement up again for each
/// article takes as long as some of them.
struct Puts<'tx> {
    article: CachedStatement<'tx>,
    state: CachedStatement<'tx>,
    body: CachedStatement<'tx>,
}

impl<'tx> Puts<'tx> {
    fn prepare(tx: &'tx Transaction<'_>) -> Result<Puts<'tx>, Refusal> {
        Ok(Puts {
            article: tx.prepare_cached(
                "INSERT INTO article (id, feed, title, url, author, published, updated, arrived, sort)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?,
            state: tx.prepare_cached("INSERT INTO state (article, feed, sort) VALUES (?1, ?2, ?3)")?,
            body: tx.prepare_cached(
                "INSERT INTO body (article, html, summary, base, language, topics, enclosures, comments, dictionary)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?,
        })
    }

    /// Everything of a new article but its body and its place in the queue.
    fn article(
        &mut self,
        tx: &Transaction<'_>,
        numbers: &mut Numbers,
        feed: FeedId,
        text: &Text<'_>,
        at: Timestamp,
    ) -> Result<ArticleId, Refusal> {
        // Many Atom feeds give only the moment of the last update, the one date that RFC 4287 (4.1.2) demands.
        let dated = text.published.or(text.updated);
        let sort = dated.filter(|it| *it <= at && it.seconds() >= SORT_SECONDS_MIN).unwrap_or(at);
        let article = numbers.mint(tx, sort)?;
        self.article.execute(params![
            article.0,
            feed.0,
            text.title.as_str(),
            text.url,
            &*text.author,
            text.published.map(Timestamp::seconds),
            text.updated.map(Timestamp::seconds),
            at.seconds(),
            sort.seconds()
        ])?;
        self.state.execute(params![article.0, feed.0, sort.seconds()])?;
        Ok(article)
    }

    fn pressed_body(&mut self, press: &mut Press, article: ArticleId, body: &Body<'_>) -> Result<(), Refusal> {
        let frames = Frames::of(&body.html, &body.summary, press)?;
        self.body(article, body, &frames, press.number())
    }

    /// The body of an article that has none.
    fn body(&mut self, article: ArticleId, body: &Body<'_>, frames: &Frames, dictionary: i64) -> Result<(), Refusal> {
        self.body.execute(params![
            article.0,
            frames.html,
            frames.summary,
            body.base,
            body.language,
            body.topics,
            body.enclosures,
            body.comments,
            dictionary
        ])?;
        Ok(())
    }
}

enum Updated {
    Nothing,
    /// Something that no reader would call another text.
    Details,
    Text,
}

fn update(
    tx: &Transaction<'_>,
    puts: &mut Puts<'_>,
    press: &mut Press,
    article: ArticleId,
    new: &Text<'_>,
    at: Timestamp,
) -> Result<Updated, Refusal> {
    let Some((old_title, old)) = stored(tx, article)? else {
        // Its texts were let go. Where somebody has brought it back since, they are welcome.
        let wanted =
            tx.prepare_cached("SELECT 1 FROM state WHERE article = ?1 AND deleted = 0")?.exists([article.0])?;
        if wanted {
            puts.pressed_body(press, article, &new.body)?;
            queue(tx, article)?;
            return Ok(Updated::Text);
        }
        return Ok(Updated::Nothing);
    };
    // A feed that no longer carries a title or a text does not take back what it gave.
    let title = if new.title.is_empty() { old_title.as_str() } else { new.title.as_str() };
    let takes_back =
        new.body.html != old.html && blob::letters(&new.body.html).is_empty() && !blob::letters(&old.html).is_empty();
    let html = if takes_back { &old.html } else { &new.body.html };
    let row_changed =
        tx.prepare_cached(
            "UPDATE article SET title = ?2, url = coalesce(?3, url), author = ?4, published = coalesce(?5, published),
                 updated = coalesce(?6, updated)
             WHERE id = ?1 AND (title <> ?2 OR url IS NOT coalesce(?3, url) OR author <> ?4
                 OR published IS NOT coalesce(?5, published) OR updated IS NOT coalesce(?6, updated))",
        )?
        .execute(params![
            article.0,
            title,
            new.url,
            &*new.author,
            new.published.map(Timestamp::seconds),
            new.updated.map(Timestamp::seconds)
        ])? > 0;
    let body = Body {
        html: html.clone(),
        summary: new.body.summary.clone(),
        base: new.body.base.clone(),
        language: new.body.language.clone(),
        topics: new.body.topics.clone(),
        enclosures: new.body.enclosures.clone(),
        comments: new.body.comments.clone(),
    };
    let body_changed = body != old;
    if !row_changed && !body_changed {
        return Ok(Updated::Nothing);
    }
    let text_changed =
        title != old_title || (body.html != old.html && blob::letters(&body.html) != blob::letters(&old.html));
    if body_changed || text_changed {
        keep_revision(tx, article, (&old_title, &old.html), (title, &body.html), text_changed, at)?;
    }
    if body_changed {
        tx.prepare_cached("DELETE FROM body WHERE article = ?1")?.execute([article.0])?;
        puts.pressed_body(press, article, &body)?;
    }
    if !text_changed {
        return Ok(Updated::Details);
    }
    tx.prepare_cached("UPDATE article SET changed = 1 WHERE id = ?1")?.execute([article.0])?;
    // Both were read in the text that is gone, and are looked for again in the new one.
    let known = Metadata { caption: None, credit: None, ..row::metadata(tx, article)? };
    row::put_metadata(tx, article, &known)?;
    queue(tx, article)?;
    Ok(Updated::Text)
}

/// Adds the text that is being replaced to the article's earlier ones and packs them anew beside the new text.
fn keep_revision(
    tx: &Transaction<'_>,
    article: ArticleId,
    (old_title, old_html): (&str, &str),
    (new_title, new_html): (&str, &str),
    text_changed: bool,
    at: Timestamp,
) -> Result<(), Refusal> {
    let frame: Option<Vec<u8>> = tx
        .prepare_cached("SELECT texts FROM revision WHERE article = ?1")?
        .query_row([article.0], |row| row.get(0))
        .optional()?;
    if frame.is_none() && !text_changed {
        return Ok(());
    }
    let mut revisions = match frame {
        Some(frame) => blob::revisions(&frame, old_html)?,
        None => Vec::new(),
    };
    if text_changed {
        revisions.push(Revision { until: at.seconds(), title: old_title.to_owned(), html: old_html.to_owned() });
        // Where a publisher goes back and forth, each text is kept once: the one now shown is not an earlier one.
        let letters = blob::letters(new_html);
        revisions.retain(|it| it.title != new_title || blob::letters(&it.html) != letters);
    }
    tx.prepare_cached("INSERT OR REPLACE INTO revision (article, texts) VALUES (?1, ?2)")?
        .execute(params![article.0, blob::pressed_revisions(&revisions, new_html)?])?;
    Ok(())
}

fn stored(tx: &Transaction<'_>, article: ArticleId) -> Result<Option<(String, Body<'static>)>, Refusal> {
    let found = tx
        .prepare_cached(
            "SELECT a.title, b.html, b.summary, b.base, b.language, b.topics, b.enclosures, b.comments,
                 b.dictionary
             FROM article a JOIN body b ON b.article = a.id WHERE a.id = ?1",
        )?
        .query_row([article.0], |row| {
            let frames = (row.get::<_, Vec<u8>>(1)?, row.get::<_, Option<Vec<u8>>>(2)?);
            let body = Body {
                html: Cow::default(),
                summary: Cow::default(),
                base: row.get(3)?,
                language: row.get(4)?,
                topics: row.get(5)?,
                enclosures: row.get(6)?,
                comments: row.get(7)?,
            };
            Ok((row.get(0)?, frames, body, row.get::<_, i64>(8)?))
        })
        .optional()?;
    let Some((title, (html, summary), mut body, dictionary)) = found else { return Ok(None) };
    body.html = blob::unpressed(tx, dictionary, &html)?.into();
    if let Some(summary) = summary {
        body.summary = blob::unpressed(tx, dictionary, &summary)?.into();
    }
    Ok(Some((title, body)))
}

fn put_page(
    tx: &Transaction<'_>,
    press: &mut Press,
    article: ArticleId,
    page: &Page,
    url: &CleanUrl,
    at: Timestamp,
) -> Result<(), Refusal> {
    let html = press.pressed(&page.html.0)?;
    tx.prepare_cached(
        "INSERT OR REPLACE INTO page
             (article, html, url, fetched, byline, site, language, published, section, caption, credit, words, images,
              dictionary)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?
    .execute(params![
        article.0,
        html,
        url.as_str(),
        at.seconds(),
        page.byline.as_str(),
        page.site.as_str(),
        page.language,
        page.published.map(Timestamp::seconds),
        page.section.as_str(),
        page.caption.as_str(),
        page.credit.as_str(),
        page.words,
        json(&page.images),
        press.number()
    ])?;
    tx.prepare_cached("UPDATE article SET has_page = 1 WHERE id = ?1")?.execute([article.0])?;
    put_found(tx, article, page)
}

/// What extraction found besides the text, as metadata: reading it by rule builds upon that.
fn put_found(tx: &Transaction<'_>, article: ArticleId, page: &Page) -> Result<(), Refusal> {
    let mut metadata = row::metadata(tx, article)?;
    let found = |text: &CleanText| Some(text.to_string()).filter(|it| !it.is_empty());
    metadata.caption = found(&page.caption).or(metadata.caption);
    metadata.credit = found(&page.credit).or(metadata.credit);
    metadata.language = page.language.clone().or(metadata.language);
    metadata.words = page.words;
    row::put_metadata(tx, article, &metadata)
}

/// Gives new articles the tags of their feed, before they are counted. Returns whether there are any.
fn inherit_tags(tx: &Transaction<'_>, feed: FeedId, new: &[ArticleId]) -> Result<bool, Refusal> {
    let has_tags = tx.prepare_cached("SELECT 1 FROM feed_tag WHERE feed = ?1")?.exists([feed.0])?;
    if has_tags {
        let mut insert = tx.prepare_cached(
            "INSERT INTO tagging (tag, sort, article)
                 SELECT f.tag, s.sort, s.article FROM feed_tag f CROSS JOIN state s
                 WHERE f.feed = ?1 AND s.article = ?2",
        )?;
        for article in new {
            insert.execute(params![feed.0, article.0])?;
        }
    }
    Ok(has_tags)
}

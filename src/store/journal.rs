//! What a person did, with what undoes and redoes it, exactly: a step names only what changed. The journal is the
//! library's, not a program's: it outlives restarts, and one program can undo what another did.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::news::{ArticleId, CleanText, FeedId, FolderPath, Limit, TagName, Timestamp};

use super::ask::{JournalStep, SearchId};
use super::blob;
use super::change::{Changed, Done, Origin, Touched};
use super::counts::{self, Flag};
use super::edit;
use super::refusal::Refusal;
use super::{saved, within};

/// A change that can be made both ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The articles' mark became `value`; it was the other one.
    Flag {
        flag: Flag,
        value: bool,
        articles: Vec<ArticleId>,
    },
    /// The tag was put on the articles, or taken off.
    Tagging {
        tag: TagName,
        on: bool,
        articles: Vec<ArticleId>,
    },
    /// When the feed was removed; `None` while it is there.
    FeedRemoved {
        feed: FeedId,
        before: Option<Timestamp>,
        after: Option<Timestamp>,
    },
    FeedFolder {
        feed: FeedId,
        before: FolderPath,
        after: FolderPath,
    },
    FeedTitle {
        feed: FeedId,
        before: CleanText,
        after: CleanText,
    },
    FeedTag {
        feed: FeedId,
        tag: TagName,
        on: bool,
    },
    FeedAddress {
        feed: FeedId,
        before: String,
        after: String,
    },
    /// As JSON, as the schema keeps them.
    FeedSettings {
        feed: FeedId,
        before: String,
        after: String,
    },
    /// As the schema counts them.
    FeedPaused {
        feed: FeedId,
        before: i64,
        after: i64,
    },
    /// The saved search was made, changed or deleted; `None` where there is none.
    Search {
        search: SearchId,
        before: Option<SavedQuery>,
        after: Option<SavedQuery>,
    },
}

/// The name and the text of a saved search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedQuery {
    pub name: CleanText,
    pub query: CleanText,
}

const STEPS_MAX: i64 = 10_000;
const BYTES_MAX: i64 = 64 * 1_048_576;
/// A step's bytes before compression: some millions of articles.
const STEP_BYTES_MAX: usize = 64 * 1_048_576;

/// Writes down what was done. What had been undone can then no longer be redone.
pub fn write(
    tx: &Transaction<'_>,
    sentence: &str,
    origin: Origin,
    now: Timestamp,
    steps: &[Step],
) -> Result<(), Refusal> {
    let bytes = blob::pressed_bytes(&encoded(steps))?;
    let cut: i64 = tx
        .prepare_cached("SELECT coalesce(sum(length(steps)), 0) FROM journal WHERE undone = 1")?
        .query_row([], |row| row.get(0))?;
    tx.prepare_cached("DELETE FROM journal WHERE undone = 1")?.execute([])?;
    tx.prepare_cached("INSERT INTO journal (at, origin, sentence, steps) VALUES (?1, ?2, ?3, ?4)")?.execute(
        params![
            now.seconds(),
            origin_words(origin).as_str(),
            CleanText::line(sentence, Limit::SENTENCE).as_str(),
            bytes
        ],
    )?;
    grow(tx, bytes.len() as i64 - cut)?;
    prune(tx, tx.last_insert_rowid())
}

/// Makes steps that have not been made yet.
pub fn make_all(tx: &Transaction<'_>, steps: &[Step]) -> Result<Touched, Refusal> {
    let mut touched = Touched::default();
    for step in steps {
        make(tx, step, Direction::Again, &mut touched)?;
    }
    Ok(touched)
}

/// Takes back the newest step that stands.
pub fn undo(tx: &Transaction<'_>, origin: Origin) -> Result<Changed, Refusal> {
    let Some(stored) = stored(
        tx,
        "SELECT number, sentence, origin, steps FROM journal WHERE undone = 0 ORDER BY number DESC LIMIT 1",
    )?
    else {
        return Ok(Changed::nothing(Done::NothingToUndo));
    };
    let mut touched = Touched::default();
    for step in stored.steps.iter().rev() {
        make(tx, step, Direction::Back, &mut touched)?;
    }
    tx.prepare_cached("UPDATE journal SET undone = 1 WHERE number = ?1")?.execute([stored.number])?;
    let origin = (stored.origin != origin_words(origin)).then_some(stored.origin);
    Ok(Changed { done: Done::Undone { sentence: stored.sentence, origin }, touched })
}

/// Makes the step again that was taken back last.
pub fn redo(tx: &Transaction<'_>) -> Result<Changed, Refusal> {
    let Some(stored) =
        stored(tx, "SELECT number, sentence, origin, steps FROM journal WHERE undone = 1 ORDER BY number LIMIT 1")?
    else {
        return Ok(Changed::nothing(Done::NothingToRedo));
    };
    let mut touched = Touched::default();
    for step in &stored.steps {
        make(tx, step, Direction::Again, &mut touched)?;
    }
    tx.prepare_cached("UPDATE journal SET undone = 0 WHERE number = ?1")?.execute([stored.number])?;
    Ok(Changed { done: Done::Redone { sentence: stored.sentence }, touched })
}

/// The newest steps, newest first.
pub fn newest(connection: &rusqlite::Connection, limit: usize) -> Result<Vec<JournalStep>, Refusal> {
    let mut statement = connection
        .prepare_cached("SELECT number, at, sentence, origin, undone FROM journal ORDER BY number DESC LIMIT ?1")?;
    let rows = statement.query_map([limit as i64], |row| {
        Ok(JournalStep {
            number: row.get(0)?,
            at: Timestamp::from_seconds(row.get(1)?),
            sentence: clean(row, 2)?,
            origin: clean(row, 3)?,
            undone: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn origin_words(origin: Origin) -> CleanText {
    CleanText::own(match origin {
        Origin::Reader => "reader",
        Origin::CommandLine => "command line",
        Origin::Refresh => "refresh",
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Back,
    Again,
}

fn make(tx: &Transaction<'_>, step: &Step, direction: Direction, touched: &mut Touched) -> Result<(), Refusal> {
    let again = direction == Direction::Again;
    match step {
        Step::Flag { flag, value, articles } => {
            touched.articles.extend(counts::set_flag(tx, *flag, *value == again, articles)?);
            touched.feeds = true;
            touched.tags |= matches!(flag, Flag::Unread | Flag::Deleted);
        }
        Step::Tagging { tag, on, articles } => {
            touched.articles.extend(counts::set_tag(tx, tag, *on == again, articles)?);
            touched.feeds = true;
            touched.tags = true;
        }
        Step::FeedRemoved { feed, before, after } => {
            let moment = if again { after } else { before };
            tx.prepare_cached("UPDATE feed SET removed_at = ?2 WHERE id = ?1")?
                .execute(params![feed.0, moment.map(Timestamp::seconds)])?;
            touched.feeds = true;
            touched.tags = true;
            touched.many = true;
        }
        Step::FeedFolder { feed, before, after } => {
            let folder = if again { after } else { before };
            tx.prepare_cached("UPDATE feed SET folder = ?2 WHERE id = ?1")?
                .execute(params![feed.0, folder.as_str()])?;
            touched.feeds = true;
        }
        Step::FeedTitle { feed, before, after } => {
            let title = if again { after } else { before };
            tx.prepare_cached("UPDATE feed SET title_own = ?2 WHERE id = ?1")?
                .execute(params![feed.0, title.as_str()])?;
            touched.feeds = true;
            touched.many = true;
        }
        Step::FeedTag { feed, tag, on } => {
            let Some(number) = within::number(tx, tag)? else { return Ok(()) };
            let sql = if *on == again {
                "INSERT OR IGNORE INTO feed_tag (feed, tag) VALUES (?1, ?2)"
            } else {
                "DELETE FROM feed_tag WHERE feed = ?1 AND tag = ?2"
            };
            tx.prepare_cached(sql)?.execute(params![feed.0, number])?;
            touched.feeds = true;
            touched.tags = true;
        }
        Step::FeedAddress { feed, before, after } => {
            edit::set_address(tx, *feed, if again { after } else { before })?;
            touched.feeds = true;
        }
        Step::FeedSettings { feed, before, after } => {
            edit::set_settings(tx, *feed, if again { after } else { before })?;
            touched.feeds = true;
        }
        Step::FeedPaused { feed, before, after } => {
            edit::set_paused(tx, *feed, if again { *after } else { *before })?;
            touched.feeds = true;
        }
        Step::Search { search, before, after } => {
            saved::put(tx, *search, if again { after } else { before }.as_ref())?;
            touched.feeds = true;
        }
    }
    Ok(())
}

struct Stored {
    number: i64,
    sentence: CleanText,
    origin: CleanText,
    steps: Vec<Step>,
}

fn stored(tx: &Transaction<'_>, sql: &str) -> Result<Option<Stored>, Refusal> {
    let found = tx
        .prepare_cached(sql)?
        .query_row([], |row| Ok((row.get(0)?, clean(row, 1)?, clean(row, 2)?, row.get::<_, Vec<u8>>(3)?)))
        .optional()?;
    let Some((number, sentence, origin, bytes)) = found else { return Ok(None) };
    let steps = decoded(&blob::unpressed_bytes(&bytes, STEP_BYTES_MAX)?)
        .ok_or_else(|| Refusal::damaged("a step of the journal can't be read"))?;
    Ok(Some(Stored { number, sentence, origin, steps }))
}

fn clean(row: &Row<'_>, column: usize) -> rusqlite::Result<CleanText> {
    Ok(CleanText::line(row.get_ref(column)?.as_str()?, Limit::SENTENCE))
}

fn grow(tx: &Transaction<'_>, bytes: i64) -> Result<(), Refusal> {
    tx.prepare_cached("UPDATE meta SET value = value + ?1 WHERE name = 'journal_bytes'")?.execute([bytes])?;
    Ok(())
}

/// Forgets the oldest steps where there are too many, or too large ones; never the one just made.
fn prune(tx: &Transaction<'_>, newest: i64) -> Result<(), Refusal> {
    loop {
        let oldest: Option<(i64, i64)> = tx
            .prepare_cached("SELECT number, length(steps) FROM journal ORDER BY number LIMIT 1")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let bytes: i64 = tx
            .prepare_cached("SELECT value FROM meta WHERE name = 'journal_bytes'")?
            .query_row([], |row| row.get(0))?;
        match oldest {
            Some((number, length)) if number < newest && (number <= newest - STEPS_MAX || bytes > BYTES_MAX) => {
                tx.prepare_cached("DELETE FROM journal WHERE number = ?1")?.execute([number])?;
                grow(tx, -length)?;
            }
            Some(_) | None => return Ok(()),
        }
    }
}

// The bytes of steps: a kind, then numbers as LEB128 and texts with their length. Articles are ascending, each as its
// distance from the one before; 50,000 neighbours are 50 KB, and less once compressed.

fn encoded(steps: &[Step]) -> Vec<u8> {
    let mut out = Vec::new();
    for step in steps {
        match step {
            Step::Flag { flag, value, articles } => {
                out.push(match flag {
                    Flag::Unread => 1,
                    Flag::Starred => 2,
                    Flag::Deleted => 3,
                    Flag::Archived => 9,
                });
                out.push(u8::from(*value));
                put_articles(&mut out, articles);
            }
            Step::Tagging { tag, on, articles } => {
                out.push(4);
                put_text(&mut out, tag.as_str());
                out.push(u8::from(*on));
                put_articles(&mut out, articles);
            }
            Step::FeedRemoved { feed, before, after } => {
                out.push(5);
                put_number(&mut out, feed.0);
                for moment in [before, after] {
                    out.push(u8::from(moment.is_some()));
                    put_number(&mut out, moment.map_or(0, Timestamp::seconds));
                }
            }
            Step::FeedFolder { feed, before, after } => {
                out.push(6);
                put_number(&mut out, feed.0);
                put_text(&mut out, before.as_str());
                put_text(&mut out, after.as_str());
            }
            Step::FeedTitle { feed, before, after } => {
                out.push(7);
                put_number(&mut out, feed.0);
                put_text(&mut out, before.as_str());
                put_text(&mut out, after.as_str());
            }
            Step::FeedTag { feed, tag, on } => {
                out.push(8);
                put_number(&mut out, feed.0);
                put_text(&mut out, tag.as_str());
                out.push(u8::from(*on));
            }
            Step::FeedAddress { feed, before, after } | Step::FeedSettings { feed, before, after } => {
                out.push(if matches!(step, Step::FeedAddress { .. }) { 10 } else { 11 });
                put_number(&mut out, feed.0);
                put_text(&mut out, before);
                put_text(&mut out, after);
            }
            Step::FeedPaused { feed, before, after } => {
                out.push(12);
                for number in [feed.0, *before, *after] {
                    put_number(&mut out, number);
                }
            }
            Step::Search { search, before, after } => {
                out.push(20);
                put_number(&mut out, search.0);
                for query in [before, after] {
                    out.push(u8::from(query.is_some()));
                    if let Some(query) = query {
                        put_text(&mut out, query.name.as_str());
                        put_text(&mut out, query.query.as_str());
                    }
                }
            }
        }
    }
    out
}

fn decoded(bytes: &[u8]) -> Option<Vec<Step>> {
    let mut rest = bytes;
    let mut steps = Vec::new();
    while let Some(kind) = take_byte(&mut rest) {
        let flag = |flag, rest: &mut &[u8]| {
            Some(Step::Flag { flag, value: take_byte(rest)? == 1, articles: take_articles(rest)? })
        };
        steps.push(match kind {
            1 => flag(Flag::Unread, &mut rest)?,
            2 => flag(Flag::Starred, &mut rest)?,
            3 => flag(Flag::Deleted, &mut rest)?,
            4 => Step::Tagging {
                tag: TagName::parse(&take_text(&mut rest)?).ok()?,
                on: take_byte(&mut rest)? == 1,
                articles: take_articles(&mut rest)?,
            },
            5 => Step::FeedRemoved {
                feed: FeedId(take_number(&mut rest)?),
                before: take_moment(&mut rest)?,
                after: take_moment(&mut rest)?,
            },
            6 => Step::FeedFolder {
                feed: FeedId(take_number(&mut rest)?),
                before: FolderPath::parse(&take_text(&mut rest)?),
                after: FolderPath::parse(&take_text(&mut rest)?),
            },
            7 => Step::FeedTitle {
                feed: FeedId(take_number(&mut rest)?),
                before: CleanText::line(&take_text(&mut rest)?, Limit::TITLE),
                after: CleanText::line(&take_text(&mut rest)?, Limit::TITLE),
            },
            8 => Step::FeedTag {
                feed: FeedId(take_number(&mut rest)?),
                tag: TagName::parse(&take_text(&mut rest)?).ok()?,
                on: take_byte(&mut rest)? == 1,
            },
            9 => flag(Flag::Archived, &mut rest)?,
            10 => Step::FeedAddress {
                feed: FeedId(take_number(&mut rest)?),
                before: take_text(&mut rest)?,
                after: take_text(&mut rest)?,
            },
            11 => Step::FeedSettings {
                feed: FeedId(take_number(&mut rest)?),
                before: take_text(&mut rest)?,
                after: take_text(&mut rest)?,
            },
            12 => Step::FeedPaused {
                feed: FeedId(take_number(&mut rest)?),
                before: take_number(&mut rest)?,
                after: take_number(&mut rest)?,
            },
            20 => Step::Search {
                search: SearchId(take_number(&mut rest)?),
                before: take_query(&mut rest)?,
                after: take_query(&mut rest)?,
            },
            _ => return None,
        });
    }
    Some(steps)
}

fn put_number(out: &mut Vec<u8>, number: i64) {
    // Zigzag, so that small negative numbers are short too.
    let mut left = ((number << 1) ^ (number >> 63)) as u64;
    while left >= 0x80 {
        out.push((left as u8 & 0x7f) | 0x80);
        left >>= 7;
    }
    out.push(left as u8);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as i64);
    out.extend_from_slice(text.as_bytes());
}

fn put_articles(out: &mut Vec<u8>, articles: &[ArticleId]) {
    let ascending = counts::ascending(articles);
    put_number(out, ascending.len() as i64);
    let mut before = 0;
    for id in ascending.iter() {
        put_number(out, id.0 - before);
        before = id.0;
    }
}

fn take_byte(rest: &mut &[u8]) -> Option<u8> {
    let (first, others) = rest.split_first()?;
    *rest = others;
    Some(*first)
}

fn take_number(rest: &mut &[u8]) -> Option<i64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = take_byte(rest)?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((number >> 1) as i64 ^ -((number & 1) as i64));
        }
    }
    None
}

fn take_text(rest: &mut &[u8]) -> Option<String> {
    let length = usize::try_from(take_number(rest)?).ok()?;
    let (text, others) = rest.split_at_checked(length)?;
    *rest = others;
    String::from_utf8(text.to_vec()).ok()
}

fn take_articles(rest: &mut &[u8]) -> Option<Vec<ArticleId>> {
    let count = usize::try_from(take_number(rest)?).ok()?;
    // Each takes a byte at least: a count beyond that is not one of ours.
    if count > rest.len() {
        return None;
    }
    let mut before = 0_i64;
    (0..count)
        .map(|_| {
            before = before.checked_add(take_number(rest)?)?;
            Some(ArticleId(before))
        })
        .collect()
}

fn take_moment(rest: &mut &[u8]) -> Option<Option<Timestamp>> {
    let is_there = take_byte(rest)? == 1;
    let seconds = take_number(rest)?;
    Some(is_there.then(|| Timestamp::from_seconds(seconds)))
}

fn take_query(rest: &mut &[u8]) -> Option<Option<SavedQuery>> {
    if take_byte(rest)? == 0 {
        return Some(None);
    }
    let name = CleanText::line(&take_text(rest)?, Limit::TOPIC);
    Some(Some(SavedQuery { name, query: CleanText::line(&take_text(rest)?, Limit::SENTENCE) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_oldest_steps_are_forgotten_and_their_bytes_with_them() {
        let mut connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.execute_batch(super::super::schema::MIGRATIONS[0]).unwrap();
        let tx = connection.transaction().unwrap();
        let step = Step::Flag { flag: Flag::Unread, value: false, articles: vec![ArticleId(1)] };
        for number in 0..STEPS_MAX + 50 {
            write(&tx, &format!("{number}"), Origin::Reader, Timestamp::default(), std::slice::from_ref(&step))
                .unwrap();
        }
        let number = |sql: &str| tx.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(number("SELECT count(*) FROM journal"), STEPS_MAX);
        assert_eq!(number("SELECT min(number) FROM journal"), 51);
        let kept = "SELECT value FROM meta WHERE name = 'journal_bytes'";
        assert_eq!(number(kept), number("SELECT sum(length(steps)) FROM journal"));
        tx.execute("UPDATE meta SET value = value + ?1 WHERE name = 'journal_bytes'", [BYTES_MAX]).unwrap();
        write(&tx, "last", Origin::Reader, Timestamp::default(), &[step]).unwrap();
        assert_eq!(number("SELECT count(*) FROM journal"), 1);
    }

    proptest! {
        #[test]
        fn a_step_survives_its_bytes(
            ids in proptest::collection::btree_set(-5_000_000_000_i64..50_000_000_000_000, 0..40),
            value: bool,
            seconds in proptest::option::of(0_i64..4_000_000_000),
        ) {
            let articles: Vec<ArticleId> = ids.into_iter().map(ArticleId).collect();
            let tag = TagName::parse("dunia/timur-tengah").unwrap();
            let moment = seconds.map(Timestamp::from_seconds);
            let steps = vec![
                Step::Flag { flag: Flag::Unread, value, articles: articles.clone() },
                Step::Flag { flag: Flag::Archived, value, articles: articles.clone() },
                Step::Tagging { tag: tag.clone(), on: value, articles },
                Step::FeedRemoved { feed: FeedId(7), before: moment, after: None },
                Step::FeedFolder { feed: FeedId(7), before: FolderPath::default(), after: FolderPath::parse("A/B") },
                Step::FeedTitle { feed: FeedId(7), before: CleanText::default(), after: CleanText::own("名") },
                Step::FeedTag { feed: FeedId(7), tag, on: !value },
                Step::FeedAddress { feed: FeedId(7), before: "https://a.example/".into(), after: "https://b.example/".into() },
                Step::FeedSettings { feed: FeedId(7), before: "{}".into(), after: "{\"full_text\":true}".into() },
                Step::FeedPaused { feed: FeedId(7), before: 0, after: 2 },
                Step::Search {
                    search: SearchId(3),
                    before: None,
                    after: Some(SavedQuery { name: CleanText::own("Pagi"), query: CleanText::own("#pagi unread") }),
                },
            ];
            prop_assert_eq!(decoded(&encoded(&steps)), Some(steps));
        }

        #[test]
        fn bytes_that_are_no_steps_are_refused_and_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = decoded(&bytes);
        }
    }
}

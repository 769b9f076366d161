//! What a person changes about a feed, each change in the journal with its inverse; and where a feed says it has moved,
//! which is the one such change that nobody typed. A feed keeps its number whatever its address: articles, reads and
//! tags never notice.

use rusqlite::{OptionalExtension, Transaction, params};

use crate::news::{CleanText, CleanUrl, FeedEdit, FeedId, FeedSettings, FolderPath, Limit, TagName, Timestamp};

use super::change::{Changed, Done, Origin, Touched};
use super::journal::{self, Step};
use super::refusal::Refusal;
use super::{row, within};

/// So often in a row, over at least [`MOVE_SECONDS_MIN`], must a feed say that it has moved before it is believed.
pub const MOVES_BELIEVED: i64 = 3;
const MOVE_SECONDS_MIN: i64 = 48 * 3_600;

/// Changes the feed as a person asked; what is so already changes nothing.
pub fn edit(
    tx: &Transaction<'_>,
    feed: FeedId,
    edit: &FeedEdit,
    origin: Origin,
    now: Timestamp,
) -> Result<Changed, Refusal> {
    let Some(present) = present(tx, feed)? else { return Ok(Changed::nothing(Done::Dropped)) };
    let name = row::feed_title(tx, feed)?;
    let (steps, sentence) = match edit {
        FeedEdit::Title(title) if *title == present.title => return Ok(Changed::nothing(Done::Nothing)),
        FeedEdit::Title(title) => {
            let step = Step::FeedTitle { feed, before: present.title, after: title.clone() };
            let sentence = match title.is_empty() {
                true => format!("feed {name} names itself again"),
                false => format!("feed {name} renamed to {title}"),
            };
            (vec![step], sentence)
        }
        FeedEdit::Folder(folder) if *folder == present.folder => return Ok(Changed::nothing(Done::Nothing)),
        FeedEdit::Folder(folder) => {
            let step = Step::FeedFolder { feed, before: present.folder, after: folder.clone() };
            let place = if folder.is_top() { "the top" } else { folder.as_str() };
            (vec![step], format!("feed {name} moved to {place}"))
        }
        FeedEdit::Tags { add, remove } => {
            let steps = tag_steps(tx, feed, add, remove)?;
            (steps, format!("tags of feed {name} changed"))
        }
        FeedEdit::Address(url) if url.as_str() == present.url => return Ok(Changed::nothing(Done::Nothing)),
        FeedEdit::Address(url) => {
            if let Some(other) = owner(tx, url)? {
                return Ok(Changed::nothing(Done::AddressTaken { title: row::feed_title(tx, other)? }));
            }
            let step = Step::FeedAddress { feed, before: present.url, after: url.as_str().to_owned() };
            (vec![step], format!("address of feed {name} changed"))
        }
        FeedEdit::Settings(settings) => {
            let after = json(settings)?;
            if after == present.settings {
                return Ok(Changed::nothing(Done::Nothing));
            }
            (
                vec![Step::FeedSettings { feed, before: present.settings, after }],
                format!("settings of feed {name} changed"),
            )
        }
        FeedEdit::Paused(paused) => {
            let (before, after) = (present.paused, i64::from(*paused));
            if before == after {
                return Ok(Changed::nothing(Done::Nothing));
            }
            let sentence = if *paused { format!("feed {name} paused") } else { format!("feed {name} fetched again") };
            (vec![Step::FeedPaused { feed, before, after }], sentence)
        }
    };
    if steps.is_empty() {
        return Ok(Changed::nothing(Done::Nothing));
    }
    let touched = journal::make_all(tx, &steps)?;
    journal::write(tx, &sentence, origin, now, &steps)?;
    Ok(Changed { done: Done::FeedEdited { what: CleanText::line(&sentence, Limit::SENTENCE) }, touched })
}

/// Notes where permanent redirects led from the feed's address, and follows once that is to be believed. The address
/// itself says that it has not moved. Where several feeds are sent to one place, a host sends everybody there.
pub fn moved(
    tx: &Transaction<'_>,
    feed: FeedId,
    from: &CleanUrl,
    to: &CleanUrl,
    at: Timestamp,
) -> Result<Changed, Refusal> {
    let Some(present) = present(tx, feed)? else { return Ok(Changed::nothing(Done::Dropped)) };
    if present.url != from.as_str() {
        return Ok(Changed::nothing(Done::Dropped));
    }
    let everybody = tx
        .prepare_cached("SELECT 1 FROM feed WHERE id <> ?1 AND (moved_to = ?2 OR url = ?2)")?
        .exists(params![feed.0, to.as_str()])?;
    if from == to || everybody {
        // What sends everybody to one place is remembered, so that the others see it too, and counts for nothing.
        let place = (from != to).then_some(to.as_str());
        tx.prepare_cached("UPDATE feed SET moved_to = ?2, moved_times = 0, moved_since = NULL WHERE id = ?1")?
            .execute(params![feed.0, place])?;
        return Ok(Changed::nothing(Done::Nothing));
    }
    let (times, since): (i64, i64) = tx
        .prepare_cached(
            "UPDATE feed SET moved_times = CASE WHEN moved_to IS ?2 THEN moved_times + 1 ELSE 1 END,
                 moved_since = CASE WHEN moved_to IS ?2 THEN coalesce(moved_since, ?3) ELSE ?3 END, moved_to = ?2
             WHERE id = ?1 RETURNING moved_times, moved_since",
        )?
        .query_row(params![feed.0, to.as_str(), at.seconds()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if times < MOVES_BELIEVED || at.seconds() - since < MOVE_SECONDS_MIN {
        return Ok(Changed::nothing(Done::Nothing));
    }
    // What the new address sent last goes on being asked conditionally: the validators are its own.
    tx.prepare_cached("UPDATE feed SET url = ?2, moved_to = NULL, moved_times = 0, moved_since = NULL WHERE id = ?1")?
        .execute(params![feed.0, to.as_str()])?;
    let title = row::feed_title(tx, feed)?;
    let step = Step::FeedAddress { feed, before: present.url, after: to.as_str().to_owned() };
    journal::write(tx, &format!("feed {title} followed to {}", to.host()), Origin::Refresh, at, &[step])?;
    let touched = Touched { feeds: true, ..Touched::default() };
    Ok(Changed { done: Done::Moved { title, to: to.clone() }, touched })
}

/// Puts a feed's address back or forth. Its validators were the old address's: the next request is unconditional.
pub fn set_address(tx: &Transaction<'_>, feed: FeedId, url: &str) -> Result<(), Refusal> {
    // Another feed may have taken the address meanwhile; then this one stays where it is.
    tx.prepare_cached(
        "UPDATE OR IGNORE feed SET url = ?2, etag = NULL, last_modified = NULL, body_hash = NULL, next_due = NULL,
             retry_after = 0, failures = 0, failing_since = NULL, problem = NULL, moved_to = NULL, moved_times = 0,
             moved_since = NULL, paused = CASE paused WHEN 2 THEN 0 ELSE paused END
         WHERE id = ?1 AND url <> ?2",
    )?
    .execute(params![feed.0, url])?;
    Ok(())
}

/// Writes a feed's settings. Another interval, or another way to ask, begins at once unless the server forbids it.
pub fn set_settings(tx: &Transaction<'_>, feed: FeedId, settings: &str) -> Result<(), Refusal> {
    tx.prepare_cached(
        "UPDATE feed SET settings = ?2, next_due = CASE retry_after WHEN 1 THEN next_due END WHERE id = ?1",
    )?
    .execute(params![feed.0, settings])?;
    Ok(())
}

pub fn set_paused(tx: &Transaction<'_>, feed: FeedId, paused: i64) -> Result<(), Refusal> {
    tx.prepare_cached(
        "UPDATE feed SET paused = ?2, next_due = CASE WHEN retry_after = 1 OR ?2 <> 0 THEN next_due END WHERE id = ?1",
    )?
    .execute(params![feed.0, paused])?;
    Ok(())
}

struct Present {
    url: String,
    title: CleanText,
    folder: FolderPath,
    settings: String,
    paused: i64,
}

/// The feed as it stands; `None` for the saved feed and for feeds that were removed.
fn present(tx: &Transaction<'_>, feed: FeedId) -> Result<Option<Present>, Refusal> {
    let found = tx
        .prepare_cached(
            "SELECT url, title_own, folder, settings, paused FROM feed WHERE id = ?1 AND kind = 0 AND removed_at IS NULL",
        )?
        .query_row([feed.0], |row| {
            Ok(Present {
                url: row.get(0)?,
                title: CleanText::line(row.get_ref(1)?.as_str()?, Limit::TITLE),
                folder: FolderPath::parse(row.get_ref(2)?.as_str()?),
                settings: row.get(3)?,
                paused: row.get(4)?,
            })
        })
        .optional()?;
    Ok(found)
}

/// The feed that has this address, be it there or removed.
fn owner(tx: &Transaction<'_>, url: &CleanUrl) -> Result<Option<FeedId>, Refusal> {
    let owner = tx
        .prepare_cached("SELECT id FROM feed WHERE url = ?1")?
        .query_row([url.as_str()], |row| row.get(0))
        .optional()?;
    Ok(owner.map(FeedId))
}

fn tag_steps(tx: &Transaction<'_>, feed: FeedId, add: &[TagName], remove: &[TagName]) -> Result<Vec<Step>, Refusal> {
    let mut steps = Vec::new();
    for (tags, on) in [(add, true), (remove, false)] {
        for tag in tags {
            let number = if on { within::number(tx, tag)? } else { within::known(tx, tag)? };
            let Some(number) = number else { continue };
            let has = tx
                .prepare_cached("SELECT 1 FROM feed_tag WHERE feed = ?1 AND tag = ?2")?
                .exists(params![feed.0, number])?;
            if has != on {
                steps.push(Step::FeedTag { feed, tag: tag.clone(), on });
            }
        }
    }
    Ok(steps)
}

pub fn json(settings: &FeedSettings) -> Result<String, Refusal> {
    serde_json::to_string(settings).map_err(|it| Refusal::Contained { detail: it.to_string() })
}

//! What a person does to articles: read, star, tag. Only what changes is changed, and only that is in the journal.

use std::collections::BTreeSet;

use rusqlite::Transaction;

use crate::news::{ArticleId, TagName, Timestamp};

use super::change::{Changed, Done, Origin, Touched};
use super::counts::{self, Flag};
use super::journal::{self, Step};
use super::refusal::Refusal;

pub fn set_read(
    tx: &Transaction<'_>,
    articles: &[ArticleId],
    read: bool,
    origin: Origin,
    now: Timestamp,
) -> Result<Changed, Refusal> {
    let changed = counts::set_flag(tx, Flag::Unread, !read, articles)?;
    let count = changed.len();
    if count == 0 {
        return Ok(Changed::nothing(Done::Nothing));
    }
    let sentence = format!("{count} marked {}", if read { "read" } else { "unread" });
    let changed = written(tx, &sentence, origin, now, Flag::Unread, !read, changed)?;
    let done = if read { Done::Read { count } } else { Done::Unread { count } };
    Ok(Changed { done, touched: Touched { articles: changed, feeds: true, tags: true, ..Touched::default() } })
}

pub fn set_starred(
    tx: &Transaction<'_>,
    articles: &[ArticleId],
    starred: bool,
    origin: Origin,
    now: Timestamp,
) -> Result<Changed, Refusal> {
    let changed = counts::set_flag(tx, Flag::Starred, starred, articles)?;
    let count = changed.len();
    if count == 0 {
        return Ok(Changed::nothing(Done::Nothing));
    }
    let sentence = format!("{count} {}", if starred { "starred" } else { "unstarred" });
    let changed = written(tx, &sentence, origin, now, Flag::Starred, starred, changed)?;
    let done = if starred { Done::Starred { count } } else { Done::Unstarred { count } };
    Ok(Changed { done, touched: Touched { articles: changed, feeds: true, ..Touched::default() } })
}

/// Archiving also marks read, in the same step: what is done with is not unread.
pub fn set_archived(
    tx: &Transaction<'_>,
    articles: &[ArticleId],
    archived: bool,
    origin: Origin,
    now: Timestamp,
) -> Result<Changed, Refusal> {
    let changed = counts::set_flag(tx, Flag::Archived, archived, articles)?;
    let count = changed.len();
    if count == 0 {
        return Ok(Changed::nothing(Done::Nothing));
    }
    let mut steps = vec![Step::Flag { flag: Flag::Archived, value: archived, articles: changed.clone() }];
    if archived {
        let read = counts::set_flag(tx, Flag::Unread, false, &changed)?;
        if !read.is_empty() {
            steps.push(Step::Flag { flag: Flag::Unread, value: false, articles: read });
        }
    }
    let sentence = format!("{count} {}", if archived { "archived" } else { "taken out of the archive" });
    journal::write(tx, &sentence, origin, now, &steps)?;
    let done = if archived { Done::Archived { count } } else { Done::Unarchived { count } };
    Ok(Changed { done, touched: Touched { articles: changed, feeds: true, tags: true, ..Touched::default() } })
}

pub fn set_deleted(
    tx: &Transaction<'_>,
    articles: &[ArticleId],
    deleted: bool,
    origin: Origin,
    now: Timestamp,
) -> Result<Changed, Refusal> {
    let changed = counts::set_flag(tx, Flag::Deleted, deleted, articles)?;
    let count = changed.len();
    if count == 0 {
        return Ok(Changed::nothing(Done::Nothing));
    }
    let sentence = format!("{count} {}", if deleted { "deleted" } else { "brought back" });
    let changed = written(tx, &sentence, origin, now, Flag::Deleted, deleted, changed)?;
    let done = if deleted { Done::Deleted { count } } else { Done::Restored { count } };
    Ok(Changed { done, touched: Touched { articles: changed, feeds: true, tags: true, ..Touched::default() } })
}

pub fn tag(
    tx: &Transaction<'_>,
    articles: &[ArticleId],
    add: Vec<TagName>,
    remove: Vec<TagName>,
    origin: Origin,
    now: Timestamp,
) -> Result<Changed, Refusal> {
    let mut steps = Vec::new();
    let mut touched: BTreeSet<ArticleId> = BTreeSet::new();
    let changes = remove.iter().map(|it| (it, false)).chain(add.iter().map(|it| (it, true)));
    for (name, on) in changes {
        let changed = counts::set_tag(tx, name, on, articles)?;
        touched.extend(&changed);
        if !changed.is_empty() {
            steps.push(Step::Tagging { tag: name.clone(), on, articles: changed });
        }
    }
    let count = touched.len();
    if count == 0 {
        return Ok(Changed::nothing(Done::Nothing));
    }
    let signed = add.iter().map(|it| format!(" +{it}")).chain(remove.iter().map(|it| format!(" -{it}")));
    let sentence = format!("{count} tagged{}", signed.collect::<String>());
    journal::write(tx, &sentence, origin, now, &steps)?;
    let touched = Touched { articles: touched.into_iter().collect(), feeds: true, tags: true, ..Touched::default() };
    Ok(Changed { done: Done::Tagged { count, add, remove }, touched })
}

/// Writes down that the mark of these articles became `value`, and gives them back: there may be a whole library of them.
fn written(
    tx: &Transaction<'_>,
    sentence: &str,
    origin: Origin,
    now: Timestamp,
    flag: Flag,
    value: bool,
    articles: Vec<ArticleId>,
) -> Result<Vec<ArticleId>, Refusal> {
    let step = Step::Flag { flag, value, articles };
    journal::write(tx, sentence, origin, now, std::slice::from_ref(&step))?;
    let Step::Flag { articles, .. } = step else { return Ok(Vec::new()) };
    Ok(articles)
}

//! How much a tag holds together with the tags below it, each article once: kept in the transaction that changes it, so
//! that nobody ever counts it anew. Every level above a tag has a row in `tag`, whether or not it is a tag itself.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::{OptionalExtension, Transaction, params};

use crate::news::{ArticleId, TagName};

use super::counts;
use super::refusal::Refusal;

/// Articles, and how many of them are unread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub articles: i64,
    pub unread: i64,
}

/// What is added to each level, gathered article by article.
#[derive(Default)]
pub struct Gathered {
    /// For each tag that was met its own level and those above it.
    levels: HashMap<i64, Vec<i64>>,
    sums: HashMap<i64, Sums>,
    /// The article that was met last, and the levels that it has been counted for.
    last: Option<(ArticleId, Vec<i64>)>,
}

/// The tag's number, and those of the levels above it, all given now where they are new.
pub fn number(tx: &Transaction<'_>, name: &TagName) -> Result<Option<i64>, Refusal> {
    let mut insert = tx.prepare_cached("INSERT INTO tag (name) VALUES (?1) ON CONFLICT (name) DO NOTHING")?;
    if insert.execute([name.as_str()])? > 0 {
        for level in above(name.as_str()) {
            insert.execute([level])?;
        }
    }
    known(tx, name)
}

pub fn known(tx: &Transaction<'_>, name: &TagName) -> Result<Option<i64>, Refusal> {
    let number = tx
        .prepare_cached("SELECT id FROM tag WHERE name = ?1")?
        .query_row([name.as_str()], |row| row.get(0))
        .optional()?;
    Ok(number)
}

impl Gathered {
    /// The tag is met on an article; the tags of one article are met one after the other.
    pub fn met(&mut self, tx: &Transaction<'_>, article: ArticleId, tag: i64, add: Sums) -> Result<(), Refusal> {
        if let Entry::Vacant(unknown) = self.levels.entry(tag) {
            unknown.insert(levels_of(tx, tag)?);
        }
        let levels = self.levels.get(&tag).map(Vec::as_slice).unwrap_or_default();
        let counted = match &mut self.last {
            Some((last, counted)) if *last == article => counted,
            last => {
                let mut emptied = last.take().map(|it| it.1).unwrap_or_default();
                emptied.clear();
                &mut last.insert((article, emptied)).1
            }
        };
        for level in levels {
            if !counted.contains(level) {
                counted.push(*level);
                let sums = self.sums.entry(*level).or_default();
                sums.articles += add.articles;
                sums.unread += add.unread;
            }
        }
        Ok(())
    }

    pub fn write(self, tx: &Transaction<'_>) -> Result<(), Refusal> {
        self.sums.into_iter().try_for_each(|(level, sums)| write(tx, level, sums))
    }
}

/// Levels that a tag's articles count for, each with the other tags that may have had them counted there already.
pub struct Levels(Vec<(i64, Option<String>, Sums)>);

impl Levels {
    /// Those of the tag that is about to be put on articles, or taken off them.
    pub fn of(tx: &Transaction<'_>, tag: i64) -> Result<Levels, Refusal> {
        let mut others = tx.prepare_cached(
            // In the order of names `0` follows upon the stroke.
            "SELECT json_group_array(id), count(*) FROM (
                 SELECT id FROM tag WHERE id = ?1 AND id <> ?2 AND articles > 0
                 UNION ALL
                 SELECT below.id FROM tag level CROSS JOIN tag below
                     ON below.name >= level.name || '/' AND below.name < level.name || '0'
                     WHERE level.id = ?1 AND below.id <> ?2 AND below.articles > 0
             )",
        )?;
        let mut levels = Vec::new();
        for level in levels_of(tx, tag)? {
            let (tags, count): (String, i64) = others.query_row([level, tag], |row| Ok((row.get(0)?, row.get(1)?)))?;
            levels.push((level, (count > 0).then_some(tags), Sums::default()));
        }
        Ok(Levels(levels))
    }

    /// The tag was put on these articles or taken off them. `sums` counts them all.
    pub fn changed(&mut self, tx: &Transaction<'_>, articles: &[ArticleId], sums: Sums) -> Result<(), Refusal> {
        let mut only_here = tx.prepare_cached(
            "SELECT count(*), coalesce(sum(s.unread), 0) FROM json_each(?1) p CROSS JOIN state s ON s.article = p.value
             WHERE s.deleted = 0 AND NOT EXISTS
                 (SELECT 1 FROM tagging t WHERE t.article = s.article AND t.tag IN (SELECT value FROM json_each(?2)))",
        )?;
        for (_, others, so_far) in &mut self.0 {
            let others = others.as_deref();
            let added = match others {
                None => sums,
                Some(others) => only_here.query_row(params![counts::json(articles), others], |row| {
                    Ok(Sums { articles: row.get(0)?, unread: row.get(1)? })
                })?,
            };
            so_far.articles += added.articles;
            so_far.unread += added.unread;
        }
        Ok(())
    }

    /// Adds what was counted, or takes it away.
    pub fn write(self, tx: &Transaction<'_>, sign: i64) -> Result<(), Refusal> {
        self.0.into_iter().try_for_each(|(level, _, sums)| {
            write(tx, level, Sums { articles: sign * sums.articles, unread: sign * sums.unread })
        })
    }
}

fn write(tx: &Transaction<'_>, level: i64, sums: Sums) -> Result<(), Refusal> {
    if sums != Sums::default() {
        tx.prepare_cached(
            "UPDATE tag SET articles_within = articles_within + ?2, unread_within = unread_within + ?3 WHERE id = ?1",
        )?
        .execute(params![level, sums.articles, sums.unread])?;
    }
    Ok(())
}

/// A tag's own level and those above it.
fn levels_of(tx: &Transaction<'_>, tag: i64) -> Result<Vec<i64>, Refusal> {
    let name: String = tx.prepare_cached("SELECT name FROM tag WHERE id = ?1")?.query_row([tag], |row| row.get(0))?;
    let mut find = tx.prepare_cached("SELECT id FROM tag WHERE name = ?1")?;
    let mut levels = vec![tag];
    for level in above(&name) {
        levels.extend(find.query_row([level], |row| row.get::<_, i64>(0)).optional()?);
    }
    Ok(levels)
}

/// The names of the levels above a tag: of `dunia/asia/timur` they are `dunia` and `dunia/asia`.
fn above(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('/').map(|(at, _)| &name[..at])
}

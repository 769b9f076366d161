//! What is wrong with the library, and how large it is. Looks at all of the file, and changes nothing.

use rusqlite::Connection;

use crate::news::{CleanText, Limit};

use super::ask::Health;
use super::refusal::Refusal;
use super::{queue, schema};

const FAULTS_MAX: i64 = 20;

pub fn health(connection: &Connection) -> Result<Health, Refusal> {
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    // Whole pages, with what is empty in them: what a part adds to the file.
    let bytes_of = |names: &str| {
        number(&format!("SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE aggregate = 1 AND name IN ({names})"))
    };
    Ok(Health {
        schema_version: schema::version(connection)?,
        sqlite_version: rusqlite::version().to_owned(),
        faults: faults(connection)?,
        feeds: number("SELECT count(*) FROM feed WHERE kind = 0 AND removed_at IS NULL")?,
        articles: number("SELECT count(*) FROM state WHERE deleted = 0")?,
        file_bytes: number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")?,
        body_bytes: bytes_of("'body', 'page', 'revision', 'dictionary'")?,
        index_bytes: bytes_of("'search_data', 'search_idx', 'search_docsize', 'search_content', 'search_config'")?,
        free_bytes: number("SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size")?,
        waiting_to_be_pressed: number(
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM dictionary) THEN (SELECT count(*) FROM loose) ELSE 0 END",
        )?,
        journal_steps: number("SELECT count(*) FROM journal")?,
        waiting_for_index: queue::length(connection)?,
    })
}

/// Sentences, worst first: the file, then what refers to nothing, then counts that do not add up.
fn faults(connection: &Connection) -> Result<Vec<CleanText>, Refusal> {
    let mut faults = Vec::new();
    // Checks the search index too; the pragma takes no bound value.
    let mut statement = connection.prepare(&format!("PRAGMA integrity_check({FAULTS_MAX})"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let found: String = row.get(0)?;
        if found != "ok" {
            faults
                .push(sentence(&format!("The file is damaged: {found}. Copy it somewhere safe before anything else.")));
        }
    }
    let mut statement = connection.prepare("SELECT \"table\", parent FROM pragma_foreign_key_check LIMIT ?1")?;
    let mut rows = statement.query([FAULTS_MAX])?;
    while let Some(row) = rows.next()? {
        let (table, parent): (String, String) = (row.get(0)?, row.get(1)?);
        faults.push(sentence(&format!("A row of {table} refers to a row of {parent} that is not there.")));
    }
    let miscounted = connection.query_row(
        "SELECT (SELECT count(*) FROM feed f WHERE
                     f.articles <> (SELECT count(*) FROM state s WHERE s.feed = f.id AND s.deleted = 0)
                     OR f.unread <> (SELECT count(*) FROM state s WHERE s.feed = f.id AND s.deleted = 0 AND s.unread = 1))
              + (SELECT count(*) FROM tag g WHERE
                     g.articles <> (SELECT count(*) FROM tagging t JOIN state s ON s.article = t.article
                                    WHERE t.tag = g.id AND s.deleted = 0)
                     OR g.unread <> (SELECT count(*) FROM tagging t JOIN state s ON s.article = t.article
                                     WHERE t.tag = g.id AND s.deleted = 0 AND s.unread = 1)
                     OR (g.articles_within, g.unread_within) <> (
                         SELECT count(*), coalesce(sum(unread), 0) FROM (
                             SELECT DISTINCT s.article, s.unread
                             FROM tag below JOIN tagging t ON t.tag = below.id JOIN state s ON s.article = t.article
                             WHERE s.deleted = 0 AND (below.id = g.id
                                 OR (below.name >= g.name || '/' AND below.name < g.name || '0')))))",
        [],
        |row| row.get::<_, i64>(0),
    )?;
    if miscounted > 0 {
        faults
            .push(sentence(&format!("Counts that do not add up, of a feed or a tag: {miscounted}. Please report it.")));
    }
    Ok(faults)
}

fn sentence(text: &str) -> CleanText {
    CleanText::line(text, Limit::SENTENCE)
}

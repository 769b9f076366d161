//! What the library knows of the names in a query: its feeds, folders, tags and languages, and the articles whose titles
//! wait for the index. Looked up once a question; never decides what a condition means.

use std::cell::OnceCell;
use std::collections::HashSet;

use rusqlite::{Connection, Row};

use crate::news::{FolderPath, TagName};
use crate::query::{TagWanted, Value, Word};
use crate::words::{self, Term};

use super::refusal::Refusal;
use super::{row, search};

pub struct Known<'a> {
    pub connection: &'a Connection,
    pub languages: Vec<String>,
    feeds: OnceCell<Vec<Feed>>,
    waiting: OnceCell<Vec<(i64, HashSet<String>)>>,
}

pub struct Feed {
    pub id: i64,
    /// Of the title, as the words of a query find it.
    pub title_tokens: HashSet<String>,
    /// Of title and host.
    tokens: HashSet<String>,
    letters: String,
    folder: FolderPath,
    pub articles: i64,
}

impl<'a> Known<'a> {
    pub fn new(connection: &'a Connection) -> Result<Known<'a>, Refusal> {
        let languages = search::languages(connection)?;
        Ok(Known { connection, languages, feeds: OnceCell::new(), waiting: OnceCell::new() })
    }

    /// Terms that the index must have where the value stands in title or text.
    pub fn index_terms(&self, value: &Value) -> Vec<Term> {
        match value {
            Value::Word(word) => self.terms(word),
            Value::Phrase(text) => words::terms(text.as_str(), false, &self.languages),
            Value::Pattern(_) => Vec::new(),
        }
    }

    pub fn terms(&self, word: &Word) -> Vec<Term> {
        words::terms(word.text.as_str(), word.prefix, &self.languages)
    }

    /// The tags that are meant, whatever their case, with how many articles carry each.
    pub fn tags(&self, wanted: &TagWanted) -> Result<Vec<(i64, i64)>, Refusal> {
        let (name, below) = match wanted {
            TagWanted::Exactly(name) => (name, false),
            TagWanted::Within(name) => (name, true),
        };
        let name = name.as_str().to_lowercase();
        let mut statement = self.connection.prepare_cached("SELECT id, articles, name FROM tag")?;
        let mut rows = statement.query([])?;
        let mut tags = Vec::new();
        while let Some(row) = rows.next()? {
            let stored = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
            if let Ok(stored) = TagName::parse(stored) {
                let stored = stored.as_str().to_lowercase();
                let is_below = below && stored.strip_prefix(&name).is_some_and(|it| it.starts_with('/'));
                if stored == name || is_below {
                    tags.push((row.get(0)?, row.get(1)?));
                }
            }
        }
        Ok(tags)
    }

    pub fn feeds_called(&self, value: &Value) -> Result<Vec<i64>, Refusal> {
        let Value::Word(word) = value else {
            let letters = words::letters(text_of(value)).trim().to_owned();
            return Ok(self.feeds()?.iter().filter(|it| it.letters.contains(&letters)).map(|it| it.id).collect());
        };
        let number = word.text.as_str().parse::<i64>().ok();
        let terms = words::terms(word.text.as_str(), word.prefix, &[]);
        let is_called = |it: &&Feed| {
            Some(it.id) == number || (!terms.is_empty() && terms.iter().all(|term| term.matches(&it.tokens)))
        };
        Ok(self.feeds()?.iter().filter(is_called).map(|it| it.id).collect())
    }

    /// Feeds in a folder of that name, at whatever depth, or in one below it.
    pub fn feeds_in(&self, value: &Value) -> Result<Vec<i64>, Refusal> {
        let wanted = FolderPath::parse(text_of(value));
        let wanted: Vec<String> = wanted.levels().map(str::to_lowercase).collect();
        let begins = matches!(value, Value::Word(word) if word.prefix);
        let is_in = |it: &&Feed| {
            let levels: Vec<String> = it.folder.levels().map(str::to_lowercase).collect();
            !wanted.is_empty()
                && levels.windows(wanted.len()).any(|some| {
                    let last = wanted.len() - 1;
                    some[..last] == wanted[..last]
                        && (some[last] == wanted[last] || (begins && some[last].starts_with(&wanted[last])))
                })
        };
        Ok(self.feeds()?.iter().filter(is_in).map(|it| it.id).collect())
    }

    pub fn feeds(&self) -> Result<&[Feed], Refusal> {
        if self.feeds.get().is_none() {
            let mut statement =
                self.connection.prepare_cached("SELECT id, title_own, title_given, url, folder, articles FROM feed")?;
            let mut rows = statement.query([])?;
            let mut feeds = Vec::new();
            while let Some(row) = rows.next()? {
                feeds.push(feed(row)?);
            }
            let _ = self.feeds.set(feeds);
        }
        Ok(self.feeds.get().map(Vec::as_slice).unwrap_or_default())
    }

    /// Articles that wait for the index, with the tokens of their titles.
    pub fn waiting(&self) -> Result<&[(i64, HashSet<String>)], Refusal> {
        if self.waiting.get().is_none() {
            let _ = self.waiting.set(search::waiting(self.connection)?);
        }
        Ok(self.waiting.get().map(Vec::as_slice).unwrap_or_default())
    }
}

/// The value as it was typed.
pub fn text_of(value: &Value) -> &str {
    match value {
        Value::Word(word) => word.text.as_str(),
        Value::Phrase(text) => text.as_str(),
        Value::Pattern(pattern) => pattern.source.as_str(),
    }
}

fn feed(row: &Row<'_>) -> Result<Feed, Refusal> {
    let title = row::title_of(row, 1, 2, 3)?;
    let host = row::url(row, 3)?.map(|it| it.host().to_owned()).unwrap_or_default();
    let folder: String = row.get(4)?;
    Ok(Feed {
        id: row.get(0)?,
        title_tokens: search::stored_tokens(title.as_str()),
        tokens: search::stored_tokens(&format!("{title}\n{host}")),
        letters: words::letters(&format!("{title}\n{host}")),
        folder: FolderPath::parse(&folder),
        articles: row.get(5)?,
    })
}

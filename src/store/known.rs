//! What the library knows of the names in a query: its feeds, folders, tags and languages, and the articles whose titles
//! wait for the index. Looked up once a question; never decides what a condition means.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use rusqlite::{Connection, Row};

use crate::news::{FolderPath, Limit, TagName};
use crate::query::{TagWanted, Value, Word};
use crate::words::{self, Term};

use super::refusal::Refusal;
use super::{row, search};

/// Queued articles whose titles are looked at while they wait; more are found once they are indexed.
const WAITING_LOOKED_AT_MAX: i64 = 500;

pub struct Known<'a> {
    pub connection: &'a Connection,
    pub languages: Vec<String>,
    feeds: OnceCell<Vec<Feed>>,
    waiting: OnceCell<Vec<(i64, Rc<HashSet<String>>)>>,
}

pub struct Feed {
    pub id: i64,
    pub articles: i64,
    pub names: Rc<Names>,
}

/// What a feed is called, as queries find it.
pub struct Names {
    /// Of the title, as the words of a query find it.
    pub title_tokens: HashSet<String>,
    /// Of title and host.
    tokens: HashSet<String>,
    letters: String,
    folder: FolderPath,
}

thread_local! {
    /// What was made of the names of feeds and of the titles that wait, with what it was made of: it is asked for at every
    /// key of a search, and reading a thousand titles anew takes longer than finding.
    static NAMES: RefCell<HashMap<i64, (String, Rc<Names>)>> = RefCell::default();
    static WAITING: RefCell<HashMap<i64, (String, Tokens)>> = RefCell::default();
}

/// The tokens of a title, an author and a feed's name.
type Tokens = Rc<HashSet<String>>;

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
            return Ok(self.feeds()?.iter().filter(|it| it.names.letters.contains(&letters)).map(|it| it.id).collect());
        };
        let number = word.text.as_str().parse::<i64>().ok();
        let terms = words::terms(word.text.as_str(), word.prefix, &[]);
        let is_called = |it: &&Feed| {
            Some(it.id) == number || (!terms.is_empty() && terms.iter().all(|term| term.matches(&it.names.tokens)))
        };
        Ok(self.feeds()?.iter().filter(is_called).map(|it| it.id).collect())
    }

    /// Feeds in a folder of that name, at whatever depth, or in one below it.
    pub fn feeds_in(&self, value: &Value) -> Result<Vec<i64>, Refusal> {
        let wanted = FolderPath::parse(text_of(value));
        let wanted: Vec<String> = wanted.levels().map(str::to_lowercase).collect();
        let begins = matches!(value, Value::Word(word) if word.prefix);
        let is_in = |it: &&Feed| {
            let levels: Vec<String> = it.names.folder.levels().map(str::to_lowercase).collect();
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
            let before = NAMES.take();
            let mut after = HashMap::with_capacity(before.len());
            while let Some(row) = rows.next()? {
                let (id, made_of) = (row.get(0)?, texts(row, 1..5)?);
                let names = match before.get(&id) {
                    Some((known, names)) if *known == made_of => Rc::clone(names),
                    Some(_) | None => Rc::new(names(row)?),
                };
                after.insert(id, (made_of, Rc::clone(&names)));
                feeds.push(Feed { id, articles: row.get(5)?, names });
            }
            NAMES.set(after);
            let _ = self.feeds.set(feeds);
        }
        Ok(self.feeds.get().map(Vec::as_slice).unwrap_or_default())
    }

    /// The newest articles that wait for the index, with the tokens of their title, author and feed.
    pub fn waiting(&self) -> Result<&[(i64, Tokens)], Refusal> {
        if self.waiting.get().is_none() {
            let mut statement = self.connection.prepare_cached(
                "SELECT a.id, a.title, a.author, f.title_own, f.title_given, f.url
                 FROM queue q CROSS JOIN article a ON a.id = q.article CROSS JOIN feed f ON f.id = a.feed
                 ORDER BY q.article DESC LIMIT ?1",
            )?;
            let mut rows = statement.query([WAITING_LOOKED_AT_MAX])?;
            let mut waiting = Vec::new();
            let before = WAITING.take();
            let mut after = HashMap::with_capacity(before.len());
            while let Some(row) = rows.next()? {
                let (id, made_of) = (row.get(0)?, texts(row, 1..6)?);
                let tokens = match before.get(&id) {
                    Some((known, tokens)) if *known == made_of => Rc::clone(tokens),
                    Some(_) | None => {
                        let title = row::text(row, 1, Limit::TITLE)?;
                        let author = row::text(row, 2, Limit::AUTHOR)?;
                        let feed = row::title_of(row, 3, 4, 5)?;
                        Rc::new(search::stored_tokens(&format!("{title}\n{author}\n{feed}")))
                    }
                };
                after.insert(id, (made_of, Rc::clone(&tokens)));
                waiting.push((id, tokens));
            }
            WAITING.set(after);
            let _ = self.waiting.set(waiting);
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

fn names(row: &Row<'_>) -> Result<Names, Refusal> {
    let title = row::title_of(row, 1, 2, 3)?;
    let host = row::url(row, 3)?.map(|it| it.host().to_owned()).unwrap_or_default();
    let folder: String = row.get(4)?;
    Ok(Names {
        title_tokens: search::stored_tokens(title.as_str()),
        tokens: search::stored_tokens(&format!("{title}\n{host}")),
        letters: words::letters(&format!("{title}\n{host}")),
        folder: FolderPath::parse(&folder),
    })
}

/// The texts of these columns in one, parted by what no text holds.
fn texts(row: &Row<'_>, columns: std::ops::Range<usize>) -> Result<String, Refusal> {
    let mut all = String::new();
    for column in columns {
        all.push_str(row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?.unwrap_or_default());
        all.push('\0');
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::schema;

    #[test]
    fn names_are_made_once_and_anew_where_the_feed_is_called_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let (_, connection) = schema::open(folder.path(), schema::MIGRATIONS).unwrap();
        connection
            .execute_batch("INSERT INTO feed (id, kind, url, title_own) VALUES (2, 0, 'https://a.example/', 'A')")
            .unwrap();
        let names = || {
            Known::new(&connection).unwrap().feeds().unwrap().iter().map(|it| Rc::clone(&it.names)).collect::<Vec<_>>()
        };
        let (first, again) = (names(), names());
        assert!(first.iter().zip(&again).all(|(one, other)| Rc::ptr_eq(one, other)));
        connection.execute_batch("UPDATE feed SET title_own = 'Kabar' WHERE id = 2").unwrap();
        let renamed = names();
        assert!(Rc::ptr_eq(&first[0], &renamed[0]) && !Rc::ptr_eq(&first[1], &renamed[1]));
        assert!(renamed[1].title_tokens.contains("kabar"));
    }

    #[test]
    fn of_what_waits_only_that_is_looked_at_which_has_a_word() {
        let folder = tempfile::tempdir().unwrap();
        let (_, connection) = schema::open(folder.path(), schema::MIGRATIONS).unwrap();
        connection
            .execute_batch(
                "INSERT INTO feed (id, kind, url, title_own) VALUES (2, 0, 'https://a.example/', 'A');
                 INSERT INTO article (id, feed, title, author, arrived, sort)
                     VALUES (1, 2, 'Gempa', '', 1, 1), (2, 2, 'Beras', '', 1, 1);
                 INSERT INTO queue (article, stamp) VALUES (1, 1), (2, 1);",
            )
            .unwrap();
        let waiting = |text: &str| {
            let query = crate::query::Query::parse(text).unwrap();
            match crate::store::matching::plan(&connection, query.condition().unwrap()).unwrap().way {
                crate::store::matching::Way::Index(index) => index.waiting,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(waiting("gem*"), [1]);
        assert_eq!(waiting("harga gempa"), [1]);
        assert!(waiting("harga").is_empty());
        // Where the text itself decides, its words may be anywhere in it.
        assert_eq!(waiting("\"harga naik\""), [2, 1]);
    }
}

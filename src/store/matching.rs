//! A query's condition as SQL over a row of `state s`, and the shortest way to the rows that may answer it. Values are
//! always bound; nothing that a person typed becomes a part of a statement. Every condition is 0 or 1, never NULL, so
//! that `not` means what it says.

use std::cell::OnceCell;
use std::collections::HashSet;

use rusqlite::types::Value as Bound;
use rusqlite::{Connection, Row};

use crate::news::{FolderPath, TagName};
use crate::query::{Amount, Comparison, Condition, Field, Medium, Moment, Point, Span, State, TagWanted, Value, Word};
use crate::words::{self, Term};

use super::refusal::Refusal;
use super::verify::Needle;
use super::{row, search};

/// A piece of SQL with what is bound in it, in the order of its question marks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sql {
    pub text: String,
    pub values: Vec<Bound>,
}

/// Where rows that may answer are looked for; all of them, and perhaps others.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// These articles.
    Articles(Vec<i64>),
    Tags(Vec<i64>),
    Feeds(Vec<i64>),
    Starred,
    Archived,
    Unread,
    Index(Index),
    /// Everything, newest first.
    All,
}

/// The ways through the index of words.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// What indexed articles that answer must have.
    pub expression: String,
    /// Feeds whose title answers some words, and what their articles must then still have; `None` where nothing.
    pub feeds: Vec<i64>,
    pub rest: Option<String>,
    /// Articles that wait for the index.
    pub waiting: Vec<i64>,
}

/// A condition, ready to be asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub condition: Sql,
    /// What is left of it for rows that the expression of the index was asked for: that has told all about words.
    pub beside_index: Sql,
    pub way: Way,
    /// Sort moments between which all answers lie: from, and before.
    pub from: Option<i64>,
    pub before: Option<i64>,
}

/// A tag or feed with fewer articles is walked rather than the index of words, of which nobody knows how much it holds.
pub const FEW_ARTICLES: i64 = 20_000;
/// More feeds or tags than this are not walked one by one.
pub const WALKS_MAX: usize = 200;

/// What is needed to ask for `condition`.
pub fn plan(connection: &Connection, condition: &Condition) -> Result<Plan, Refusal> {
    let compiler = Compiler::new(connection)?;
    let necessary: &[Condition] = match condition {
        Condition::All(inner) => inner,
        other => std::slice::from_ref(other),
    };
    let (mut from, mut before) = (None, None);
    for it in necessary {
        if let Condition::Time(Moment::Sort, span) = it {
            let (one, other) = bounds(*span)?;
            from = from.max(one);
            before = match (before, other) {
                (Some(one), Some(other)) => Some(std::cmp::min::<i64>(one, other)),
                (one, other) => one.or(other),
            };
        }
    }
    let left: Vec<Condition> = necessary.iter().filter(|it| !is_of_words(it)).cloned().collect();
    let beside_index = if left.is_empty() { Sql::of("1") } else { compiler.sql(&Condition::all(left))? };
    let way = compiler.way(condition, necessary)?;
    Ok(Plan { condition: compiler.sql(condition)?, beside_index, way, from, before })
}

/// The condition alone, for rows that are at hand; where there is none, what a list of everything holds.
pub fn sql(connection: &Connection, condition: Option<&Condition>) -> Result<Sql, Refusal> {
    match condition {
        None => Ok(Sql::of("s.archived = 0")),
        Some(condition) => Compiler::new(connection)?.sql(condition),
    }
}

impl Sql {
    pub fn of(text: &str) -> Sql {
        Sql { text: text.to_owned(), values: Vec::new() }
    }

    pub fn bound(text: &str, values: impl IntoIterator<Item = Bound>) -> Sql {
        Sql { text: text.to_owned(), values: values.into_iter().collect() }
    }

    pub fn push(&mut self, other: Sql) {
        self.text.push_str(&other.text);
        self.values.extend(other.values);
    }

    fn joined(parts: impl IntoIterator<Item = Sql>, between: &str) -> Sql {
        let mut out = Sql::of("(");
        for (at, part) in parts.into_iter().enumerate() {
            if at > 0 {
                out.text.push_str(between);
            }
            out.push(part);
        }
        out.text.push(')');
        out
    }
}

struct Compiler<'a> {
    connection: &'a Connection,
    languages: Vec<String>,
    feeds: OnceCell<Vec<Feed>>,
    waiting: OnceCell<Vec<(i64, HashSet<String>)>>,
}

struct Feed {
    id: i64,
    /// Of the title, as the words of a query find it.
    title_tokens: HashSet<String>,
    /// Of title and host.
    tokens: HashSet<String>,
    letters: String,
    folder: FolderPath,
    articles: i64,
}

impl<'a> Compiler<'a> {
    fn new(connection: &'a Connection) -> Result<Compiler<'a>, Refusal> {
        let languages = search::languages(connection)?;
        Ok(Compiler { connection, languages, feeds: OnceCell::new(), waiting: OnceCell::new() })
    }

    fn sql(&self, condition: &Condition) -> Result<Sql, Refusal> {
        let each = |inner: &[Condition]| inner.iter().map(|it| self.sql(it)).collect::<Result<Vec<_>, _>>();
        Ok(match condition {
            // What is cheap to tell comes first: SQLite looks in this order.
            Condition::All(inner) => {
                let mut sorted: Vec<&Condition> = inner.iter().collect();
                sorted.sort_by_key(|it| cost(it));
                let parts = sorted.into_iter().map(|it| self.sql(it)).collect::<Result<Vec<_>, _>>()?;
                Sql::joined(parts, " AND ")
            }
            Condition::Any(inner) => Sql::joined(each(inner)?, " OR "),
            Condition::Not(inner) => {
                let mut out = Sql::of("NOT (");
                out.push(self.sql(inner)?);
                out.text.push(')');
                out
            }
            Condition::Word(word) => self.word(word)?,
            Condition::Phrase(text) => self.text(text.as_str(), &Needle::phrase(text.as_str()), true),
            Condition::Pattern(pattern) => title_has(&Needle::pattern(pattern)),
            Condition::Field(field, values) => {
                Sql::joined(values.iter().map(|it| self.field(*field, it)).collect::<Result<Vec<_>, _>>()?, " OR ")
            }
            Condition::Type(media) => Sql::joined(media.iter().map(|it| medium(*it)), " OR "),
            Condition::Id(ids) => among("s.article", &ids.iter().map(|it| it.0).collect::<Vec<_>>()),
            Condition::State(state) => Sql::of(match state {
                State::Unread => "s.unread = 1",
                State::Read => "s.unread = 0",
                State::Starred => "s.starred = 1",
                State::Archived => "s.archived = 1",
                State::FullText => "EXISTS (SELECT 1 FROM article a WHERE a.id = s.article AND a.has_page = 1)",
                State::Changed => "EXISTS (SELECT 1 FROM article a WHERE a.id = s.article AND a.changed = 1)",
            }),
            Condition::Tag(tag) => Sql::bound(
                "EXISTS (SELECT 1 FROM tagging t WHERE t.article = s.article
                     AND t.tag IN (SELECT value FROM json_each(?)))",
                [numbers(&self.tags(tag)?.iter().map(|it| it.0).collect::<Vec<_>>())],
            ),
            Condition::Untagged => Sql::of("NOT EXISTS (SELECT 1 FROM tagging t WHERE t.article = s.article)"),
            Condition::Time(moment, span) => time(*moment, *span)?,
            Condition::Number(amount, comparison, number) => {
                let path = match amount {
                    Amount::Words => "words",
                    Amount::Minutes => "minutes",
                    Amount::Links => "links",
                };
                let sign = match comparison {
                    Comparison::Less => "<",
                    Comparison::AtMost => "<=",
                    Comparison::Equal => "=",
                    Comparison::AtLeast => ">=",
                    Comparison::More => ">",
                };
                Sql::bound(
                    &format!(
                        "EXISTS (SELECT 1 FROM metadata m WHERE m.article = s.article
                             AND json_extract(m.json, '$.{path}') {sign} ?)"
                    ),
                    [Bound::Integer(*number)],
                )
            }
            Condition::Saved(_) => return Err(Refusal::QueryNotSettled),
        })
    }

    /// A word anywhere: in the index, in the title of the feed, or in an article that waits for the index.
    fn word(&self, word: &Word) -> Result<Sql, Refusal> {
        let terms = self.terms(word);
        if terms.is_empty() {
            return Ok(Sql::of("1"));
        }
        let mut parts = Vec::new();
        for term in &terms {
            // The cheapest first: SQLite looks in this order.
            let mut ways = Vec::new();
            let feeds: Vec<i64> =
                self.feeds()?.iter().filter(|it| term.matches(&it.title_tokens)).map(|it| it.id).collect();
            if !feeds.is_empty() {
                ways.push(among("s.feed", &feeds));
            }
            let waiting = self.waiting()?.iter().filter(|it| term.matches(&it.1));
            let waiting: Vec<i64> = waiting.map(|it| it.0).collect();
            if !waiting.is_empty() {
                ways.push(among("s.article", &waiting));
            }
            ways.push(in_index(&search::expression(std::slice::from_ref(term))));
            parts.push(Sql::joined(ways, " OR "));
        }
        Ok(Sql::joined(parts, " AND "))
    }

    /// What stands in a stored text: the index tells where it may, the text itself whether it does.
    fn text(&self, words: &str, needle: &Needle, and_title: bool) -> Sql {
        let title = if and_title { "a.title" } else { "NULL" };
        let look = Sql::bound(
            &format!(
                "EXISTS (SELECT 1 FROM article a LEFT JOIN body b ON b.article = a.id LEFT JOIN page p ON p.article = a.id
                     WHERE a.id = s.article AND text_has(?, {title}, coalesce(p.html, b.html),
                         CASE WHEN p.html IS NULL THEN b.dictionary ELSE p.dictionary END))"
            ),
            [Bound::Text(needle.json())],
        );
        let terms = words::terms(words, false, &self.languages);
        if terms.is_empty() {
            return look;
        }
        let waits = Sql::of("EXISTS (SELECT 1 FROM queue q WHERE q.article = s.article)");
        Sql::joined([Sql::joined([in_index(&search::expression(&terms)), waits], " OR "), look], " AND ")
    }

    fn field(&self, field: Field, value: &Value) -> Result<Sql, Refusal> {
        let plain = self.needle(value, &[]);
        Ok(match field {
            Field::Title => match value {
                Value::Pattern(_) => title_has(&plain),
                Value::Word(_) | Value::Phrase(_) => {
                    let terms = self.index_terms(value);
                    let look = title_has(&self.needle(value, &self.languages));
                    if terms.is_empty() {
                        look
                    } else {
                        let waits = Sql::of("EXISTS (SELECT 1 FROM queue q WHERE q.article = s.article)");
                        let may = Sql::joined([in_index(&search::expression(&terms)), waits], " OR ");
                        Sql::joined([may, look], " AND ")
                    }
                }
            },
            Field::Text => match value {
                Value::Pattern(_) => self.text("", &plain, false),
                Value::Word(word) => {
                    let terms = self.terms(word);
                    if terms.is_empty() {
                        return Ok(Sql::of("1"));
                    }
                    let look = self.text("", &self.needle(value, &self.languages), false);
                    let waits = Sql::of("EXISTS (SELECT 1 FROM queue q WHERE q.article = s.article)");
                    let may = Sql::joined([in_index(&search::expression(&terms)), waits], " OR ");
                    Sql::joined([may, look], " AND ")
                }
                Value::Phrase(text) => self.text(text.as_str(), &plain, false),
            },
            Field::Author => of_article("a.author", &plain),
            Field::Feed => among("s.feed", &self.feeds_called(value)?),
            Field::Folder => among("s.feed", &self.feeds_in(value)?),
            Field::Url => Sql::bound(
                "EXISTS (SELECT 1 FROM article a WHERE a.id = s.article AND instr(lower(coalesce(a.url, '')), ?) > 0)",
                [Bound::Text(text_of(value).to_lowercase())],
            ),
            Field::Language => Sql::bound(
                "EXISTS (SELECT 1 FROM metadata m WHERE m.article = s.article
                     AND lower(coalesce(json_extract(m.json, '$.language'), '')) = ?)",
                [Bound::Text(text_of(value).to_lowercase())],
            ),
            Field::Via => of_metadata("attribution", &plain),
            Field::Place => of_metadata("dateline", &plain),
            Field::Topic => Sql::bound(
                "EXISTS (SELECT 1 FROM body b WHERE b.article = s.article AND b.topics <> '[]' AND has(?, b.topics))",
                [Bound::Text(plain.json())],
            ),
        })
    }

    fn needle(&self, value: &Value, languages: &[String]) -> Needle {
        match value {
            Value::Word(word) => Needle::words(&words::terms(word.text.as_str(), word.prefix, languages), languages),
            Value::Phrase(text) => Needle::phrase(text.as_str()),
            Value::Pattern(pattern) => Needle::pattern(pattern),
        }
    }

    /// Terms that the index must have where the value stands in title or text.
    fn index_terms(&self, value: &Value) -> Vec<Term> {
        match value {
            Value::Word(word) => self.terms(word),
            Value::Phrase(text) => words::terms(text.as_str(), false, &self.languages),
            Value::Pattern(_) => Vec::new(),
        }
    }

    fn terms(&self, word: &Word) -> Vec<Term> {
        words::terms(word.text.as_str(), word.prefix, &self.languages)
    }

    /// The cheapest of the ways that the necessary conditions offer.
    fn way(&self, condition: &Condition, necessary: &[Condition]) -> Result<Way, Refusal> {
        let mut best = (i64::MAX, Way::All);
        let offer = |size: i64, way: Way, best: &mut (i64, Way)| {
            if size < best.0 {
                *best = (size, way);
            }
        };
        for it in necessary {
            match it {
                Condition::Id(ids) => return Ok(Way::Articles(ids.iter().map(|it| it.0).collect())),
                Condition::State(State::Starred) => {
                    offer(self.few("state_starred", "starred")?, Way::Starred, &mut best);
                }
                Condition::State(State::Archived) => {
                    offer(self.few("state_archived", "archived")?, Way::Archived, &mut best);
                }
                // What is unread may be almost everything, but is never more.
                Condition::State(State::Unread) => offer(i64::MAX - 1, Way::Unread, &mut best),
                Condition::Field(field @ (Field::Feed | Field::Folder), values) => {
                    let mut found = Vec::new();
                    for value in values {
                        found.extend(match field {
                            Field::Folder => self.feeds_in(value)?,
                            _ => self.feeds_called(value)?,
                        });
                    }
                    found.sort_unstable();
                    found.dedup();
                    if found.len() <= WALKS_MAX {
                        let known = self.feeds()?.iter().filter(|it| found.binary_search(&it.id).is_ok());
                        offer(known.map(|it| it.articles).sum(), Way::Feeds(found.clone()), &mut best);
                    }
                }
                _ => {
                    if let Some(tags) = self.tags_of(it)?
                        && tags.len() <= WALKS_MAX
                    {
                        let size = tags.iter().map(|it| it.1).sum();
                        offer(size, Way::Tags(tags.iter().map(|it| it.0).collect()), &mut best);
                    }
                }
            }
        }
        if best.0 > FEW_ARTICLES
            && let Some(index) = self.index(condition)?
        {
            return Ok(Way::Index(index));
        }
        Ok(best.1)
    }

    /// Tags of which one must be there, with how many articles carry each.
    fn tags_of(&self, condition: &Condition) -> Result<Option<Vec<(i64, i64)>>, Refusal> {
        match condition {
            Condition::Tag(tag) => self.tags(tag).map(Some),
            Condition::Any(inner) => {
                let mut all = Vec::new();
                for it in inner {
                    let Condition::Tag(tag) = it else { return Ok(None) };
                    all.extend(self.tags(tag)?);
                }
                all.sort_unstable();
                all.dedup();
                Ok(Some(all))
            }
            _ => Ok(None),
        }
    }

    fn index(&self, condition: &Condition) -> Result<Option<Index>, Refusal> {
        let Some(expression) = self.expression(condition, false)? else { return Ok(None) };
        let mut feeds = Vec::new();
        self.feeds_named_by(condition, &mut feeds)?;
        feeds.sort_unstable();
        feeds.dedup();
        let rest = if feeds.is_empty() { None } else { self.expression(condition, true)? };
        let waiting = self.waiting()?.iter().map(|it| it.0).collect();
        Ok(Some(Index { expression, feeds, rest, waiting }))
    }

    /// What the index must hold of every article that answers; `None` where that is nothing. `of_named_feeds` leaves out
    /// the words that some feed's title answers.
    fn expression(&self, condition: &Condition, of_named_feeds: bool) -> Result<Option<String>, Refusal> {
        let of = |terms: &[Term]| (!terms.is_empty()).then(|| search::expression(terms));
        Ok(match condition {
            Condition::All(inner) => {
                let mut parts = Vec::new();
                for it in inner {
                    parts.extend(self.expression(it, of_named_feeds)?);
                }
                (!parts.is_empty()).then(|| format!("({})", parts.join(" AND ")))
            }
            Condition::Any(inner) => {
                let mut parts = Vec::new();
                for it in inner {
                    let Some(part) = self.expression(it, of_named_feeds)? else { return Ok(None) };
                    parts.push(part);
                }
                Some(format!("({})", parts.join(" OR ")))
            }
            Condition::Word(word) => {
                let mut terms = self.terms(word);
                if of_named_feeds {
                    let feeds = self.feeds()?;
                    terms.retain(|term| !feeds.iter().any(|it| term.matches(&it.title_tokens)));
                }
                of(&terms)
            }
            Condition::Phrase(text) => of(&words::terms(text.as_str(), false, &self.languages)),
            Condition::Field(Field::Title | Field::Text | Field::Author, values) => {
                let mut parts = Vec::new();
                for value in values {
                    let Some(part) = of(&self.index_terms(value)) else { return Ok(None) };
                    parts.push(part);
                }
                Some(format!("({})", parts.join(" OR ")))
            }
            Condition::Not(_)
            | Condition::Pattern(_)
            | Condition::Field(..)
            | Condition::Type(_)
            | Condition::Id(_)
            | Condition::State(_)
            | Condition::Tag(_)
            | Condition::Untagged
            | Condition::Time(..)
            | Condition::Number(..)
            | Condition::Saved(_) => None,
        })
    }

    /// Feeds whose title answers a word that the expression of the index asks for.
    fn feeds_named_by(&self, condition: &Condition, out: &mut Vec<i64>) -> Result<(), Refusal> {
        match condition {
            Condition::All(inner) | Condition::Any(inner) => {
                for it in inner {
                    self.feeds_named_by(it, out)?;
                }
            }
            Condition::Word(word) => {
                let terms = self.terms(word);
                let named = |it: &&Feed| terms.iter().any(|term| term.matches(&it.title_tokens));
                out.extend(self.feeds()?.iter().filter(named).map(|it| it.id));
            }
            Condition::Not(_)
            | Condition::Phrase(_)
            | Condition::Pattern(_)
            | Condition::Field(..)
            | Condition::Type(_)
            | Condition::Id(_)
            | Condition::State(_)
            | Condition::Tag(_)
            | Condition::Untagged
            | Condition::Time(..)
            | Condition::Number(..)
            | Condition::Saved(_) => {}
        }
        Ok(())
    }

    /// The tags that are meant, whatever their case, with how many articles carry each.
    fn tags(&self, wanted: &TagWanted) -> Result<Vec<(i64, i64)>, Refusal> {
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

    fn feeds_called(&self, value: &Value) -> Result<Vec<i64>, Refusal> {
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
    fn feeds_in(&self, value: &Value) -> Result<Vec<i64>, Refusal> {
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

    fn feeds(&self) -> Result<&[Feed], Refusal> {
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
    fn waiting(&self) -> Result<&[(i64, HashSet<String>)], Refusal> {
        if self.waiting.get().is_none() {
            let _ = self.waiting.set(search::waiting(self.connection)?);
        }
        Ok(self.waiting.get().map(Vec::as_slice).unwrap_or_default())
    }

    /// How many rows an index of marks holds, as far as that is few.
    fn few(&self, index: &str, mark: &str) -> Result<i64, Refusal> {
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM state INDEXED BY {index} WHERE {mark} = 1 {} LIMIT ?1)",
            if mark == "starred" { "AND deleted = 0" } else { "" }
        );
        Ok(self.connection.prepare_cached(&sql)?.query_row([FEW_ARTICLES + 1], |row| row.get(0))?)
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

/// Whether the index of words tells it alone.
fn is_of_words(condition: &Condition) -> bool {
    match condition {
        Condition::Word(_) => true,
        Condition::All(inner) | Condition::Any(inner) => inner.iter().all(is_of_words),
        Condition::Not(_)
        | Condition::Phrase(_)
        | Condition::Pattern(_)
        | Condition::Field(..)
        | Condition::Type(_)
        | Condition::Id(_)
        | Condition::State(_)
        | Condition::Tag(_)
        | Condition::Untagged
        | Condition::Time(..)
        | Condition::Number(..)
        | Condition::Saved(_) => false,
    }
}

/// The moments that a settled span lies between.
fn bounds(span: Span) -> Result<(Option<i64>, Option<i64>), Refusal> {
    let moment = |point: Option<Point>| match point {
        None => Ok(None),
        Some(Point::At(moment)) => Ok(Some(moment.seconds())),
        Some(
            Point::Today | Point::Yesterday | Point::Ago(..) | Point::Day { .. } | Point::Month { .. } | Point::Year(_),
        ) => Err(Refusal::QueryNotSettled),
    };
    match span {
        Span::Between(from, before) => Ok((moment(from)?, moment(before)?)),
        Span::One(_) => Err(Refusal::QueryNotSettled),
    }
}

fn time(moment: Moment, span: Span) -> Result<Sql, Refusal> {
    let (from, before) = bounds(span)?;
    let from = Bound::Integer(from.unwrap_or(i64::MIN));
    let before = Bound::Integer(before.unwrap_or(i64::MAX));
    Ok(match moment {
        Moment::Sort => Sql::bound("(s.sort >= ? AND s.sort < ?)", [from, before]),
        Moment::Fetched => Sql::bound(
            "EXISTS (SELECT 1 FROM article a WHERE a.id = s.article AND a.arrived >= ? AND a.arrived < ?)",
            [from, before],
        ),
        Moment::Changed => Sql::bound(
            "EXISTS (SELECT 1 FROM article a WHERE a.id = s.article AND a.changed = 1
                 AND coalesce(a.updated, a.arrived) >= ? AND coalesce(a.updated, a.arrived) < ?)",
            [from, before],
        ),
    })
}

fn medium(medium: Medium) -> Sql {
    let name = match medium {
        Medium::Audio => "audio",
        Medium::Video => "video",
        Medium::Image => "image",
    };
    Sql::bound(
        "EXISTS (SELECT 1 FROM body b CROSS JOIN json_each(b.enclosures) e WHERE b.article = s.article
             AND b.enclosures <> '[]' AND lower(json_extract(e.value, '$.type')) LIKE ?)",
        [Bound::Text(format!("{name}/%"))],
    )
}

fn in_index(expression: &str) -> Sql {
    Sql::bound(
        "EXISTS (SELECT 1 FROM search WHERE search MATCH ? AND search.rowid = s.article)",
        [Bound::Text(expression.to_owned())],
    )
}

fn title_has(needle: &Needle) -> Sql {
    of_article("a.title", needle)
}

fn of_article(column: &str, needle: &Needle) -> Sql {
    Sql::bound(
        &format!("EXISTS (SELECT 1 FROM article a WHERE a.id = s.article AND has(?, {column}))"),
        [Bound::Text(needle.json())],
    )
}

fn of_metadata(path: &str, needle: &Needle) -> Sql {
    Sql::bound(
        &format!(
            "EXISTS (SELECT 1 FROM metadata m WHERE m.article = s.article AND has(?, json_extract(m.json, '$.{path}')))"
        ),
        [Bound::Text(needle.json())],
    )
}

pub fn among(column: &str, ids: &[i64]) -> Sql {
    Sql::bound(&format!("{column} IN (SELECT value FROM json_each(?))"), [numbers(ids)])
}

fn numbers(ids: &[i64]) -> Bound {
    Bound::Text(serde_json::json!(ids).to_string())
}

fn text_of(value: &Value) -> &str {
    match value {
        Value::Word(word) => word.text.as_str(),
        Value::Phrase(text) => text.as_str(),
        Value::Pattern(pattern) => pattern.source.as_str(),
    }
}

/// Roughly how long a condition takes to be told of a row.
fn cost(condition: &Condition) -> u32 {
    match condition {
        Condition::State(State::Unread | State::Read | State::Starred | State::Archived)
        | Condition::Id(_)
        | Condition::Time(Moment::Sort, _)
        | Condition::Field(Field::Feed | Field::Folder, _) => 0,
        Condition::Tag(_) | Condition::Untagged => 1,
        Condition::State(_) | Condition::Time(..) => 2,
        Condition::Word(_) => 3,
        Condition::Number(..) | Condition::Field(Field::Language | Field::Url | Field::Via | Field::Place, _) => 4,
        Condition::Pattern(_) | Condition::Field(Field::Title | Field::Author, _) => 5,
        Condition::Type(_) | Condition::Field(Field::Topic, _) => 6,
        Condition::Not(inner) => cost(inner),
        Condition::All(inner) | Condition::Any(inner) => inner.iter().map(cost).sum(),
        Condition::Phrase(_) | Condition::Field(Field::Text, _) => 50,
        Condition::Saved(_) => 0,
    }
}

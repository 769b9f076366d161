//! The shortest way to the rows that may answer a query: articles, tags, feeds, marks, the index of words, or everything
//! newest first. A way never decides what answers; it only leaves out what can't.

use std::collections::HashSet;

use rusqlite::Connection;

use crate::query::{Condition, Field, Moment, State};
use crate::words::{self, Term};

use super::condition::{Sql, bounds};
use super::known::{Feed, Known};
use super::refusal::Refusal;
use super::search;

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
    let known = Known::new(connection)?;
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
    let beside_index = if left.is_empty() { Sql::of("1") } else { known.sql(&Condition::all(left))? };
    let way = known.way(condition, necessary)?;
    Ok(Plan { condition: known.sql(condition)?, beside_index, way, from, before })
}

impl Known<'_> {
    /// The cheapest of the ways that the necessary conditions offer.
    fn way(&self, condition: &Condition, necessary: &[Condition]) -> Result<Way, Refusal> {
        // Where nothing else is asked for there is nothing to be weighed.
        match necessary {
            [Condition::State(State::Starred)] => return Ok(Way::Starred),
            [Condition::State(State::Archived)] => return Ok(Way::Archived),
            _ => {}
        }
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
        let feeds = self.feeds_named_by(condition)?;
        let rest = if feeds.is_empty() { None } else { self.expression(condition, true)? };
        Ok(Some(Index { expression, feeds, rest, waiting: self.waiting_for(condition)? }))
    }

    /// Articles that wait for the index and may answer though it does not know them. Where the index is asked for words
    /// alone, these are the ones that have one of them in what is known of them; to look each of the others up in the
    /// index would take longer than all the rest.
    fn waiting_for(&self, condition: &Condition) -> Result<Vec<i64>, Refusal> {
        let mut terms: Vec<Term> = Vec::new();
        let mut has_texts = false;
        for leaf in condition.leaves().iter().filter(|it| !it.denied) {
            if let Condition::Word(word) = leaf.condition {
                terms.extend(self.terms(word));
            }
            has_texts |= matches!(
                leaf.condition,
                Condition::Phrase(_) | Condition::Field(Field::Title | Field::Text | Field::Author, _)
            );
        }
        let may = |tokens: &HashSet<String>| has_texts || terms.iter().any(|term| term.matches(tokens));
        Ok(self.waiting()?.iter().filter(|it| may(&it.1)).map(|it| it.0).collect())
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
                    terms.retain(|term| !feeds.iter().any(|it| term.matches(&it.names.title_tokens)));
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
    fn feeds_named_by(&self, condition: &Condition) -> Result<Vec<i64>, Refusal> {
        let mut named = Vec::new();
        for leaf in condition.leaves().iter().filter(|it| !it.denied) {
            if let Condition::Word(word) = leaf.condition {
                let terms = self.terms(word);
                let is_named = |it: &&Feed| terms.iter().any(|term| term.matches(&it.names.title_tokens));
                named.extend(self.feeds()?.iter().filter(is_named).map(|it| it.id));
            }
        }
        named.sort_unstable();
        named.dedup();
        Ok(named)
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

/// Whether the index of words tells it alone.
fn is_of_words(condition: &Condition) -> bool {
    condition.leaves().iter().all(|it| !it.denied && matches!(it.condition, Condition::Word(_)))
}

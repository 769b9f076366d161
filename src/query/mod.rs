//! Which articles are meant: text ⇄ [`Query`]. The language is what people type at a web search; README's section
//! “Finding” shows it. Never looks at the library and reads no clock: a query is a value, and whoever asks gives it the
//! present and the saved searches ([`Query::settled`]).

mod complete;
mod display;
mod echo;
mod guide;
mod lex;
mod mistakes;
mod parse;
mod settle;
mod vocabulary;

#[cfg(test)]
mod tests;

pub use complete::{Names, completions};
pub use guide::{GUIDE, Guide, guide_markdown};

use crate::news::{ArticleId, CleanText, TagName, Timestamp};

/// Which articles are meant, beyond the view they are looked for in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Query {
    #[default]
    Everything,
    Where(Box<Wanted>),
}

/// What a query asks for, and how it wants that shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// `None` asks for everything.
    pub condition: Option<Condition>,
    pub sort: Option<Sort>,
    pub group: Option<Grouping>,
    pub limit: Option<usize>,
}

/// What must be so of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Two or more, none of them [`Condition::All`].
    All(Vec<Condition>),
    /// Two or more, none of them [`Condition::Any`].
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// In title, text, author or the name of the feed.
    Word(Word),
    /// In title or text, letter for letter but for case and accents.
    Phrase(CleanText),
    /// In the title.
    Pattern(Pattern),
    /// Any of the values.
    Field(Field, Vec<Value>),
    Type(Vec<Medium>),
    Id(Vec<ArticleId>),
    State(State),
    Tag(TagWanted),
    Untagged,
    Time(Moment, Span),
    Number(Amount, Comparison, i64),
    /// What the saved search of this name asks for.
    Saved(CleanText),
}

/// A condition that is made of no others, where it stands within another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf<'a> {
    /// Never [`Condition::All`], [`Condition::Any`] or [`Condition::Not`].
    pub condition: &'a Condition,
    /// Whether it stands within a [`Condition::Not`].
    pub denied: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub text: CleanText,
    /// Whether it may be the beginning of a word: `rust*`, and the last word while typing.
    pub prefix: bool,
}

/// A regular expression, checked when it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    pub source: CleanText,
    pub ignore_case: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Word(Word),
    Phrase(CleanText),
    /// Of titles and texts only.
    Pattern(Pattern),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Title,
    Text,
    Author,
    Feed,
    Folder,
    Url,
    Language,
    Via,
    Place,
    Topic,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    Audio,
    Video,
    Image,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Unread,
    Read,
    Starred,
    Archived,
    FullText,
    Changed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagWanted {
    /// `#world`: the tag itself.
    Exactly(TagName),
    /// `#world/*`: the tag and those below it.
    Within(TagName),
}

/// Which of an article's moments is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// When it was published, or arrived where that is missing or lay in the future.
    Sort,
    Fetched,
    /// When the publisher says that it changed it.
    Changed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    One(Point),
    Between(Option<Point>, Option<Point>),
}

/// A day, or a stretch of days, told in the person's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    Today,
    Yesterday,
    /// `3d`: today and the two days before. Hours are counted from the present.
    Ago(u32, Unit),
    Day {
        year: i16,
        month: i8,
        day: i8,
    },
    Month {
        year: i16,
        month: i8,
    },
    Year(i16),
    /// A settled moment: from it on, or until before it.
    At(Timestamp),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    Words,
    Minutes,
    Links,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

/// `sort:title`; `sort:-title` the other way round. Dates are newest first, as in every list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub by: SortKey,
    pub reversed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    Date,
    Feed,
    Title,
    Author,
    Length,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    Day,
    Feed,
    /// By the first of an article's tags.
    Tag,
}

/// Whether an order keeps together what groups name. Feeds and tags are put together first and are in order within;
/// the articles of a day stand together by their dates alone.
pub(crate) fn keeps_together(sort: Option<Sort>, group: Option<Grouping>) -> bool {
    group != Some(Grouping::Day) || sort.is_none_or(|it| it.by == SortKey::Date)
}

/// What is wrong with a query, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence} (column {column})")]
pub struct QueryError {
    /// From 1, in characters.
    pub column: usize,
    /// How many characters from there are meant; at least 1.
    pub length: usize,
    pub sentence: CleanText,
}

/// A saved search as a query may name it.
#[derive(Clone, Copy, Debug)]
pub struct NamedQuery<'a> {
    pub name: &'a str,
    pub text: &'a str,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// What is not of the language, with its column and what was probably meant.
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        parse::parse(text, false)
    }

    /// Reads a query that is being typed: where the text ends in a word, that may be the beginning of one.
    ///
    /// # Errors
    /// As [`Query::parse`].
    pub fn parse_typing(text: &str) -> Result<Query, QueryError> {
        parse::parse(text, true)
    }

    /// A query that asks for `condition` alone.
    pub fn of(condition: Condition) -> Query {
        Query::Where(Box::new(Wanted { condition: Some(condition), ..Wanted::default() }))
    }

    pub fn condition(&self) -> Option<&Condition> {
        self.wanted()?.condition.as_ref()
    }

    /// What it asks for and how it wants that shown, where it asks for anything.
    pub fn wanted(&self) -> Option<&Wanted> {
        match self {
            Query::Everything => None,
            Query::Where(wanted) => Some(wanted),
        }
    }

    /// The articles that both queries mean, shown as the second wants it where it says so.
    pub fn and(&self, other: &Query) -> Query {
        let (first, second) = match (self, other) {
            (Query::Everything, only) | (only, Query::Everything) => return only.clone(),
            (Query::Where(first), Query::Where(second)) => (first, second),
        };
        let condition = match (&first.condition, &second.condition) {
            (Some(one), Some(other)) => Some(Condition::all([one.clone(), other.clone()])),
            (one, other) => one.clone().or_else(|| other.clone()),
        };
        let (mut sort, mut group) = (second.sort.or(first.sort), second.group.or(first.group));
        if !keeps_together(sort, group) {
            // Each is fine by itself; what was said last goes before.
            match second.group {
                Some(_) => sort = None,
                None => group = None,
            }
        }
        Query::Where(Box::new(Wanted {
            condition,
            sort,
            group,
            limit: match (first.limit, second.limit) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            },
        }))
    }

    /// The text that reads as this query again; empty for everything.
    pub fn text(&self) -> String {
        self.to_string()
    }

    /// What it asks for in plain English: `unread, tagged rust or zig, in the last 7 days`.
    pub fn in_words(&self) -> String {
        echo::in_words(self)
    }

    /// The words and phrases that are looked for, to be shown where they stand; what must not be there is left out.
    pub fn looked_for(&self) -> Vec<Word> {
        self.condition().map(Condition::leaves).unwrap_or_default().iter().flat_map(Leaf::words).collect()
    }
}

impl Condition {
    /// All of these at once; nested ones are laid flat.
    pub fn all(conditions: impl IntoIterator<Item = Condition>) -> Condition {
        let mut flat = Vec::new();
        for condition in conditions {
            match condition {
                Condition::All(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() == 1 { flat.remove(0) } else { Condition::All(flat) }
    }

    /// Any of these; nested ones are laid flat.
    pub fn any(conditions: impl IntoIterator<Item = Condition>) -> Condition {
        let mut flat = Vec::new();
        for condition in conditions {
            match condition {
                Condition::Any(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() == 1 { flat.remove(0) } else { Condition::Any(flat) }
    }

    /// The conditions that it is made of and that are made of no others, from left to right: what is asked of each can be
    /// asked of all without knowing how they are put together.
    pub fn leaves(&self) -> Vec<Leaf<'_>> {
        let mut out = Vec::new();
        self.gather(false, &mut out);
        out
    }

    /// Whether what it asks for is told by an article's marks and its feed alone: those change only with a change of the
    /// library, never with the time of day or the index.
    pub fn is_of_marks(&self) -> bool {
        self.leaves().iter().all(|leaf| match leaf.condition {
            Condition::Field(field, _) => matches!(field, Field::Feed | Field::Folder),
            Condition::State(state) => !matches!(state, State::FullText | State::Changed),
            Condition::Id(_) | Condition::Tag(_) | Condition::Untagged => true,
            Condition::All(_)
            | Condition::Any(_)
            | Condition::Not(_)
            | Condition::Word(_)
            | Condition::Phrase(_)
            | Condition::Pattern(_)
            | Condition::Type(_)
            | Condition::Time(..)
            | Condition::Number(..)
            | Condition::Saved(_) => false,
        })
    }

    fn gather<'a>(&'a self, denied: bool, out: &mut Vec<Leaf<'a>>) {
        match self {
            Condition::All(inner) | Condition::Any(inner) => inner.iter().for_each(|it| it.gather(denied, out)),
            Condition::Not(inner) => inner.gather(true, out),
            Condition::Word(_)
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
            | Condition::Saved(_) => out.push(Leaf { condition: self, denied }),
        }
    }
}

impl Leaf<'_> {
    /// The words that it looks for in title and text.
    fn words(&self) -> Vec<Word> {
        let of_phrase = |text: &CleanText| Word { text: text.clone(), prefix: false };
        let of_value = |value: &Value| match value {
            Value::Word(word) => Some(word.clone()),
            Value::Phrase(text) => Some(of_phrase(text)),
            Value::Pattern(_) => None,
        };
        if self.denied {
            return Vec::new();
        }
        if let Condition::Word(word) = self.condition {
            vec![word.clone()]
        } else if let Condition::Phrase(text) = self.condition {
            vec![of_phrase(text)]
        } else if let Condition::Field(Field::Title | Field::Text, values) = self.condition {
            values.iter().filter_map(of_value).collect()
        } else {
            Vec::new()
        }
    }
}

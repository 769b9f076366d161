//! Which articles are meant: text ⇄ [`Query`].

use crate::news::{ArticleId, CleanText};

/// Which articles are meant, beyond the view they are looked for in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Query {
    #[default]
    Everything,
    Id(ArticleId),
    /// All of these words, in title, text, author or feed; `prefix` lets the last one be the beginning of a word (while typing).
    Words {
        text: CleanText,
        prefix: bool,
    },
}

/// What is wrong with a query, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence} (column {column})")]
pub struct QueryError {
    /// From 1, in characters.
    pub column: usize,
    pub sentence: CleanText,
}

impl Query {
    /// Reads words or `id:N`.
    pub fn parse(_text: &str) -> Result<Query, QueryError> {
        todo!()
    }

    /// The text that reads as this query again.
    pub fn text(&self) -> String {
        todo!()
    }
}

//! Which articles are meant: text ⇄ [`Query`]. Never looks at the library: a query is a value.

use crate::news::{ArticleId, CleanText, Limit};

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
    /// Reads words or `id:N`. A `*` at the end lets the last word be the beginning of one.
    ///
    /// # Errors
    /// What follows `id:` is not one number and nothing else.
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        let trimmed = text.trim();
        if let Some(number) = trimmed.strip_prefix(ID_FIELD) {
            let leading = text.chars().take_while(|it| it.is_whitespace()).count();
            let column = leading + ID_FIELD.chars().count() + 1;
            return match number.trim().parse() {
                Ok(number) => Ok(Query::Id(ArticleId(number))),
                Err(_) => Err(QueryError { column, sentence: CleanText::own("id: needs one number, as in id:20431") }),
            };
        }
        let (words, prefix) = match trimmed.strip_suffix(PREFIX_MARK) {
            Some(words) => (words, true),
            None => (trimmed, false),
        };
        let text = CleanText::line(words, Limit::SENTENCE);
        Ok(if text.is_empty() { Query::Everything } else { Query::Words { text, prefix } })
    }

    /// The text that reads as this query again.
    pub fn text(&self) -> String {
        match self {
            Query::Everything => String::new(),
            Query::Id(id) => format!("{ID_FIELD}{id}"),
            Query::Words { text, prefix: false } => text.to_string(),
            Query::Words { text, prefix: true } => format!("{text}{PREFIX_MARK}"),
        }
    }
}

const ID_FIELD: &str = "id:";
const PREFIX_MARK: char = '*';

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_query_is_words_or_a_number() {
        assert_eq!(Query::parse("  ").unwrap(), Query::Everything);
        assert_eq!(Query::parse(" id:20431 ").unwrap(), Query::Id(ArticleId(20431)));
        let words = Query::Words { text: CleanText::own("menahan diri"), prefix: false };
        assert_eq!(Query::parse(" menahan  diri ").unwrap(), words);
        assert_eq!(Query::parse("lavr*").unwrap(), Query::Words { text: CleanText::own("lavr"), prefix: true });
    }

    #[test]
    fn a_mistake_is_pointed_at() {
        let error = Query::parse(" id:abc").unwrap_err();
        assert_eq!(error.to_string(), "id: needs one number, as in id:20431 (column 5)");
        assert!(Query::parse("id:5 lavrov").is_err());
    }

    proptest! {
        #[test]
        fn the_text_of_a_query_reads_as_that_query(text in "\\PC{0,40}|id:-?[0-9]{1,12}|[a-z *:\"-]{0,20}") {
            if let Ok(query) = Query::parse(&text) {
                prop_assert_eq!(Query::parse(&query.text()).unwrap(), query);
            }
        }
    }
}

//! What no index tells: functions for SQL that look at titles, names and stored texts themselves. Each look at a text is
//! counted; when as many as were allowed have been looked at, the statement ends and what was found so far is the answer.

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error};

use crate::news::{CleanText, Limit};
use crate::query::Pattern;
use crate::text::Document;
use crate::words::{self, Atom, Term};

use super::blob;

/// What is to be found in a text, as it is handed to SQL and back: one JSON text a query, read once a statement.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub enum Needle {
    /// Tokens that must all be there, each as its alternatives; `languages` are those to stem by.
    Words {
        terms: Vec<Vec<Vec<(String, bool)>>>,
        languages: Vec<String>,
    },
    /// Letters as `words` folds them.
    Phrase(String),
    Pattern {
        source: String,
        ignore_case: bool,
    },
}

thread_local! {
    /// Texts that may still be looked at on this thread.
    static LOOKS_LEFT: Cell<i64> = const { Cell::new(i64::MAX) };
}

const FLAGS: FunctionFlags =
    FunctionFlags::SQLITE_UTF8.union(FunctionFlags::SQLITE_DETERMINISTIC).union(FunctionFlags::SQLITE_INNOCUOUS);

/// Makes the functions known to a connection: `has(needle, text)` of titles and names, `text_has(needle, title, html,
/// dictionary)` of a stored text and, where it is not NULL, the title over it.
pub fn register(connection: &Connection) -> Result<(), Error> {
    connection.create_scalar_function("has", 2, FLAGS, |context| {
        let needle = needle(context)?;
        let text = match context.get_raw(1) {
            ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => return Ok(false),
        };
        Ok(needle.is_in(&text))
    })?;
    connection.create_scalar_function("text_has", 4, FLAGS, |context| {
        let needle = needle(context)?;
        let left = LOOKS_LEFT.get();
        if left <= 0 {
            return Err(Error::UserFunctionError("enough texts were looked at".into()));
        }
        LOOKS_LEFT.set(left - 1);
        if let ValueRef::Text(title) = context.get_raw(1)
            && needle.is_in(&String::from_utf8_lossy(title))
        {
            return Ok(true);
        }
        let ValueRef::Blob(frame) = context.get_raw(2) else { return Ok(false) };
        // A text that can't be read has nothing in it; `doctor` names it.
        let ValueRef::Integer(dictionary) = context.get_raw(3) else { return Ok(false) };
        let Ok(html) = blob::unpressed_at_hand(dictionary, frame) else { return Ok(false) };
        Ok(needle.is_in(&Document::from_html(&crate::news::Html(html), None).plain()))
    })
}

/// Runs `work` with so many looks at texts. Gives what it came to, and whether it wanted more.
pub fn within<T>(looks_max: i64, work: impl FnOnce() -> T) -> (T, bool) {
    LOOKS_LEFT.set(looks_max);
    let done = work();
    let ended = LOOKS_LEFT.replace(i64::MAX) <= 0;
    (done, ended)
}

/// Whether the texts that may be looked at are all used up: an error of a statement then means nothing else.
pub fn is_at_end() -> bool {
    LOOKS_LEFT.get() <= 0
}

impl Needle {
    pub fn words(terms: &[Term], languages: &[String]) -> Needle {
        let atom = |it: &Atom| (it.token.clone(), it.prefix);
        let term = |it: &Term| it.any_of.iter().map(|all| all.iter().map(atom).collect()).collect();
        Needle::Words { terms: terms.iter().map(term).collect(), languages: languages.to_vec() }
    }

    pub fn phrase(text: &str) -> Needle {
        Needle::Phrase(words::letters(text).trim().to_owned())
    }

    pub fn pattern(pattern: &Pattern) -> Needle {
        Needle::Pattern { source: pattern.source.to_string(), ignore_case: pattern.ignore_case }
    }

    pub fn json(&self) -> String {
        serde_json::json!(self).to_string()
    }

    pub fn ready(self) -> Ready {
        match self {
            Needle::Words { terms, languages } => {
                let term = |it: Vec<Vec<(String, bool)>>| Term {
                    any_of: it
                        .into_iter()
                        .map(|all| all.into_iter().map(|(token, prefix)| Atom { token, prefix }).collect())
                        .collect(),
                };
                Ready::Words { terms: terms.into_iter().map(term).collect(), languages }
            }
            Needle::Phrase(letters) => Ready::Phrase(letters),
            Needle::Pattern { source, ignore_case } => {
                let pattern = Pattern { source: CleanText::preformatted(&source, Limit::BLOCK), ignore_case };
                Ready::Pattern(pattern.compiled().ok().map(Box::new))
            }
        }
    }
}

/// A needle, ready to look with.
pub enum Ready {
    Words {
        terms: Vec<Term>,
        languages: Vec<String>,
    },
    Phrase(String),
    /// `None` finds nothing; it was refused when the query was read.
    Pattern(Option<Box<regex::Regex>>),
}

impl Ready {
    pub fn is_in(&self, text: &str) -> bool {
        match self {
            Ready::Words { terms, languages } => {
                let mut tokens: HashSet<String> = words::tokens(text, None).into_iter().collect();
                for language in languages {
                    tokens.extend(words::tokens(text, Some(language)));
                }
                terms.iter().all(|it| it.matches(&tokens))
            }
            Ready::Phrase(letters) => words::has_phrase(&words::letters(text), letters),
            Ready::Pattern(pattern) => pattern.as_ref().is_some_and(|it| it.is_match(text)),
        }
    }
}

fn needle(context: &Context<'_>) -> Result<Arc<Ready>, Error> {
    context.get_or_create_aux(0, |value| -> Result<Ready, Box<dyn std::error::Error + Send + Sync>> {
        Ok(serde_json::from_str::<Needle>(value.as_str()?)?.ready())
    })
}

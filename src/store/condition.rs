//! A query's condition as SQL over a row of `state s`. Values are always bound; nothing that a person typed becomes a part
//! of a statement. Every condition is 0 or 1, never NULL, so that `not` means what it says. Which rows are looked at is
//! decided in `matching`.

use rusqlite::Connection;
use rusqlite::types::Value as Bound;

use crate::query::{Amount, Comparison, Condition, Field, Medium, Moment, Point, Span, State, Value, Word};
use crate::words;

use super::known::{Known, text_of};
use super::refusal::Refusal;
use super::verify::Needle;
use super::{index_row, search};

/// A piece of SQL with what is bound in it, in the order of its question marks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sql {
    pub text: String,
    pub values: Vec<Bound>,
}

/// The condition alone, for rows that are at hand; where there is none, what a list of everything holds.
pub fn sql(connection: &Connection, condition: Option<&Condition>) -> Result<Sql, Refusal> {
    match condition {
        None => Ok(Sql::of("s.archived = 0")),
        Some(condition) => Known::new(connection)?.sql(condition),
    }
}

/// The moments that a settled span lies between.
pub fn bounds(span: Span) -> Result<(Option<i64>, Option<i64>), Refusal> {
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

impl Known<'_> {
    pub fn sql(&self, condition: &Condition) -> Result<Sql, Refusal> {
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
                self.feeds()?.iter().filter(|it| term.matches(&it.names.title_tokens)).map(|it| it.id).collect();
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
        &format!("EXISTS (SELECT 1 FROM search WHERE search MATCH ? AND search.rowid = {})", index_row::ROW_OF_STATE),
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

/// Roughly how long a condition takes to be told of a row.
fn cost(condition: &Condition) -> u32 {
    condition.leaves().iter().map(|it| cost_of_leaf(it.condition)).sum()
}

fn cost_of_leaf(condition: &Condition) -> u32 {
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
        Condition::Phrase(_) | Condition::Field(Field::Text, _) => 50,
        // None of these is a leaf that is ever compiled.
        Condition::All(_) | Condition::Any(_) | Condition::Not(_) | Condition::Saved(_) => 0,
    }
}

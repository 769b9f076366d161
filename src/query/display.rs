//! A query as text that reads as the same query again.

use std::fmt;

use super::lex::ends_word;
use super::vocabulary::{AMOUNTS, FIELDS, GROUPS, MEDIA, SORTS, STATES};
use super::{Comparison, Condition, Moment, Pattern, Point, Query, Sort, Span, TagWanted, Unit, Value, Wanted, Word};

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Query::Everything => Ok(()),
            Query::Where(wanted) => wanted.fmt(f),
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = self.condition.iter().map(ToString::to_string).collect();
        if let Some(Sort { by, reversed }) = self.sort {
            parts.push(format!("sort:{}{}", if reversed { "-" } else { "" }, name_in(&SORTS, &by)));
        }
        parts.extend(self.group.map(|it| format!("group:{}", name_in(&GROUPS, &it))));
        parts.extend(self.limit.map(|it| format!("limit:{it}")));
        f.write_str(&parts.join(" "))
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::All(inner) => {
                let parts = inner.iter().map(|it| match it {
                    Condition::Any(_) => format!("({it})"),
                    other => other.to_string(),
                });
                f.write_str(&parts.collect::<Vec<_>>().join(" "))
            }
            Condition::Any(inner) => {
                f.write_str(&inner.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "))
            }
            Condition::Not(inner) => match **inner {
                Condition::All(_) | Condition::Any(_) => write!(f, "not ({inner})"),
                _ => write!(f, "-{inner}"),
            },
            Condition::Word(word) => word.fmt(f),
            Condition::Phrase(text) => write!(f, "\"{text}\""),
            Condition::Pattern(pattern) => pattern.fmt(f),
            Condition::Field(field, values) => write!(f, "{}:{}", name_in(&FIELDS, field), listed(values)),
            Condition::Type(media) => {
                let names: Vec<&str> = media.iter().map(|it| name_in(&MEDIA, it)).collect();
                write!(f, "type:{}", names.join(","))
            }
            Condition::Id(ids) => write!(f, "id:{}", listed(ids)),
            Condition::State(state) => f.write_str(name_in(&STATES, state)),
            Condition::Tag(tag) => {
                let (name, below) = match tag {
                    TagWanted::Exactly(name) => (name, ""),
                    TagWanted::Within(name) => (name, "/*"),
                };
                if name.as_str().contains(ends_word) {
                    write!(f, "tag:\"{name}{below}\"")
                } else {
                    write!(f, "#{name}{below}")
                }
            }
            Condition::Untagged => f.write_str("untagged"),
            Condition::Time(moment, span) => {
                let name = match moment {
                    Moment::Sort => "",
                    Moment::Fetched => "fetched",
                    Moment::Changed => "changed",
                };
                write!(f, "{name}@{span}")
            }
            Condition::Number(amount, comparison, number) => {
                let sign = match comparison {
                    Comparison::Less => "<",
                    Comparison::AtMost => "<=",
                    Comparison::Equal => "=",
                    Comparison::AtLeast => ">=",
                    Comparison::More => ">",
                };
                write!(f, "{}{sign}{number}", name_in(&AMOUNTS, amount))
            }
            Condition::Saved(name) => write!(f, "search:\"{name}\""),
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.text, if self.prefix { "*" } else { "" })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/{}", self.source, if self.ignore_case { "i" } else { "" })
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Word(word) => word.fmt(f),
            Value::Phrase(text) => write!(f, "\"{text}\""),
            Value::Pattern(pattern) => pattern.fmt(f),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = |point: &Option<Point>| point.map_or_else(String::new, |it| it.to_string());
        match self {
            Span::One(point) => point.fmt(f),
            Span::Between(from, to) => write!(f, "{}..{}", open(from), open(to)),
        }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Point::Today => f.write_str("today"),
            Point::Yesterday => f.write_str("yesterday"),
            Point::Ago(count, unit) => {
                let letter = match unit {
                    Unit::Hours => 'h',
                    Unit::Days => 'd',
                    Unit::Weeks => 'w',
                    Unit::Months => 'm',
                    Unit::Years => 'y',
                };
                write!(f, "{count}{letter}")
            }
            Point::Day { year, month, day } => write!(f, "{year:04}-{month:02}-{day:02}"),
            Point::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Point::Year(year) => write!(f, "{year:04}"),
            Point::At(moment) => moment.fmt(f),
        }
    }
}

/// The name of a value in the table that it was read with.
pub fn name_in<T: PartialEq>(table: &[(&'static str, T)], value: &T) -> &'static str {
    table.iter().find(|it| it.1 == *value).map_or("", |it| it.0)
}

fn listed<T: ToString>(values: &[T]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

//! A query in plain English, so that a person sees what was understood: `unread, tagged rust or zig, last 7 days`.
//! Says all that the query asks for and nothing else.

use super::display::name_in;
use super::vocabulary::{AMOUNTS, MEDIA, SORTS};
use super::{
    Comparison, Condition, Field, Grouping, Moment, Point, Query, Sort, SortKey, Span, State, TagWanted, Unit, Value,
    Word,
};

pub fn in_words(query: &Query) -> String {
    let Query::Where(wanted) = query else { return "everything".to_owned() };
    let mut parts = match &wanted.condition {
        None => vec!["everything".to_owned()],
        Some(Condition::All(inner)) => all_parts(inner),
        Some(other) => vec![one(other)],
    };
    if let Some(Sort { by, reversed }) = wanted.sort {
        parts.push(match (by, reversed) {
            (SortKey::Date, false) => "newest first".to_owned(),
            (SortKey::Date, true) => "oldest first".to_owned(),
            (SortKey::Length, false) => "longest first".to_owned(),
            (SortKey::Length, true) => "shortest first".to_owned(),
            (SortKey::Feed | SortKey::Title | SortKey::Author, false) => format!("by {}", name_in(&SORTS, &by)),
            (SortKey::Feed | SortKey::Title | SortKey::Author, true) => {
                format!("by {} backwards", name_in(&SORTS, &by))
            }
        });
    }
    match wanted.group {
        Some(Grouping::Day) => parts.push("day by day".to_owned()),
        Some(Grouping::Feed) => parts.push("feed by feed".to_owned()),
        Some(Grouping::Tag) => parts.push("tag by tag".to_owned()),
        None => {}
    }
    parts.extend(wanted.limit.map(|it| format!("at most {it}")));
    parts.join(", ")
}

/// Words that stand side by side are said as one.
fn all_parts(conditions: &[Condition]) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut words: Vec<String> = Vec::new();
    for condition in conditions {
        if let Condition::Word(word) = condition {
            words.push(word_in_words(word));
            continue;
        }
        parts.extend(with_words(&mut words));
        parts.push(match condition {
            Condition::Any(inner) if !are_alike(inner) => format!("({})", one(condition)),
            other => one(other),
        });
    }
    parts.extend(with_words(&mut words));
    parts
}

fn with_words(words: &mut Vec<String>) -> Option<String> {
    (!words.is_empty()).then(|| format!("with “{}”", std::mem::take(words).join(" ")))
}

fn one(condition: &Condition) -> String {
    match condition {
        Condition::All(inner) => all_parts(inner).join(" and "),
        Condition::Any(inner) => any(inner),
        Condition::Not(inner) => not(inner),
        Condition::Word(word) => format!("with “{}”", word_in_words(word)),
        Condition::Phrase(text) => format!("with exactly “{text}”"),
        Condition::Pattern(pattern) => format!("with a title like {pattern}"),
        Condition::Field(field, values) => format!("{} {}", preposition(*field), values_in_words(values)),
        Condition::Type(media) => {
            format!("with {}", either(media.iter().map(|it| name_in(&MEDIA, it).to_owned())))
        }
        Condition::Id(ids) if ids.is_empty() => "nothing".to_owned(),
        Condition::Id(ids) => format!("number {}", either(ids.iter().map(ToString::to_string))),
        Condition::State(state) => state_in_words(*state).to_owned(),
        Condition::Tag(tag) => format!("tagged {}", tag_in_words(tag)),
        Condition::Untagged => "without tags".to_owned(),
        Condition::Time(moment, span) => time(*moment, *span),
        Condition::Number(amount, comparison, number) => {
            let sign = match comparison {
                Comparison::Less => "fewer than",
                Comparison::AtMost => "at most",
                Comparison::Equal => "exactly",
                Comparison::AtLeast => "at least",
                Comparison::More => "more than",
            };
            format!("{sign} {number} {}", name_in(&AMOUNTS, amount))
        }
        Condition::Saved(name) => format!("as in the search “{name}”"),
    }
}

/// Tags and words say what they are once: `tagged rust or zig`.
fn any(inner: &[Condition]) -> String {
    let tags: Option<Vec<String>> =
        inner.iter().map(|it| if let Condition::Tag(tag) = it { Some(tag_in_words(tag)) } else { None }).collect();
    if let Some(tags) = tags {
        return format!("tagged {}", either(tags.into_iter()));
    }
    let words: Option<Vec<String>> = inner
        .iter()
        .map(|it| if let Condition::Word(word) = it { Some(format!("“{}”", word_in_words(word))) } else { None })
        .collect();
    if let Some(words) = words {
        return format!("with {}", either(words.into_iter()));
    }
    either(inner.iter().map(one))
}

fn are_alike(inner: &[Condition]) -> bool {
    inner.iter().all(|it| matches!(it, Condition::Tag(_))) || inner.iter().all(|it| matches!(it, Condition::Word(_)))
}

fn not(inner: &Condition) -> String {
    match inner {
        Condition::State(State::Unread) => "read".to_owned(),
        Condition::State(State::Read) => "unread".to_owned(),
        Condition::Untagged => "with a tag".to_owned(),
        Condition::Word(word) => format!("without “{}”", word_in_words(word)),
        Condition::Phrase(text) => format!("without exactly “{text}”"),
        Condition::All(_) | Condition::Any(_) => format!("not ({})", one(inner)),
        Condition::Not(_)
        | Condition::Pattern(_)
        | Condition::Field(..)
        | Condition::Type(_)
        | Condition::Id(_)
        | Condition::State(_)
        | Condition::Tag(_)
        | Condition::Time(..)
        | Condition::Number(..)
        | Condition::Saved(_) => format!("not {}", one(inner)),
    }
}

fn preposition(field: Field) -> &'static str {
    match field {
        Field::Title => "with a title of",
        Field::Text => "with a text of",
        Field::Author => "by",
        Field::Feed => "from",
        Field::Folder => "in the folder",
        Field::Url => "at the address",
        Field::Language => "in the language",
        Field::Via => "via",
        Field::Place => "from the place",
        Field::Topic => "about",
    }
}

fn values_in_words(values: &[Value]) -> String {
    either(values.iter().map(|value| match value {
        Value::Word(word) => word_in_words(word),
        Value::Phrase(text) => format!("“{text}”"),
        Value::Pattern(pattern) => pattern.to_string(),
    }))
}

fn word_in_words(word: &Word) -> String {
    format!("{}{}", word.text, if word.prefix { "…" } else { "" })
}

fn tag_in_words(tag: &TagWanted) -> String {
    match tag {
        TagWanted::Exactly(name) => name.to_string(),
        TagWanted::Within(name) => format!("{name} or below"),
    }
}

fn state_in_words(state: State) -> &'static str {
    match state {
        State::Unread => "unread",
        State::Read => "read",
        State::Starred => "starred",
        State::Archived => "archived",
        State::FullText => "with full text",
        State::Changed => "changed since it came",
    }
}

fn time(moment: Moment, span: Span) -> String {
    let what = match moment {
        Moment::Sort => "",
        Moment::Fetched => "fetched ",
        Moment::Changed => "changed ",
    };
    let when = match span {
        Span::One(point) => point_in_words(point),
        Span::Between(from, to) => match (from, to) {
            (Some(from), Some(to)) => format!("from {} to {}", edge(from), edge(to)),
            (Some(from), None) => format!("from {} on", edge(from)),
            (None, Some(Point::Ago(count, unit))) => format!("before {}", edge(Point::Ago(count, unit))),
            (None, Some(to)) => format!("until {}", edge(to)),
            (None, None) => "at any time".to_owned(),
        },
    };
    format!("{what}{when}")
}

fn point_in_words(point: Point) -> String {
    match point {
        Point::Today | Point::Ago(1, Unit::Days) => "today".to_owned(),
        Point::Yesterday => "yesterday".to_owned(),
        Point::Ago(count, unit) => format!("last {}", count_of(count, unit)),
        Point::Day { .. } => format!("on {point}"),
        Point::Month { .. } | Point::Year(_) => format!("in {point}"),
        Point::At(_) => format!("from {point} on"),
    }
}

fn edge(point: Point) -> String {
    match point {
        Point::Ago(count, unit) => format!("{} ago", count_of(count, unit)),
        Point::Today | Point::Yesterday | Point::Day { .. } | Point::Month { .. } | Point::Year(_) | Point::At(_) => {
            point.to_string()
        }
    }
}

fn count_of(count: u32, unit: Unit) -> String {
    let name = match unit {
        Unit::Hours => "hour",
        Unit::Days => "day",
        Unit::Weeks => "week",
        Unit::Months => "month",
        Unit::Years => "year",
    };
    if count == 1 { name.to_owned() } else { format!("{count} {name}s") }
}

fn either(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(" or ")
}

//! What is said of a query that can't be read: where, why, and what was most likely meant.

use crate::news::{CleanText, Limit, nearest_of};

use super::QueryError;
use super::vocabulary::{FIELDS, NOT_KNOWN, OTHER_FIELDS, STATES, STATES_NOT_KNOWN, names};

pub fn mistake(column: usize, length: usize, sentence: &str) -> QueryError {
    QueryError { column, length: length.max(1), sentence: CleanText::line(sentence, Limit::SENTENCE) }
}

pub fn needs_value(start: usize, end: usize, name: &str) -> QueryError {
    let example = match name {
        "title" => "title:release",
        "text" => "text:\"menahan diri\"",
        "author" => "author:lee",
        "feed" => "feed:kabar",
        "folder" => "folder:world",
        "url" => "url:example.org",
        "lang" => "lang:id",
        "via" => "via:tass",
        "place" => "place:jakarta",
        "topic" => "topic:sport",
        "type" => "type:audio",
        "id" => "id:20431",
        "tag" => "tag:linux",
        "is" => "is:unread",
        "search" => "search:\"morning\"",
        "sort" => "sort:title",
        "group" => "group:day",
        _ => "limit:50",
    };
    mistake(start + 1, end - start, &format!("{name}: needs a value, as in {example}"))
}

pub fn not_a_field(start: usize, name: &str) -> QueryError {
    let length = name.len() + 1;
    if NOT_KNOWN.contains(&name) {
        let sentence = format!("{name}: can't be asked for: the library does not keep that.");
        return mistake(start + 1, length, &sentence);
    }
    let known = names(&FIELDS).into_iter().chain(OTHER_FIELDS).chain(["search"]);
    let sentence = match nearest_of(name, known) {
        Some(near) => format!("there is no field {name}: — did you mean {near}: ?"),
        None => format!("there is no field {name}: — to look for the text itself, put it in quotes."),
    };
    mistake(start + 1, length, &sentence)
}

pub fn not_a_state(start: usize, name: &str) -> QueryError {
    let length = name.chars().count();
    if STATES_NOT_KNOWN.contains(&name) {
        let sentence = format!("{name} is no state of an article here. To look for the word, put it in quotes.");
        return mistake(start + 1, length, &sentence);
    }
    let known = names(&STATES).into_iter().chain(["untagged", "today", "new"]);
    let sentence = match nearest_of(name, known) {
        Some(near) => format!("there is no state {name}. Did you mean {near}?"),
        None => {
            "that is no state. There are unread, read, starred, archived, fulltext, changed, untagged, today and new."
                .to_owned()
        }
    };
    mistake(start + 1, length, &sentence)
}

pub fn not_among(from: usize, value: &CleanText, field: &str, known: &[&'static str]) -> QueryError {
    let length = value.as_str().chars().count();
    let sentence = format!("{field} takes {}; “{value}” is none of them.", known.join(", "));
    mistake(from + 1, length, &sentence)
}

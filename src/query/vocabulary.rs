//! The names of the language, as they are typed, shown and completed. Nothing else knows them by heart.

use super::{Amount, Comparison, Field, Grouping, Medium, Moment, SortKey, State};

pub const FIELDS: [(&str, Field); 10] = [
    ("title", Field::Title),
    ("text", Field::Text),
    ("author", Field::Author),
    ("feed", Field::Feed),
    ("folder", Field::Folder),
    ("url", Field::Url),
    ("lang", Field::Language),
    ("via", Field::Via),
    ("place", Field::Place),
    ("topic", Field::Topic),
];
pub const OTHER_FIELDS: [&str; 7] = ["type", "id", "tag", "is", "sort", "group", "limit"];
pub const STATES: [(&str, State); 6] = [
    ("unread", State::Unread),
    ("read", State::Read),
    ("starred", State::Starred),
    ("archived", State::Archived),
    ("fulltext", State::FullText),
    ("changed", State::Changed),
];
pub const MEDIA: [(&str, Medium); 3] = [("audio", Medium::Audio), ("video", Medium::Video), ("image", Medium::Image)];
pub const SORTS: [(&str, SortKey); 5] = [
    ("date", SortKey::Date),
    ("feed", SortKey::Feed),
    ("title", SortKey::Title),
    ("author", SortKey::Author),
    ("length", SortKey::Length),
];
pub const GROUPS: [(&str, Grouping); 3] = [("day", Grouping::Day), ("feed", Grouping::Feed), ("tag", Grouping::Tag)];
pub const AMOUNTS: [(&str, Amount); 3] =
    [("words", Amount::Words), ("minutes", Amount::Minutes), ("links", Amount::Links)];
pub const MOMENTS: [(&str, Moment); 3] =
    [("published", Moment::Sort), ("fetched", Moment::Fetched), ("changed", Moment::Changed)];
pub const COMPARISONS: [(&str, Comparison); 5] = [
    // The longer ones first, since they begin like the shorter.
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("<", Comparison::Less),
    (">", Comparison::More),
    ("=", Comparison::Equal),
];
/// Asked for by people who know other readers; the sentence says so instead of offering something else.
pub const NOT_KNOWN: [&str; 4] = ["person", "org", "note", "story"];
pub const STATES_NOT_KNOWN: [&str; 2] = ["hidden", "offline"];
pub const AMOUNTS_NOT_KNOWN: [&str; 2] = ["score", "dups"];

/// What a name stands for, in whatever case it is typed.
pub fn named<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|it| it.0.eq_ignore_ascii_case(name)).map(|it| it.1)
}

pub fn names<T>(table: &[(&'static str, T)]) -> Vec<&'static str> {
    table.iter().map(|it| it.0).collect()
}

//! What the word that is being typed in a query may become: fields, states, tags, feeds. Only offers what reads as a
//! query again.

use super::lex::ends_word;
use super::vocabulary::{AMOUNTS, FIELDS, GROUPS, MEDIA, OTHER_FIELDS, SORTS, STATES, names};

/// What the library has names for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    pub tags: Vec<String>,
    pub feeds: Vec<String>,
    pub folders: Vec<String>,
    pub searches: Vec<String>,
    /// In the folder whose files are being named, as they would be typed; no query asks for them.
    pub files: Vec<String>,
}

const COMPLETIONS_MAX: usize = 50;
const DAYS: [&str; 6] = ["today", "yesterday", "3d", "7d", "2w", "1m"];

/// What may stand instead of the end of `before`, which is the text up to the cursor, best first: each with the byte
/// from which it stands there.
pub fn completions(before: &str, names: &Names) -> Vec<(usize, String)> {
    let start = word_start(before);
    let word = &before[start..];
    // A sign before a word stays.
    let sign_bytes = word.len() - word.trim_start_matches('-').len();
    let (start, word) = (start + sign_bytes, &word[sign_bytes..]);
    let found = match word.chars().next() {
        None => return Vec::new(),
        Some('#') => with(start, "#", matching(&word[1..], &names.tags, Quote::Never)),
        Some('+') => with(start, "+", matching(&word[1..], &names.tags, Quote::Never)),
        Some('@') => with(start, "@", matching(&word[1..], &owned(&DAYS), Quote::Never)),
        Some(_) => match word.split_once(':') {
            Some((field, values)) => {
                let last = values.rfind(',').map_or(0, |it| it + 1);
                let typed = values[last..].trim_start_matches('"');
                let at = start + field.len() + 1 + last;
                with(at, "", values_of(&field.to_ascii_lowercase(), typed, names))
            }
            None => bare(start, word, names),
        },
    };
    found.into_iter().filter(|(at, text)| before[*at..] != *text).take(COMPLETIONS_MAX).collect()
}

#[derive(Clone, Copy)]
enum Quote {
    Never,
    WhereNeeded,
}

/// Where the last word begins; spaces within quotation marks belong to it.
fn word_start(before: &str) -> usize {
    let mut start = 0;
    let mut quoted = false;
    for (at, it) in before.char_indices() {
        match it {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | ')' | '|' => start = at + 1,
            _ if it.is_whitespace() => start = at + it.len_utf8(),
            _ => {}
        }
    }
    start
}

fn values_of(field: &str, typed: &str, known: &Names) -> Vec<String> {
    match field {
        "feed" => matching(typed, &known.feeds, Quote::WhereNeeded),
        "folder" => matching(typed, &known.folders, Quote::WhereNeeded),
        "search" => matching(typed, &known.searches, Quote::WhereNeeded),
        "tag" => matching(typed, &known.tags, Quote::Never),
        "is" => {
            let states: Vec<&str> = names(&STATES).into_iter().chain(["untagged", "today", "new"]).collect();
            matching(typed, &owned(&states), Quote::Never)
        }
        "type" => matching(typed, &owned(&names(&MEDIA)), Quote::Never),
        "sort" => matching(typed, &owned(&names(&SORTS)), Quote::Never),
        "group" => matching(typed, &owned(&names(&GROUPS)), Quote::Never),
        _ => Vec::new(),
    }
}

/// A word alone may become a state, a field, a tag or a feed.
fn bare(start: usize, word: &str, known: &Names) -> Vec<(usize, String)> {
    let states: Vec<&str> = names(&STATES).into_iter().chain(["untagged", "today", "not", "or"]).collect();
    let mut out = with(start, "", matching(word, &owned(&states), Quote::Never));
    let fields: Vec<String> = names(&FIELDS)
        .into_iter()
        .chain(OTHER_FIELDS)
        .chain(["search"])
        .map(|it| format!("{it}:"))
        .chain(names(&AMOUNTS).into_iter().map(|it| format!("{it}>")))
        .chain(["fetched@", "changed@"].map(str::to_owned))
        .collect();
    out.extend(with(start, "", matching(word, &fields, Quote::Never)));
    out.extend(with(start, "#", matching(word, &known.tags, Quote::Never)));
    out.extend(with(start, "feed:", matching(word, &known.feeds, Quote::WhereNeeded)));
    out
}

/// Names that begin as typed, then names one of whose later words or levels does.
fn matching(typed: &str, known: &[String], quote: Quote) -> Vec<String> {
    let begun = typed.to_lowercase();
    let whole = known.iter().filter(|it| it.to_lowercase().starts_with(&begun));
    let later = known.iter().filter(|it| {
        let name = it.to_lowercase();
        !name.starts_with(&begun) && name.split(['/', ' ']).skip(1).any(|part| part.starts_with(&begun))
    });
    let written = |name: &String| match quote {
        Quote::WhereNeeded if name.contains(|it| ends_word(it) || it == ',') => {
            format!("\"{}\"", name.replace('"', " "))
        }
        Quote::WhereNeeded | Quote::Never => name.clone(),
    };
    whole.chain(later).map(written).take(COMPLETIONS_MAX).collect()
}

fn with(at: usize, sign: &str, found: Vec<String>) -> Vec<(usize, String)> {
    found.into_iter().map(|it| (at, format!("{sign}{it}"))).collect()
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

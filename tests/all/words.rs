//! The program's own words, read by a machine before a tired stranger reads them: no key is named that somebody may have
//! bound elsewhere, numbers agree with their nouns, nothing blames and nothing is jargon.

use std::path::Path;

use regex::Regex;

/// Whose sentences people read.
const FOLDERS: &[&str] =
    &["app", "cli", "config", "feed", "fetch", "news", "page", "query", "refresh", "shell", "store", "ui"];

/// A sentence that may name a key, and why.
const KEYS_OF_THEIR_OWN: &[(&str, &str)] = &[
    ("{key} is no order: d date, t title, f feed, a author, l length, u unread.", "the letters of that menu are fixed"),
    (
        "Its publisher has removed it. D removes it here too ({undo} undoes); p tries it again.",
        "keys of feed health alone",
    ),
    ("Paused: nothing is fetched until p resumes it.", "a key of feed health alone"),
    ("It says that it has moved to {}. m takes that address.", "a key of feed health alone"),
    ("That is too long: {VALUE_CHARS_MAX} letters are allowed.", "no key"),
];

/// Every string of the program that reads like prose, with where it stands.
fn prose() -> Vec<(String, String)> {
    let literal = Regex::new(r#""((?:[^"\\]|\\.|\\\n)*)""#).expect("a pattern");
    let line_end = Regex::new(r"\\\n\s*").expect("a pattern");
    let mut found = Vec::new();
    for folder in FOLDERS {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
        let mut folders = vec![root];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder of sources").flatten() {
                let path = entry.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if path.is_dir() && name != "tests" {
                    folders.push(path);
                } else if name.ends_with(".rs") && name != "tests.rs" {
                    let source = std::fs::read_to_string(&path).expect("a source");
                    let source = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
                    let code: String = source
                        .lines()
                        .map(|it| if it.trim_start().starts_with("//") { "" } else { it })
                        .map(|it| format!("{}\n", it.replace("'\"'", "' '").replace("b'\"'", "b' '")))
                        .collect();
                    for it in literal.captures_iter(&code) {
                        let text = line_end.replace_all(&it[1], "").into_owned();
                        if is_prose(&text) {
                            found.push((path.display().to_string(), text));
                        }
                    }
                }
            }
        }
    }
    assert!(found.len() > 300, "only {} sentences were found: the sources are not read as they should be", found.len());
    found
}

/// Several words in a row that are not code, SQL or a name of something.
fn is_prose(text: &str) -> bool {
    let words = text.split(' ').filter(|it| it.len() > 1 && it.chars().all(|it| it.is_lowercase())).count();
    let is_sql = ["SELECT", "INSERT", "UPDATE ", "DELETE ", "CREATE ", "PRAGMA", "WHERE", "FROM "]
        .iter()
        .any(|it| text.contains(it));
    words >= 3 && !is_sql && (text.ends_with('.') || text.contains(". ") || !text.contains(['\n', ';']))
}

fn assert_none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

/// A person's own keys, or another reader's, would make a liar of it.
#[test]
fn no_sentence_names_a_key_that_may_be_bound_elsewhere() {
    let key = Regex::new(r"(?:^|[\s(“])([B-HJ-Zb-z]|g[a-np-z.+/]|C-[a-z])(?:$|[\s.,;:)”])").expect("a pattern");
    let of_numbers = Regex::new(r"\} s\b|\bN\b|[0-9] [hd]\b|from a to z").expect("a pattern");
    let found: Vec<String> = prose()
        .into_iter()
        .filter(|(_, it)| key.is_match(&of_numbers.replace_all(it, "")))
        .filter(|(_, it)| !KEYS_OF_THEIR_OWN.iter().any(|(excused, _)| it == excused))
        .map(|(path, it)| format!("{path}: {it}"))
        .collect();
    assert_none("keys are to be asked of the map", &found);
}

#[test]
fn a_number_agrees_with_its_noun() {
    let nouns =
        "articles|feeds|words|pages|steps|days|bytes|entries|outlines|files|letters|addresses|rows|pieces|matches";
    let counted = Regex::new(&format!(r"\{{[a-z_.:()]*\}} (?:more |new |unread )?(?:{nouns})\b")).expect("a pattern");
    // What can't be one.
    let many = ["{VALUE_CHARS_MAX}", "{ARTICLES_MAX_MAX}", "{most} searches"];
    let found: Vec<String> = prose()
        .into_iter()
        .filter(|(_, it)| counted.is_match(it) && !many.iter().any(|known| it.contains(known)))
        .map(|(path, it)| format!("{path}: {it}"))
        .collect();
    assert_none("“1 articles” may be said (app::counted makes it agree)", &found);
}

#[test]
fn nothing_blames_and_nothing_is_jargon() {
    let words = "invalid|illegal|fatal|failed to|unable to|cannot|oops|sorry|bad input|exception|null|timeout|timed out|\
                 redirect|redirects|parse|parser|schema error|payload|tuple|mutex|entry|entries|items?|channels?|posts";
    let jargon = Regex::new(&format!(r"(?i)\b(?:{words})\b")).expect("a pattern");
    let excused = [
        // Options and their documentation name things as the world does.
        "posts",
    ];
    let found: Vec<String> = prose()
        .into_iter()
        .filter(|(_, it)| jargon.is_match(it) && !excused.iter().any(|known| it == known))
        .map(|(path, it)| format!("{path}: {it}"))
        .collect();
    assert_none("words that a stranger has not earned", &found);
}

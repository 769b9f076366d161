//! What a corpus expects of a feed, checked on the neutral form that `inspect feed --json` prints.

use std::collections::BTreeSet;

use serde_json::Value;

/// Whether one check, `{"path", "op", "value"}`, holds. A path may end in alternatives, of which one must hold.
pub fn passes(check: &Value, dump: &Value) -> bool {
    let path = check["path"].as_str().unwrap_or_default();
    let (head, last) = path.rsplit_once('.').unwrap_or(("", path));
    let Some(owner) = lookup(dump, head) else { return false };
    last.split('|').any(|key| holds(check, owner, key))
}

fn lookup<'a>(dump: &'a Value, path: &str) -> Option<&'a Value> {
    let mut current = dump;
    for part in path.split('.').filter(|it| !it.is_empty()) {
        current = match part.split_once('[') {
            Some((name, number)) => current.get(name)?.get(number.trim_end_matches(']').parse::<usize>().ok()?)?,
            None => current.get(part)?,
        };
    }
    Some(current)
}

fn holds(check: &Value, owner: &Value, key: &str) -> bool {
    let found = owner.get(key).filter(|it| !it.is_null());
    let wanted = &check["value"];
    let wanted_text = plain(wanted);
    let found_text = found.map(plain);
    match check["op"].as_str().unwrap_or_default() {
        "count" => wanted.as_u64() == Some(found.and_then(Value::as_array).map_or(0, Vec::len) as u64),
        "format" => found_text.is_some_and(|it| same_family(&it, &wanted_text)),
        "text" => match found_text {
            None => readings(&wanted_text).contains(""),
            Some(text) => text == wanted_text || !readings(&text).is_disjoint(&readings(&wanted_text)),
        },
        "text_prefix" => found_text.is_some_and(|it| begins_alike(&it, &wanted_text)),
        "url" => found_text.is_some_and(|it| url_key(&it) == url_key(&wanted_text)),
        "eq" => found_text.is_some_and(|it| it.trim() == wanted_text.trim()),
        "eq_ci" => found_text.is_some_and(|it| it.trim().to_lowercase() == wanted_text.trim().to_lowercase()),
        "instant" => {
            let moment = |text: &str| text.parse::<jiff::Timestamp>().ok().map(|it| it.as_second());
            found_text.is_some_and(|it| moment(&it).is_some() && moment(&it) == moment(&wanted_text))
        }
        "has" => has(owner, key, found, &wanted_text),
        "html_urls" => found_text.is_some_and(|html| {
            let linked: BTreeSet<String> = linked(&html).iter().map(|it| url_key(it)).collect();
            wanted.as_array().into_iter().flatten().all(|it| linked.contains(&url_key(&plain(it))))
        }),
        _ => false,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn same_family(one: &str, two: &str) -> bool {
    let family = |text: &str| text.to_lowercase().chars().take(3).collect::<String>();
    family(one) == family(two)
}

fn has(owner: &Value, key: &str, found: Option<&Value>, wanted: &str) -> bool {
    let all = found.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    match key {
        "authors" => {
            let parts = all.iter().flat_map(|it| ["name", "email", "uri"].map(|part| it.get(part)));
            let names = parts.flatten().chain(owner.get("author")).filter_map(Value::as_str);
            let wanted = squashed(wanted);
            names.map(squashed).any(|it| {
                it.contains(&wanted)
                    || (it.chars().count() > 2 && wanted.contains(&it))
                    || url_key(&it) == url_key(&wanted)
            })
        }
        "links" => all.iter().any(|it| url_key(&plain(it)) == url_key(wanted)),
        _ => all.iter().any(|it| !readings(&plain(it)).is_disjoint(&readings(wanted))),
    }
}

/// A text as it stands, without its tags, with its references decoded, and both.
fn readings(text: &str) -> BTreeSet<String> {
    let decoded = decode(text);
    let one = decode(&without_tags(text));
    let two = decode(&without_tags(&decoded));
    let three = decode(&without_tags(&one));
    [text.to_owned(), one, two, three].iter().map(|it| squashed(it)).collect()
}

fn squashed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn begins_alike(found: &str, wanted: &str) -> bool {
    let flat = |text: &str| text.chars().filter(|it| !it.is_whitespace()).collect::<String>();
    let bare = flat(&decode(&without_tags(wanted)));
    let wanted: Vec<String> = readings(wanted)
        .iter()
        .map(|it| flat(it).chars().take(200).collect())
        .filter(|it: &String| !it.is_empty())
        .collect();
    // What is all tags starts every text.
    wanted.is_empty()
        || bare.is_empty()
        || readings(found).iter().map(|it| flat(it)).any(|it| wanted.iter().any(|start| it.starts_with(start)))
}

fn without_tags(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let opens = rest[1..].starts_with(|it: char| it.is_ascii_alphabetic() || matches!(it, '!' | '/' | '?'));
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|it| it + 3)
        } else {
            let stop = rest[1..].find(['<', '>']).map_or(rest.len(), |it| it + 1);
            if rest[stop..].starts_with('<') { None } else { Some((stop + 1).min(rest.len())) }
        };
        match end.filter(|_| opens) {
            Some(end) => rest = &rest[end..],
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// References as a browser reads them: through the program's own door to HTML.
fn decode(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let escaped = text.replace('<', "&lt;");
    dateline::html::parse_fragment(&escaped).map_or_else(|_| text.to_owned(), |it| it.text().to_string())
}

/// The addresses that markup leads to.
fn linked(html: &str) -> Vec<String> {
    let Ok(document) = dateline::html::parse_fragment(html) else { return Vec::new() };
    let mut all = Vec::new();
    for name in ["href", "src", "cite", "poster", "longdesc", "action", "data"] {
        for node in document.select(&format!("[{name}]")).iter() {
            all.extend(node.attr(name).map(|it| it.to_string()));
        }
    }
    all
}

/// An address as it is compared: case of scheme and host and a bare trailing slash do not matter.
fn url_key(text: &str) -> String {
    let text = text.trim();
    match text.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (host, path) = rest.split_at(end);
            let path = path.strip_prefix('/').filter(|it| it.is_empty() || it.starts_with(['?', '#'])).unwrap_or(path);
            format!("{}://{}{path}", scheme.to_lowercase(), host.to_lowercase())
        }
        None => text.to_owned(),
    }
}

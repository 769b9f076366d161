//! What a page says about its article: JSON-LD, OpenGraph, `meta`, `time`, and the headline's own mark-up.
//!
//! Everything here is a claim of the page. Nothing is fetched to check it.

use std::collections::HashSet;

use dom_query::Document;
use serde_json::Value;

use super::tree;
use super::words::without_byline_label;
use crate::news::{CleanUrl, Timestamp};

/// The page's claims; empty where it makes none.
#[derive(Debug, Default)]
pub struct Meta {
    pub url: Option<CleanUrl>,
    /// What relative links are relative to, if not the page's address.
    pub base: Option<CleanUrl>,
    pub title: String,
    pub byline: String,
    pub site: String,
    pub language: Option<String>,
    pub published: Option<Timestamp>,
    pub section: String,
    pub images: Vec<CleanUrl>,
    /// The text as JSON-LD carries it (`articleBody`), which some pages show only by script.
    pub carried_text: String,
}

const JSON_LD_BYTES_MAX: usize = 1_048_576;
const AUTHORS_MAX: usize = 12;
/// A headline is no longer than this; what is, is a paragraph in a heading's clothes.
const HEADLINE_CHARS_MAX: usize = 300;
const SHARED_WORDS_MIN: f64 = 0.5;

/// Reads the claims of a page.
pub fn read(document: &Document, page_url: Option<&CleanUrl>) -> Meta {
    let claims = Claims::collect(document);
    // A base that is not http or https is no base (`javascript:`).
    let base =
        document.select("base[href]").iter().find_map(|it| it.attr("href")).and_then(|href| absolute(&href, page_url));
    let links_from = base.as_ref().or(page_url);
    let linked = json_article(document);
    let linked = linked.as_ref();
    let site = first([
        claims.get("og:site_name"),
        linked.and_then(|it| text_at(it, &["publisher", "name"])),
        claims.get("application-name"),
        page_url.map(|it| it.host().trim_start_matches("www.").to_owned()),
    ]);
    let title = title(document, &claims, linked, &site);
    let image = linked.and_then(|it| it.get("image")).and_then(image_of);
    Meta {
        url: canonical(document, page_url),
        title,
        byline: byline(document, &claims, linked),
        language: first_some([
            document.select("html[lang]").iter().next().and_then(|it| it.attr("lang")).map(|it| it.to_string()),
            claims.get("og:locale"),
            linked.and_then(|it| text_at(it, &["inLanguage"])),
            claims.get("content-language"),
            claims.get("language"),
        ])
        .map(|it| it.replace('_', "-")),
        published: published(document, &claims, linked),
        section: first([
            claims.get("article:section"),
            linked.and_then(|it| text_at(it, &["articleSection"])),
            claims.get("section"),
        ]),
        images: [claims.get("og:image"), claims.get("twitter:image"), image]
            .into_iter()
            .flatten()
            .find_map(|it| absolute(&it, links_from))
            .into_iter()
            .collect(),
        carried_text: linked.and_then(|it| text_at(it, &["articleBody"])).unwrap_or_default(),
        base,
        site,
    }
}

/// An address as a page writes it, made absolute. `None` for everything but http and https.
pub fn absolute(reference: &str, base: Option<&CleanUrl>) -> Option<CleanUrl> {
    match base {
        Some(base) => base.join(reference).ok(),
        None => CleanUrl::parse(reference).ok(),
    }
}

/// The `meta` elements by name, property or itemprop, in lower case.
struct Claims(Vec<(String, String)>);

impl Claims {
    fn collect(document: &Document) -> Claims {
        let mut claims = Vec::new();
        for meta in document.select("meta[content]").iter() {
            let Some(content) = meta.attr("content").filter(|it| !it.trim().is_empty()) else { continue };
            for attribute in ["property", "name", "itemprop", "http-equiv"] {
                if let Some(names) = meta.attr(attribute) {
                    claims.extend(
                        names.split_whitespace().map(|it| (it.to_ascii_lowercase(), content.trim().to_owned())),
                    );
                }
            }
        }
        Claims(claims)
    }

    fn get(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| decoded(value))
    }
}

/// Some systems escape twice; a headline with `&quot;` in it was meant otherwise.
fn decoded(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#039;", "'")
        .replace("&#39;", "'")
        .replace("&apos;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

fn first<const N: usize>(choices: [Option<String>; N]) -> String {
    first_some(choices).unwrap_or_default()
}

fn first_some<const N: usize>(choices: [Option<String>; N]) -> Option<String> {
    choices
        .into_iter()
        .flatten()
        .map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "))
        .find(|it| !it.is_empty())
}

/// The JSON-LD object that describes an article (schema.org), be it alone, in a list or in a graph.
fn json_article(document: &Document) -> Option<Value> {
    let mut found = None;
    for script in document.select("script[type='application/ld+json']").iter() {
        let source = script.text();
        let source = source.trim().trim_start_matches("<![CDATA[").trim_start_matches("<!--");
        let source = source.trim_end_matches("]]>").trim_end_matches("-->");
        if source.len() > JSON_LD_BYTES_MAX {
            continue;
        }
        // Line ends inside strings are a common fault of templates.
        let value =
            serde_json::from_str(source).or_else(|_| serde_json::from_str(&source.replace(['\n', '\r', '\t'], " ")));
        let Ok(value) = value else { continue };
        if let Some(article) = article_in(&value) {
            let has_text = article.get("articleBody").is_some();
            if has_text || found.is_none() {
                found = Some(article.clone());
            }
        }
    }
    found
}

fn article_in(value: &Value) -> Option<&Value> {
    match value {
        Value::Array(values) => values.iter().find_map(article_in),
        Value::Object(object) => {
            let kinds = object.get("@type");
            let is_article = match kinds {
                Some(Value::String(kind)) => is_article_kind(kind),
                Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).any(is_article_kind),
                Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => false,
            };
            if is_article {
                return Some(value);
            }
            object.get("@graph").or_else(|| object.get("mainEntity")).and_then(article_in)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn is_article_kind(kind: &str) -> bool {
    kind.ends_with("Article") || matches!(kind, "BlogPosting" | "LiveBlogPosting" | "Report" | "SocialMediaPosting")
}

/// The text at a path; of a list the first that has one.
fn text_at(value: &Value, path: &[&str]) -> Option<String> {
    match (value, path) {
        (Value::String(text), []) => Some(decoded(text)),
        (Value::Array(values), _) => values.iter().find_map(|it| text_at(it, path)),
        (Value::Object(object), [key, rest @ ..]) => object.get(*key).and_then(|it| text_at(it, rest)),
        (Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_), _) => None,
    }
}

fn image_of(value: &Value) -> Option<String> {
    text_at(value, &[]).or_else(|| text_at(value, &["url"])).or_else(|| text_at(value, &["contentUrl"]))
}

/// The page's own address, where it names one on the same host.
fn canonical(document: &Document, page_url: Option<&CleanUrl>) -> Option<CleanUrl> {
    let href = document.select("link[rel~='canonical'][href]").iter().next().and_then(|it| it.attr("href"))?;
    let url = absolute(&href, page_url)?;
    // A page may not pass for one of another publisher.
    match page_url {
        Some(page_url) if page_url.host().trim_start_matches("www.") != url.host().trim_start_matches("www.") => None,
        Some(_) | None => Some(url),
    }
}

fn title(document: &Document, claims: &Claims, linked: Option<&Value>, site: &str) -> String {
    let headings: Vec<String> = document
        .select("h1")
        .nodes()
        .iter()
        .map(tree::text)
        .filter(|it| !it.is_empty() && it.chars().count() <= HEADLINE_CHARS_MAX)
        .collect();
    let page_title = document.select("title").iter().next().map(|it| it.text().to_string()).unwrap_or_default();
    let claimed = first([
        claims.get("og:title"),
        linked.and_then(|it| text_at(it, &["headline"])),
        claims.get("twitter:title"),
        claims.get("dc.title"),
        Some(page_title),
    ]);
    // The headline on the page is the truth where the claim is the headline with something hung on to it.
    let claimed_key = tree::key(&claimed);
    let shown = headings
        .iter()
        .filter(|it| claimed_key.starts_with(&tree::key(it)) && it.split_whitespace().count() > 1)
        .max_by_key(|it| it.len());
    if let Some(shown) = shown {
        return shown.clone();
    }
    // Made for search engines or friends, the claim often rephrases the one headline that stands on the page.
    if let [only] = headings.as_slice()
        && shared_words(only, &claimed) >= SHARED_WORDS_MIN
    {
        return only.clone();
    }
    let bare = without_site(&claimed, site);
    if bare.is_empty() { headings.into_iter().next().unwrap_or_default() } else { bare }
}

/// Share of the words of the shorter text that the other has too.
#[expect(clippy::cast_precision_loss, reason = "headlines have few words")]
fn shared_words(one: &str, other: &str) -> f64 {
    let words = |text: &str| -> HashSet<String> {
        text.split_whitespace().map(tree::key).filter(|it| !it.is_empty()).collect()
    };
    let (one, other) = (words(one), words(other));
    let least = one.len().min(other.len());
    if least < 2 { 0.0 } else { one.intersection(&other).count() as f64 / least as f64 }
}

/// `Rivers rise again | The Bugle` without the publication's name.
fn without_site(title: &str, site: &str) -> String {
    let title = title.trim();
    let marks = [" | ", " - ", " – ", " — ", " :: ", " » ", " • ", " · "];
    let Some((at, mark)) =
        marks.iter().filter_map(|mark| title.rfind(mark).map(|at| (at, *mark))).max_by_key(|(at, _)| *at)
    else {
        return title.to_owned();
    };
    let (head, tail) = (title[..at].trim(), title[at + mark.len()..].trim());
    let site_key = tree::key(site);
    let tail_key = tree::key(tail);
    let names_site = !tail_key.is_empty()
        && (site_key.contains(&tail_key) || (!site_key.is_empty() && tail_key.contains(&site_key)));
    // After a bar a few words are the publication's; after a dash they may be the headline's own.
    let looks_like_name = mark == " | " && tail.split_whitespace().count() <= 4;
    if (names_site || looks_like_name) && head.split_whitespace().count() >= 2 {
        return without_site(head, site);
    }
    title.to_owned()
}

fn byline(document: &Document, claims: &Claims, linked: Option<&Value>) -> String {
    let mut names = Vec::new();
    if let Some(author) = linked.and_then(|it| it.get("author")) {
        author_names(author, &mut names);
    }
    if names.is_empty() {
        let claimed = [
            claims.get("author"),
            claims.get("article:author"),
            claims.get("parsely-author"),
            claims.get("dc.creator"),
            claims.get("byl"),
        ];
        names.extend(claimed.into_iter().flatten().filter(|it| is_name(it)).take(1));
    }
    if names.is_empty() {
        for selector in
            ["[rel~='author']", "[itemprop~='author']", ".byline", ".author-name", ".author", ".byline-name"]
        {
            let shown = document.select(selector).nodes().iter().map(tree::text).find(|it| is_name(it));
            if let Some(shown) = shown {
                names.push(shown);
                break;
            }
        }
    }
    let mut seen: Vec<String> = Vec::new();
    for name in names {
        let name = without_byline_label(&name).trim_matches([',', ';', '|', ' ']).to_owned();
        if is_name(&name) && !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen.truncate(AUTHORS_MAX);
    seen.join(", ")
}

fn author_names(author: &Value, names: &mut Vec<String>) {
    match author {
        Value::Array(authors) => authors.iter().for_each(|it| author_names(it, names)),
        Value::String(name) => names.push(decoded(name)),
        Value::Object(object) => {
            if let Some(name) = object.get("name") {
                author_names(name, names);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether a text can be an author's name: no address, no sentence.
fn is_name(text: &str) -> bool {
    let chars = text.chars().count();
    (2..=100).contains(&chars)
        && !text.contains("://")
        && !text.starts_with("www.")
        && text.chars().any(char::is_alphabetic)
}

fn published(document: &Document, claims: &Claims, linked: Option<&Value>) -> Option<Timestamp> {
    let claimed = [
        claims.get("article:published_time"),
        linked.and_then(|it| text_at(it, &["datePublished"])),
        claims.get("og:article:published_time"),
        claims.get("datepublished"),
        claims.get("parsely-pub-date"),
        claims.get("article.published"),
        claims.get("pubdate"),
        claims.get("publishdate"),
        claims.get("sailthru.date"),
        claims.get("dcterms.created"),
        claims.get("dc.date.issued"),
        claims.get("dc.date"),
        claims.get("date"),
        linked.and_then(|it| text_at(it, &["dateCreated"])),
    ];
    if let Some(moment) = claimed.into_iter().flatten().find_map(|it| moment(&it)) {
        return Some(moment);
    }
    let shown = ["[itemprop~='datePublished']", "time[pubdate]", "article time[datetime]", "time[datetime]"];
    shown.iter().find_map(|selector| {
        document.select(selector).iter().find_map(|it| {
            let written = it.attr("datetime").or_else(|| it.attr("content"))?;
            moment(&written)
        })
    })
}

/// A moment as ISO 8601 writes it, in the shapes that pages use: a space for the `T`, seconds, colon and zone left out.
/// Without a zone it is taken as UTC.
pub fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if !text.is_ascii() || text.len() < 10 {
        return None;
    }
    let (date, rest) = text.split_at(10);
    let rest = rest.trim_start_matches(['T', 't', ' ']);
    if rest.is_empty() {
        return Timestamp::parse_rfc3339(&format!("{date}T00:00:00Z"));
    }
    let zone_at = rest.find(['Z', 'z', '+', '-', ' ']).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(zone_at);
    let clock = if clock.len() == 5 { format!("{clock}:00") } else { clock.to_owned() };
    let zone = zone.trim();
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let zone = match (zone.chars().next(), digits.len()) {
        (Some(sign @ ('+' | '-')), 2) => format!("{sign}{digits}:00"),
        (Some(sign @ ('+' | '-')), 4) => format!("{sign}{}:{}", &digits[..2], &digits[2..]),
        (None | Some(_), _) => "Z".to_owned(),
    };
    Timestamp::parse_rfc3339(&format!("{date}T{clock}{zone}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_come_in_many_shapes() {
        for (text, expected) in [
            ("2021-05-03T10:20:30+02:00", "2021-05-03T08:20:30Z"),
            ("2021-05-03 10:20:30", "2021-05-03T10:20:30Z"),
            ("2021-05-03T10:20+0700", "2021-05-03T03:20:00Z"),
            ("2021-05-03T10:20:30.123Z", "2021-05-03T10:20:30Z"),
            ("2021-05-03 10:20:30 +0530", "2021-05-03T04:50:30Z"),
            ("2021-05-03", "2021-05-03T00:00:00Z"),
        ] {
            assert_eq!(moment(text).map(Timestamp::rfc3339).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(moment("yesterday evening"), None);
    }

    #[test]
    fn the_publication_is_taken_off_the_headline() {
        assert_eq!(without_site("Rivers rise again | The Bugle", "The Bugle"), "Rivers rise again");
        assert_eq!(without_site("Rivers rise again - Region | Bugle", "bugle.example"), "Rivers rise again - Region");
        assert_eq!(without_site("Oslo - a city of boats", "The Bugle"), "Oslo - a city of boats");
    }
}

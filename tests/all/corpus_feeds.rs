//! Feeds, lists and hostile input of a corpus that does not belong to the program. Its folder is named by
//! `DATELINE_CORPUS`; without it these tests say so and pass.

#![allow(clippy::unwrap_used)] // A corpus that cannot be read is a failed test.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use dateline::feed::{Origin, ParsedFeed, dump, opml, parse};
use dateline::news::{CleanText, CleanUrl, FeedId, FeedKind, FeedRow, FolderPath, Limit, clean_char};
use serde_json::Value;

use crate::corpus_score::passes;

/// Checks met of those that count, in percent. Raised when the parser gets better, never lowered.
const FEED_CHECKS_FLOOR: f64 = 99.2;
/// Documents read of all, in percent; the rest are no feeds.
const FEEDS_READ_FLOOR: f64 = 99.0;
/// Lists whose feeds are all found, in percent.
const LISTS_FLOOR: f64 = 100.0;
/// Generous, since tests run unoptimised and beside others; a parser that hangs takes minutes.
const PARSE_TIME_MAX: Duration = Duration::from_secs(20);

pub fn corpus(part: &str) -> Option<PathBuf> {
    match std::env::var_os("DATELINE_CORPUS") {
        Some(folder) => Some(PathBuf::from(folder).join(part)),
        None => {
            say("DATELINE_CORPUS is not set: nothing of the corpus was read.");
            None
        }
    }
}

pub fn rows(folder: &std::path::Path, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[allow(clippy::print_stderr)] // What a corpus scored is for whoever runs the tests.
pub fn say(text: &str) {
    eprintln!("{text}");
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

#[test]
fn feeds_of_the_corpus_are_read_as_their_authors_meant() {
    let Some(folder) = corpus("feeds") else { return };
    let mut by_family: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut feeds, mut read, mut checks, mut met) = (0, 0, 0, 0);
    for row in rows(&folder, "expectations.jsonl") {
        let bytes = std::fs::read(folder.join(row["file"].as_str().unwrap())).unwrap();
        let located = row["http"]["content-location"].as_str().filter(|it| it.starts_with("http"));
        let origin = Origin {
            url: located.or(row["url"].as_str()).and_then(|it| CleanUrl::parse(it).ok()),
            content_type: row["http"]["content-type"].as_str().map(str::to_owned),
        };
        let started = Instant::now();
        let parsed = parse(&bytes, &origin);
        assert!(started.elapsed() < PARSE_TIME_MAX, "{} took {:?}", row["id"], started.elapsed());
        if let (Ok((once, _)), Ok((again, _))) = (&parsed, &parse(&bytes, &origin)) {
            assert_eq!(keys(once), keys(again), "{}: keys differ from one parse to the next", row["id"]);
            assert_no_control_characters(once, &row["id"]);
        }
        feeds += 1;
        read += usize::from(parsed.is_ok());
        if let (Err(problem), true) = (&parsed, std::env::var_os("DATELINE_CORPUS_MISSES").is_some()) {
            say(&format!("refused: {} {problem:?}", row["id"]));
        }
        let dumped = dump::dump(&parsed);
        for check in row["checks"].as_array().unwrap() {
            // A safety check is for what is shown; a disputed one is read in two ways by two authors.
            if check["op"] == "no_markup" || check["disputed"] == true {
                continue;
            }
            let good = parsed.is_ok() && passes(check, &dumped);
            let path = check["path"].as_str().unwrap().replace(|it: char| it.is_ascii_digit(), "");
            let family = by_family.entry(format!("{path} {}", check["op"].as_str().unwrap())).or_default();
            checks += 1;
            family.0 += 1;
            met += usize::from(good);
            family.1 += usize::from(good);
            if !good && std::env::var_os("DATELINE_CORPUS_MISSES").is_some() {
                say(&format!("missed: {} {check}", row["id"]));
            }
        }
    }
    for (family, (whole, part)) in &by_family {
        say(&format!("{part:5} of {whole:5}  {family}"));
    }
    say(&format!("{read} of {feeds} documents read, {met} of {checks} checks met: {:.1} %", percent(met, checks)));
    assert!(percent(read, feeds) >= FEEDS_READ_FLOOR);
    assert!(percent(met, checks) >= FEED_CHECKS_FLOOR);
}

#[test]
fn lists_of_the_corpus_are_imported_whole() {
    let Some(folder) = corpus("opml") else { return };
    let (mut lists, mut whole, mut refused) = (0, 0, 0);
    for row in rows(&folder, "expectations.jsonl") {
        let bytes = std::fs::read(folder.join(row["file"].as_str().unwrap())).unwrap();
        lists += 1;
        let Ok(list) = opml::read(&bytes) else {
            refused += 1;
            // Where there is nothing to import, words are all that can be given.
            whole += usize::from(row["feeds"] == 0);
            continue;
        };
        let wanted = row["list"].as_array().unwrap();
        assert_survives_export(&list, &row["id"]);
        let lost = wanted.iter().find(|feed| !is_carried(feed, &row, &list));
        let every_one =
            row["distinct_urls"].as_u64().unwrap_or(0) <= (list.subscriptions.len() + list.skipped.len()) as u64;
        let found = lost.is_none() && every_one;
        if found {
            whole += 1;
        } else {
            say(&format!("not whole: {} {lost:?}", row["id"]));
        }
    }
    say(&format!("{whole} of {lists} lists imported whole, {refused} refused in words"));
    assert!(percent(whole, lists) >= LISTS_FLOOR);
}

/// Whether a list carries what the corpus expects of it: address, title and folder; or says that it does not.
fn is_carried(feed: &Value, row: &Value, list: &opml::SubscriptionList) -> bool {
    // Of a list that is not well-formed the corpus knows what another parser made of it: `&` and the word after it
    // were lost there.
    let whole = row["well_formed"] == true;
    let known = |text: &str| if whole { text.to_owned() } else { without_references(text) };
    let address = feed["xmlUrl"].as_str().unwrap_or_default().trim();
    let wanted = CleanUrl::parse(address).map_or_else(|_| address.to_owned(), |it| it.to_string());
    let told = |address: &str| list.skipped.iter().any(|it| known(it.as_str()).contains(address));
    let Some(found) = list.subscriptions.iter().find(|it| known(it.url.as_str()) == wanted) else {
        // What is no web address, or would run a program, is listed by its name.
        return address.is_empty() || told(address);
    };
    let title = CleanText::line(feed["title"].as_str().unwrap_or_default(), Limit::TITLE);
    let folders = feed["folder"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let folder = FolderPath::from_levels(folders);
    let same_title = squeezed(&known(found.title.as_str())) == squeezed(title.as_str());
    let same_folder = squeezed(&known(found.folder.as_str())) == squeezed(folder.as_str());
    // After the damage that parser had lost the folder, too.
    let same_folder = same_folder || (!whole && folder.is_top());
    // The same feed may stand in several places: the first is kept, the others are told.
    (same_title && same_folder) || told(found.url.as_str())
}

fn without_references(text: &str) -> String {
    let mut parts = text.split('&');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + part.trim_start_matches(|it: char| it.is_alphanumeric()))
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes a list and reads it again: the same feeds in the same folders with the same tags.
pub fn assert_survives_export(list: &opml::SubscriptionList, id: &Value) {
    let rows: Vec<FeedRow> = list.subscriptions.iter().map(feed_row).collect();
    let again = opml::read(opml::write(&rows, opml::Secrets::Kept).as_bytes()).unwrap();
    let sorted = |list: &opml::SubscriptionList| {
        let mut all: Vec<String> = list.subscriptions.iter().map(|it| format!("{it:?}")).collect();
        all.sort();
        all
    };
    assert_eq!(sorted(list), sorted(&again), "{id}");
}

fn feed_row(subscription: &opml::Subscription) -> FeedRow {
    FeedRow {
        id: FeedId(1),
        kind: FeedKind::Fetched,
        title: subscription.title.clone(),
        url: Some(subscription.url.clone()),
        site: None,
        folder: subscription.folder.clone(),
        tags: subscription.tags.clone(),
        unread: 0,
        articles: 0,
        last_success: None,
        next_due: None,
        problem: None,
        failing_since: None,
        complaints: Vec::new(),
        pause: Default::default(),
        because: Default::default(),
    }
}

#[test]
fn hostile_input_does_no_harm() {
    let Some(folder) = corpus("hostile") else { return };
    let origin = Origin { url: CleanUrl::parse("https://example.org/feed").ok(), content_type: None };
    let mut read = 0;
    for row in rows(&folder, "cases.jsonl") {
        let bytes = std::fs::read(folder.join(row["file"].as_str().unwrap())).unwrap();
        if let Ok((feed, _)) = parse(&bytes, &origin) {
            assert_no_control_characters(&feed, &row["id"]);
            read += 1;
        }
        let _ = opml::read(&bytes);
        // The same bytes as the text of an article, which is where a publisher would put them.
        let mut wrapped = b"<rss version='2.0'><channel><item><title><![CDATA[".to_vec();
        wrapped.extend_from_slice(&bytes);
        wrapped.extend_from_slice(b"]]></title></item></channel></rss>");
        if let Ok((feed, _)) = parse(&wrapped, &origin) {
            assert_no_control_characters(&feed, &row["id"]);
        }
    }
    let mut strings = 0;
    for row in rows(&folder, "strings.jsonl") {
        let text = row["text"].as_str().unwrap();
        let item = serde_json::json!({
            "id": text, "url": text, "title": text, "content_html": text, "tags": [text], "authors": [{"name": text}],
            "attachments": [{"url": text, "mime_type": text}],
        });
        let json = serde_json::json!({"version": "https://jsonfeed.org/version/1.1", "title": text, "items": [item]});
        let (feed, _) = parse(json.to_string().as_bytes(), &origin).unwrap();
        assert_no_control_characters(&feed, &row["text"]);
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        let xml = format!(
            "<rss version='2.0'><channel><title>{escaped}</title><item><title>{escaped}</title><link>{escaped}</link>\
             <guid>{escaped}</guid><author>{escaped}</author><category>{escaped}</category>\
             <enclosure url=\"{escaped}\"/><description>{text}</description></item></channel></rss>"
        );
        if let Ok((feed, _)) = parse(xml.as_bytes(), &origin) {
            assert_no_control_characters(&feed, &row["text"]);
        }
        let list = format!("<opml><body><outline text=\"{escaped}\" xmlUrl=\"{escaped}\"/></body></opml>");
        for skipped in opml::read(list.as_bytes()).unwrap().skipped {
            assert!(skipped.as_str().chars().all(clean_char));
        }
        strings += 1;
    }
    say(&format!("{read} hostile files read as feeds, {strings} strings put everywhere, no harm done"));
}

fn keys(feed: &ParsedFeed) -> Vec<&[String]> {
    feed.articles.iter().map(|it| it.keys.0.as_slice()).collect()
}

fn assert_no_control_characters(feed: &ParsedFeed, id: &Value) {
    let texts = [&feed.title, &feed.description, &feed.more.rights, &feed.more.generator, &feed.more.id];
    let article_texts = feed.articles.iter().flat_map(|it| {
        let fixed = [&it.title, &it.more.guid, &it.more.rights];
        fixed.into_iter().chain(&it.authors).chain(&it.topics)
    });
    for text in texts.into_iter().chain(article_texts) {
        assert!(text.as_str().chars().all(clean_char), "{id}: {text:?}");
    }
    for article in &feed.articles {
        for html in [&article.body.0, &article.summary.0] {
            assert!(!html.chars().any(|it| it.is_control() && !matches!(it, '\n' | '\t')), "{id}");
        }
        let addresses = article.url.iter().chain(&article.comments).map(CleanUrl::as_str);
        for address in addresses.chain(article.enclosures.iter().map(|it| it.url.as_str())) {
            assert!(address.starts_with("http://") || address.starts_with("https://"), "{id}: {address}");
        }
        for key in &article.keys.0 {
            assert!(key.bytes().all(|it| it.is_ascii_graphic()), "{id}: {key:?}");
        }
    }
}

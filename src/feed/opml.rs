//! Lists of subscriptions: OPML (nested, lenient) and newsboat's `urls`.
//!
//! A list is a stranger's text. Nothing in it is ever run, no entity is expanded, and what is no web address is
//! listed as skipped.

use std::collections::HashMap;

pub use super::newsboat_query::NamedSearch;
use super::xml_tokens::{Token, Tokens, attributes};
use super::{decode, discover, entities, outlines};
use crate::news::{CleanText, CleanUrl, FeedRow, FolderPath, Limit, TagName};

/// A subscription that a list asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub url: CleanUrl,
    pub title: CleanText,
    pub folder: FolderPath,
    pub tags: Vec<TagName>,
}

/// A list of subscriptions with what could not be carried, each with its reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubscriptionList {
    pub title: CleanText,
    pub subscriptions: Vec<Subscription>,
    /// newsboat's query feeds, translated.
    pub searches: Vec<NamedSearch>,
    pub skipped: Vec<CleanText>,
}

/// Larger lists are refused.
pub const LIST_BYTES_MAX: usize = 50 * 1024 * 1024;
/// Outlines beyond these are left out.
pub const OUTLINES_MAX: usize = 100_000;
/// Folders nested deeper are read as if they stood at this depth.
pub const FOLDERS_DEEP_MAX: usize = 32;
/// Skipped entries that are listed one by one; the rest are counted.
const SKIPPED_LISTED_MAX: usize = 1_000;

/// Reads OPML or newsboat's `urls`, whichever it is. The error is a sentence for a person.
pub fn read(bytes: &[u8]) -> Result<SubscriptionList, CleanText> {
    if bytes.len() > LIST_BYTES_MAX {
        return Err(CleanText::own("That list is larger than 50 MB. Split it into several files."));
    }
    let text = decode::decode(bytes, None, &mut Vec::new());
    let text = text.trim_start_matches(|it: char| it.is_whitespace() || matches!(it, '\u{feff}' | '\0'));
    if text.is_empty() {
        return Err(CleanText::own("That list is empty. Choose an OPML file or newsboat's urls."));
    }
    if !text.starts_with('<') {
        return super::newsboat::read(text);
    }
    let whole = outlines::with_whole_values(text);
    let mut reading = Reading::default();
    let mut found_opml = false;
    for token in Tokens::new(&whole) {
        match token {
            Token::Start { name, attributes, empty, .. } => {
                let local = local_name(name);
                found_opml |= local == "opml" || local == "outline";
                if found_opml {
                    reading.start(&local, attributes, empty);
                }
            }
            Token::End { name } => reading.end(&local_name(name)),
            Token::Text(text) if reading.in_title => reading.title.push_str(&entities::decode(text)),
            Token::Cdata(text) if reading.in_title => reading.title.push_str(text),
            Token::Text(_) | Token::Cdata(_) | Token::Skipped => {}
        }
    }
    if !found_opml {
        return Err(CleanText::own(if discover::looks_like_a_page(text.as_bytes()) {
            "That is a web page, not a list of feeds. Export OPML from the other reader and import that file."
        } else {
            "That is not a list of feeds. Choose an OPML file or newsboat's urls."
        }));
    }
    Ok(reading.finish())
}

/// Whether names and passwords that stand in addresses are written with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    LeftOut,
    Kept,
}

/// Writes feeds as OPML 2.0, folders as nested outlines. What has no address is left out: the built-in feed, and what a
/// program or a file gives.
pub fn write(feeds: &[FeedRow], secrets: Secrets) -> String {
    let shown = |url: &CleanUrl| match secrets {
        Secrets::LeftOut => url.without_secrets(),
        Secrets::Kept => url.clone(),
    };
    let mut rows: Vec<(&FeedRow, CleanUrl)> =
        feeds.iter().filter_map(|it| Some((it, shown(it.url.as_ref().filter(|it| !it.is_stand_in())?)))).collect();
    // A folder is written once, so its feeds must stand together.
    rows.sort_by(|one, two| one.0.folder.cmp(&two.0.folder));
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n<head><title>Dateline</title></head>\n<body>\n",
    );
    let mut open: Vec<&str> = Vec::new();
    for (feed, url) in &rows {
        let levels: Vec<&str> = feed.folder.levels().collect();
        let shared = open.iter().zip(&levels).take_while(|(one, two)| one == two).count();
        while open.len() > shared {
            open.pop();
            out.push_str("</outline>\n");
        }
        for level in &levels[shared..] {
            out.push_str(&format!("<outline text=\"{0}\" title=\"{0}\">\n", attribute(level)));
            open.push(level);
        }
        let title = attribute(feed.title.as_str());
        out.push_str(&format!(
            "<outline type=\"rss\" text=\"{title}\" title=\"{title}\" xmlUrl=\"{}\"",
            attribute(url.as_str())
        ));
        if let Some(site) = &feed.site {
            out.push_str(&format!(" htmlUrl=\"{}\"", attribute(site.without_secrets().as_str())));
        }
        if !feed.tags.is_empty() {
            let tags: Vec<&str> = feed.tags.iter().map(TagName::as_str).collect();
            out.push_str(&format!(" category=\"{}\"", attribute(&tags.join(","))));
        }
        out.push_str("/>\n");
    }
    out.push_str(&"</outline>\n".repeat(open.len()));
    out.push_str("</body>\n</opml>\n");
    out
}

fn attribute(text: &str) -> String {
    // Two characters are clean text and yet none of XML's (XML 1.0, section 2.2).
    let allowed: String = text.chars().filter(|it| !matches!(it, '\u{fffe}' | '\u{ffff}')).collect();
    allowed.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A folder as a sentence names it.
fn named(folder: &FolderPath) -> String {
    if folder.is_top() { "no folder".to_owned() } else { format!("“{folder}”") }
}

fn local_name(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase()
}

#[derive(Default)]
struct Reading {
    list: SubscriptionList,
    title: String,
    in_title: bool,
    in_head: bool,
    /// The outlines that are open; those without an address are folders.
    open: Vec<Option<String>>,
    /// Addresses already taken, each with its folder.
    seen: HashMap<String, FolderPath>,
    outlines: usize,
    skipped_beyond: usize,
}

impl Reading {
    fn start(&mut self, local: &str, written: &str, empty: bool) {
        match local {
            "head" => self.in_head = !empty,
            "body" => self.in_head = false,
            "title" if self.in_head => self.in_title = !empty,
            "outline" => {
                self.outlines += 1;
                let folder = if self.outlines <= OUTLINES_MAX { self.outline(written, empty) } else { None };
                if !empty {
                    self.open.push(folder);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, local: &str) {
        match local {
            "title" => self.in_title = false,
            "head" => self.in_head = false,
            "outline" => {
                self.open.pop();
            }
            _ => {}
        }
    }

    /// Takes in one outline. Gives its name if it is a folder.
    fn outline(&mut self, written: &str, empty: bool) -> Option<String> {
        let all: Vec<(String, String)> = attributes(written)
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), entities::decode(value).trim().to_owned()))
            .collect();
        let value = |name: &str| all.iter().find(|it| it.0 == name && !it.1.is_empty()).map(|it| it.1.as_str());
        let title = value("title").or_else(|| value("text")).unwrap_or_default().to_owned();
        let kind = value("type").unwrap_or_default().to_ascii_lowercase();
        // `url` is where old lists of `type="rss"` and `link` keep the address.
        let address = value("xmlurl").or_else(|| if kind == "rss" || kind == "atom" { value("url") } else { None });
        let Some(address) = address else {
            if empty && (kind == "rss" || kind == "atom") {
                self.skip(&title, "it has no address");
            }
            return Some(title);
        };
        if value("filtercmd").is_some() {
            self.skip(address, "it asks for a filter program to be run, which is never done");
            return None;
        }
        match CleanUrl::parse(address) {
            Ok(url) => {
                let folder =
                    FolderPath::from_levels(self.open.iter().flatten().take(FOLDERS_DEEP_MAX).map(String::as_str));
                if let Some(first) = self.seen.get(url.as_str()) {
                    // A feed stands in one folder here; the list may have it in several.
                    let why = if *first == folder {
                        "the list has it twice".to_owned()
                    } else {
                        format!("it stands in {} already, so {} was left out", named(first), named(&folder))
                    };
                    self.skip(url.without_secrets().as_str(), &why);
                } else {
                    self.seen.insert(url.to_string(), folder.clone());
                    let tags = value("category").map(tags_of).unwrap_or_default();
                    let title = CleanText::line(&title, Limit::TITLE);
                    self.list.subscriptions.push(Subscription { url, title, folder, tags });
                }
            }
            Err(_) => self.skip(address, "it is neither http nor https"),
        }
        None
    }

    fn skip(&mut self, what: &str, why: &str) {
        if self.list.skipped.len() < SKIPPED_LISTED_MAX {
            self.list.skipped.push(skipped(what, why));
        } else {
            self.skipped_beyond += 1;
        }
    }

    fn finish(mut self) -> SubscriptionList {
        let outlines_beyond = self.outlines.saturating_sub(OUTLINES_MAX);
        if outlines_beyond > 0 {
            self.list.skipped.push(sentence(&format!("{outlines_beyond} outlines beyond {OUTLINES_MAX}.")));
        }
        if self.skipped_beyond > 0 {
            self.list.skipped.push(sentence(&format!("{} more entries.", self.skipped_beyond)));
        }
        self.list.title = CleanText::line(&self.title, Limit::TITLE);
        self.list
    }
}

/// One skipped entry and its reason.
pub(super) fn skipped(what: &str, why: &str) -> CleanText {
    let what = CleanText::line(what, Limit::AUTHOR);
    sentence(&format!("{what}: {why}."))
}

fn sentence(text: &str) -> CleanText {
    CleanText::line(text, Limit::SENTENCE)
}

/// OPML's `category` is a list with commas; its slashes part levels as ours do.
fn tags_of(list: &str) -> Vec<TagName> {
    let mut tags: Vec<TagName> = Vec::new();
    for tag in list.split(',').filter_map(tag_of) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// A tag from what another program called one; spaces become hyphens.
pub(super) fn tag_of(text: &str) -> Option<TagName> {
    let joined = text.trim().trim_matches('/').split_whitespace().collect::<Vec<_>>().join("-");
    TagName::parse(&joined).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::{FeedId, FeedKind};

    fn urls(list: &SubscriptionList) -> Vec<&str> {
        list.subscriptions.iter().map(|it| it.url.as_str()).collect()
    }

    #[test]
    fn folders_nest_and_attribute_names_have_any_case() {
        let list = read(
            br#"<?xml version="1.0"?><opml version="1.0"><head><title>My &amp; list</title></head><body>
            <outline text="World"><outline TEXT="AC/DC"><outline type="rss" text="A" XMLURL="http://a.example/f?x=1&amp;y=2"/>
            </outline><outline title="B" text="b" xmlurl='https://b.example/' category="/news,to read"/></outline>
            <outline text="A again" xmlUrl="http://a.example/f?x=1&y=2"/></body></opml>"#,
        )
        .unwrap();
        assert_eq!(list.title.as_str(), "My & list");
        assert_eq!(urls(&list), ["http://a.example/f?x=1&y=2", "https://b.example/"]);
        assert_eq!(list.subscriptions[0].folder.as_str(), "World/AC∕DC");
        assert_eq!(list.subscriptions[1].title.as_str(), "B");
        assert_eq!(list.subscriptions[1].folder.as_str(), "World");
        let tags: Vec<&str> = list.subscriptions[1].tags.iter().map(TagName::as_str).collect();
        assert_eq!(tags, ["news", "to-read"]);
    }

    /// newsboat ran such entries of an imported list (its pull request 3400); so did Liferea once.
    #[test]
    fn programs_and_files_are_listed_and_never_followed() {
        let list = read(
            br#"<opml><body><outline xmlUrl="|touch /tmp/x"/><outline xmlUrl="exec:ls"/><outline xmlUrl="filter:x:http://a.example/"/>
            <outline xmlUrl="file:///etc/passwd"/><outline xmlUrl="javascript:alert(1)"/>
            <outline xmlUrl="http://a.example/" filtercmd="rm"/><outline xmlUrl="http://b.example/"/></body></opml>"#,
        )
        .unwrap();
        assert_eq!(urls(&list), ["http://b.example/"]);
        assert_eq!(list.skipped.len(), 6);
        assert!(list.skipped[0].as_str().contains("|touch /tmp/x: it is neither http nor https."));
    }

    #[test]
    fn broken_huge_and_wide_lists_are_read_as_far_as_they_go() {
        let nested =
            format!("<opml><body>{}<outline xmlUrl='http://a.example/'/>", "<outline text='x'>".repeat(10_000));
        assert_eq!(read(nested.as_bytes()).unwrap().subscriptions[0].folder.levels().count(), FOLDERS_DEEP_MAX);
        let many: String =
            (0..OUTLINES_MAX + 5).map(|it| format!("<outline xmlUrl='http://a.example/{it}'/>")).collect();
        let many = read(format!("<opml>{many}</opml>").as_bytes()).unwrap();
        assert_eq!((many.subscriptions.len(), many.skipped.len()), (OUTLINES_MAX, 1));
        let wide: Vec<u8> = "\u{feff}<opml><outline xmlUrl='http://a.example/'/></opml>"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(read(&wide).unwrap().subscriptions.len(), 1);
    }

    #[test]
    fn a_feed_in_several_folders_keeps_the_first_and_the_others_are_told() {
        let list = read(
            br#"<opml><body><outline text="A"><outline xmlUrl="http://a.example/"/><outline xmlUrl="http://a.example/"/></outline>
            <outline text="B"><outline xmlUrl="http://a.example/"/></outline><outline type="rss" text="Nowhere"/></body></opml>"#,
        )
        .unwrap();
        assert_eq!(list.subscriptions[0].folder.as_str(), "A");
        let told: Vec<&str> = list.skipped.iter().map(CleanText::as_str).collect();
        assert_eq!(
            told,
            [
                "http://a.example/: the list has it twice.",
                "http://a.example/: it stands in “A” already, so “B” was left out.",
                "Nowhere: it has no address."
            ]
        );
    }

    #[test]
    fn entities_are_not_expanded() {
        let list = read(
            b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'><!ENTITY b '&a;&a;'>]><opml><outline text='&a;&b;' xmlUrl='http://a.example/'/></opml>",
        )
        .unwrap();
        assert_eq!(list.subscriptions[0].title.as_str(), "&a;&b;");
    }

    #[test]
    fn what_is_no_list_is_refused_in_words() {
        assert!(read(b"<!doctype html><html><body>hi").unwrap_err().as_str().contains("web page"));
        assert!(read(b"<rss><channel/></rss>").unwrap_err().as_str().contains("not a list"));
        assert!(read(b" \n").unwrap_err().as_str().contains("empty"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let row = |url: &str, title: &str, folder: &str, tags: &[&str]| FeedRow {
            id: FeedId(1),
            kind: FeedKind::Fetched,
            title: CleanText::line(title, Limit::TITLE),
            url: CleanUrl::parse(url).ok(),
            site: CleanUrl::parse("http://site.example/?a=1&b=2").ok(),
            folder: FolderPath::parse(folder),
            tags: tags.iter().map(|it| TagName::parse(it).unwrap()).collect(),
            unread: 0,
            articles: 0,
            last_success: None,
            next_due: None,
            problem: None,
            failing_since: None,
            complaints: Vec::new(),
            pause: Default::default(),
            because: Default::default(),
        };
        let rows = [
            row("http://a.example/?x=1&y=\"2\"", "A <b> & \"c\" 'd'", "World/Asia", &["dunia/timur-tengah", "c++"]),
            row("http://b.example/", "B", "", &[]),
            row("http://me:secret@c.example/", "C", "World", &[]),
        ];
        assert!(write(&rows, Secrets::Kept).contains("me:secret@"));
        let written = write(&rows, Secrets::LeftOut);
        assert!(!written.contains("secret"));
        let list = read(written.as_bytes()).unwrap();
        assert_eq!(list.subscriptions.len(), 3);
        for row in &rows {
            let url = row.url.as_ref().unwrap().without_secrets();
            let back = list.subscriptions.iter().find(|it| it.url == url).unwrap();
            assert_eq!((&back.title, &back.folder, &back.tags), (&row.title, &row.folder, &row.tags));
        }
    }
}

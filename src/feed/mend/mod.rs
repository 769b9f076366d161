//! A feed as it came → the same feed as a strict parser wants it: well-formed, one spelling per element, text as
//! text, dates as RFC 3339, addresses absolute.
//!
//! It only ever rewrites; what an article *is* is decided by the parser behind it. Nothing is expanded, and every
//! step is linear in the document. One bad article never costs another.

mod atom;
mod place;
mod rss;
mod write;

use std::collections::HashSet;

use url::Url;

use self::place::Place;
use self::write::{escape_into, push_start, push_tag};
use super::names::{DECLARATIONS, Vocabulary};
use super::xml_tokens::{Token, Tokens, attributes};
use super::{ARTICLE_HTML_BYTES_MAX, ARTICLES_MAX, Cadence, Format, entities};
pub use write::AT_SIGN_STAND_IN;

/// Elements nested deeper than this are passed over; what stands in them is kept as text.
const DEPTH_MAX: usize = 256;
/// Elements of one article that are handed on; a feed's own articles have some twenty.
const ELEMENTS_OF_ARTICLE_MAX: usize = 2_000;

/// A mended feed.
#[derive(Debug)]
pub struct Mended {
    pub xml: String,
    pub format: Format,
    /// The document ended before its root did: what stood after the last whole article is missing.
    pub incomplete: bool,
    /// One for each article in `xml`, in its order.
    pub notes: Vec<ArticleNotes>,
    /// `xml:lang` of the root.
    pub language: Option<String>,
    /// Articles beyond the limit.
    pub skipped: usize,
    pub cadence: Cadence,
    /// `itunes:new-feed-url`.
    pub moved_to: String,
    /// What was done, one sentence a kind.
    pub repairs: Vec<&'static str>,
}

/// What the strict parser has no place for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArticleNotes {
    /// `xml:base` where one was in force.
    pub base: Option<Url>,
    pub language: Option<String>,
    pub rights: String,
}

/// Mends a document. `None` where nothing in it is the root of a feed.
pub fn mend(text: &str, base: Option<&Url>) -> Option<Mended> {
    let mut mender = Mender::new(base.cloned());
    let mut tokens = Tokens::new(text);
    for token in tokens.by_ref() {
        match token {
            Token::Text(text) => mender.text(text, false),
            Token::Cdata(text) => mender.text(text, true),
            Token::Start { name, attributes, empty, written } => mender.start(name, attributes, empty, written),
            Token::End { name } => mender.end(name),
            Token::Skipped => {}
        }
        if mender.done {
            break;
        }
    }
    mender.finish(tokens.cut)
}

struct OpenElement {
    name: String,
    place: Place,
    bases: usize,
    declarations: usize,
}

/// An element whose text is being collected.
#[derive(Default)]
struct Leaf {
    vocabulary: Option<Vocabulary>,
    local: String,
    attributes: Vec<(String, String)>,
    /// The text with references decoded.
    text: String,
    /// The same as markup, where elements stood in it.
    markup: String,
    has_elements: bool,
}

struct Mender {
    root: Option<Format>,
    open: Vec<OpenElement>,
    bases: Vec<Url>,
    base_is_declared: bool,
    declarations: Vec<(String, Vocabulary)>,
    leaf: Option<Leaf>,
    out: String,
    article: String,
    article_elements: usize,
    in_article: bool,
    seen_in_feed: HashSet<&'static str>,
    seen_in_article: HashSet<&'static str>,
    note: ArticleNotes,
    guid_address: String,
    /// The page of the person that is open, and whether a name or address was seen.
    person_page: String,
    person_is_named: bool,
    notes: Vec<ArticleNotes>,
    language: Option<String>,
    skipped: usize,
    cadence: Cadence,
    /// `sy:updatePeriod` and `sy:updateFrequency`.
    update_period: Option<String>,
    update_frequency: Option<String>,
    moved_to: String,
    repairs: Vec<&'static str>,
    done: bool,
}

impl Mender {
    fn new(base: Option<Url>) -> Mender {
        Mender {
            root: None,
            open: Vec::new(),
            bases: base.into_iter().collect(),
            base_is_declared: false,
            declarations: Vec::new(),
            leaf: None,
            out: String::new(),
            article: String::new(),
            article_elements: 0,
            in_article: false,
            seen_in_feed: HashSet::new(),
            seen_in_article: HashSet::new(),
            note: ArticleNotes::default(),
            guid_address: String::new(),
            person_page: String::new(),
            person_is_named: false,
            notes: Vec::new(),
            language: None,
            skipped: 0,
            cadence: Cadence::default(),
            update_period: None,
            update_frequency: None,
            moved_to: String::new(),
            repairs: Vec::new(),
            done: false,
        }
    }

    fn repaired(&mut self, what: &'static str) {
        if !self.repairs.contains(&what) {
            self.repairs.push(what);
        }
    }

    fn is_atom(&self) -> bool {
        self.root == Some(Format::Atom)
    }

    fn place(&self) -> Option<Place> {
        self.open.iter().rev().map(|it| it.place).find(|it| *it != Place::Wrapper)
    }

    // ---- what comes in

    fn text(&mut self, raw: &str, cdata: bool) {
        if self.root.is_none() {
            if !raw.trim_matches(|it: char| it.is_whitespace() || it == '\u{feff}').is_empty() {
                self.repaired("There was text before the feed; it was passed over.");
            }
            return;
        }
        let Some(leaf) = &mut self.leaf else { return };
        if leaf.text.len().max(leaf.markup.len()) > ARTICLE_HTML_BYTES_MAX {
            return;
        }
        // No feed has a megabyte in one piece of text; what has is cut before it is copied.
        let raw = &raw[..raw.floor_char_boundary(ARTICLE_HTML_BYTES_MAX.min(raw.len()))];
        if cdata {
            leaf.text.push_str(raw);
            leaf.markup.push_str(raw);
        } else {
            let decoded = entities::decode(raw);
            leaf.text.push_str(&decoded);
            escape_into(&mut leaf.markup, &decoded);
            if has_bare_ampersand(raw) {
                self.repaired("An & stood unescaped; it was read as itself.");
            }
        }
    }

    fn start(&mut self, name: &str, written_attributes: &str, empty: bool, written: &str) {
        if self.leaf.is_some() && !self.starts_an_article(name) {
            return self.start_of_markup(name, empty, written);
        }
        if self.open.len() >= DEPTH_MAX {
            return self.repaired("Elements were nested too deep; the innermost were passed over.");
        }
        let all = attributes(written_attributes);
        let (bases, declarations) = (self.bases.len(), self.declarations.len());
        self.declare(&all);
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let vocabulary = self.vocabulary(prefix);
        let local = local.to_ascii_lowercase();
        let local = local.as_str();
        if self.root.is_none() {
            return self.start_of_root(name, vocabulary, local, &all, bases, declarations);
        }
        if self.starts_an_article(name) {
            self.close_what_was_left_open();
        }
        let place = self.place_of(vocabulary, local);
        self.open.push(OpenElement { name: name.to_owned(), place, bases, declarations });
        self.opened(place, vocabulary, local, &all);
        if empty {
            self.close_to(self.open.len() - 1);
        }
    }

    fn start_of_markup(&mut self, name: &str, empty: bool, written: &str) {
        let deep = self.open.len() >= DEPTH_MAX;
        let Some(leaf) = &mut self.leaf else { return };
        leaf.has_elements = true;
        if leaf.markup.len() < ARTICLE_HTML_BYTES_MAX && !deep {
            push_tag(&mut leaf.markup, name, written);
        }
        if !empty && !is_void(name) && !deep {
            let (bases, declarations) = (self.bases.len(), self.declarations.len());
            self.open.push(OpenElement { name: name.to_owned(), place: Place::Markup, bases, declarations });
        }
        if deep {
            self.repaired("Elements were nested too deep; the innermost were passed over.");
        }
    }

    fn end(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|it| it.name.eq_ignore_ascii_case(name)) else {
            if self.root.is_some() {
                self.repaired("An end tag had no beginning; it was passed over.");
            }
            return;
        };
        // Markup inside a text cannot end what stands around the text unless that is one of the feed's own elements.
        if self.open.len() - at > 1 {
            self.repaired("Elements did not end where they should; they were ended in order.");
        }
        self.close_to(at);
        if self.open.is_empty() {
            self.done = true;
        }
    }

    fn finish(mut self, cut: bool) -> Option<Mended> {
        self.cadence.updates(self.update_period.as_deref(), self.update_frequency.as_deref());
        let format = self.root?;
        let incomplete = !self.done || cut;
        // The article in which the document ends is not whole and was never written; it comes with the next fetch.
        let (head, tail) = match format {
            Format::Atom => (format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"{DECLARATIONS}>"), "</feed>"),
            Format::Rss0 | Format::Rss1 | Format::Rss2 | Format::JsonFeed => {
                (format!("<rss version=\"2.0\"{DECLARATIONS}><channel>"), "</channel></rss>")
            }
        };
        Some(Mended {
            xml: format!("{head}{}{tail}", self.out),
            format,
            incomplete,
            notes: self.notes,
            language: self.language,
            skipped: self.skipped,
            cadence: self.cadence,
            moved_to: self.moved_to,
            repairs: self.repairs,
        })
    }

    fn start_of_root(
        &mut self,
        name: &str,
        vocabulary: Vocabulary,
        local: &str,
        all: &[(&str, &str)],
        bases: usize,
        declarations: usize,
    ) {
        let version = all.iter().find(|it| it.0 == "version").map_or("", |it| it.1.trim());
        let atom = matches!(vocabulary, Vocabulary::Atom | Vocabulary::Atom03);
        let (format, place) = match local {
            "rss" => {
                if !matches!(version, "2.0" | "0.91" | "0.92") {
                    self.repaired("Its version of RSS is missing or odd; read as 2.0.");
                }
                (if version.starts_with('0') { Format::Rss0 } else { Format::Rss2 }, Place::Feed)
            }
            "rdf" => (Format::Rss1, Place::Feed),
            "channel" => (Format::Rss2, Place::Feed),
            "feed" => (Format::Atom, Place::Feed),
            "entry" if atom || vocabulary == Vocabulary::Rss => (Format::Atom, Place::Article),
            _ => {
                self.bases.truncate(bases);
                self.declarations.truncate(declarations);
                self.repaired("There was text before the feed; it was passed over.");
                return;
            }
        };
        self.root = Some(format);
        self.language = all.iter().find(|it| it.0 == "xml:lang").map(|it| it.1.to_owned());
        self.open.push(OpenElement { name: name.to_owned(), place, bases, declarations });
        if place == Place::Article {
            self.opened(place, vocabulary, local, all);
        }
    }

    /// An article that begins inside another, or inside a text: those were never ended.
    fn close_what_was_left_open(&mut self) {
        let Some(feed) = self.open.iter().rposition(|it| it.place == Place::Feed) else { return };
        let left_open =
            |it: &OpenElement| matches!(it.place, Place::Article | Place::Leaf | Place::Markup | Place::Image);
        if self.open[feed + 1..].iter().any(left_open) {
            self.repaired("Elements did not end where they should; they were ended in order.");
            self.close_to(feed + 1);
        }
    }

    fn opened(&mut self, place: Place, vocabulary: Vocabulary, local: &str, all: &[(&str, &str)]) {
        match place {
            Place::Article => {
                self.in_article = true;
                self.article.clear();
                self.article_elements = 0;
                self.seen_in_article.clear();
                self.guid_address.clear();
                self.note = ArticleNotes {
                    base: self.base_is_declared.then(|| self.bases.last().cloned()).flatten(),
                    language: all.iter().find(|it| it.0 == "xml:lang").map(|it| it.1.to_owned()),
                    rights: String::new(),
                };
                if let Some(about) = all.iter().find(|it| it.0 == "rdf:about") {
                    self.guid_address = entities::decode(about.1).into_owned();
                }
            }
            Place::Leaf => {
                self.leaf = Some(Leaf {
                    vocabulary: Some(vocabulary),
                    local: local.to_owned(),
                    attributes: decoded(all),
                    ..Leaf::default()
                });
                let speaks = self.in_article && self.note.language.is_none() && matches!(local, "content" | "summary");
                if let Some(language) = all.iter().find(|it| it.0 == "xml:lang").filter(|_| speaks) {
                    self.note.language = Some(language.1.to_owned());
                }
                if self.in_article && self.base_is_declared && matches!(local, "content" | "description" | "encoded") {
                    self.note.base = self.bases.last().cloned();
                }
            }
            Place::Image => self.out_buffer().push_str("<image>"),
            Place::Person => self.person_opened(local),
            Place::Media => {
                let known = ["url", "type", "fileSize", "width", "height", "medium", "duration", "isDefault"];
                let kept: Vec<(String, String)> = decoded(all)
                    .into_iter()
                    .filter(|it| known.contains(&it.0.as_str()))
                    .map(|(name, value)| if name == "url" { (name, self.absolute(&value)) } else { (name, value) })
                    .collect();
                let tag = if local == "group" { "media:group" } else { "media:content" };
                let buffer = self.out_buffer();
                push_start(buffer, tag, &kept);
            }
            Place::Feed | Place::Markup | Place::Wrapper | Place::Ignored => {
                if place == Place::Ignored && self.starts_an_article(local) && self.notes.len() >= ARTICLES_MAX {
                    self.skipped += 1;
                }
            }
        }
    }

    fn person_opened(&mut self, local: &str) {
        let tag = match (self.is_atom(), local) {
            (true, "contributor") => "<contributor>",
            (true, _) => "<author>",
            (false, _) => "",
        };
        self.person_page.clear();
        self.person_is_named = false;
        self.out_buffer().push_str(tag);
        if tag == "<author>" {
            self.mark("author");
        }
    }

    // ---- what is closed

    /// Ends all open elements down to the one at `at`, that one included.
    fn close_to(&mut self, at: usize) {
        while self.open.len() > at {
            let Some(element) = self.open.pop() else { return };
            match element.place {
                Place::Leaf => {
                    if let Some(leaf) = self.leaf.take() {
                        self.leaf_closed(&leaf);
                    }
                }
                Place::Markup => {
                    if let Some(leaf) = self.leaf.as_mut().filter(|it| it.markup.len() < ARTICLE_HTML_BYTES_MAX) {
                        let local = element.name.rsplit(':').next().unwrap_or_default();
                        leaf.markup.push_str("</");
                        leaf.markup.push_str(local);
                        leaf.markup.push('>');
                    }
                }
                Place::Article => self.article_closed(),
                Place::Image => self.out_buffer().push_str("</image>"),
                Place::Person if self.is_atom() => {
                    let page = std::mem::take(&mut self.person_page);
                    if !self.person_is_named && !page.is_empty() {
                        // The parser keeps nobody without a name.
                        self.put_again("name", &[], &page);
                    }
                    let contributor = element.name.ends_with("contributor");
                    self.out_buffer().push_str(if contributor { "</contributor>" } else { "</author>" });
                }
                Place::Media => {
                    let group = element.name.ends_with("group");
                    self.out_buffer().push_str(if group { "</media:group>" } else { "</media:content>" });
                }
                Place::Person | Place::Feed | Place::Wrapper | Place::Ignored => {}
            }
            self.bases.truncate(element.bases);
            self.declarations.truncate(element.declarations);
        }
    }

    fn article_closed(&mut self) {
        if !self.in_article {
            return;
        }
        let guid = std::mem::take(&mut self.guid_address);
        if !guid.is_empty() {
            let is_address = Url::parse(&guid).is_ok_and(|it| matches!(it.scheme(), "http" | "https"));
            if is_address && !self.seen_in_article.contains("link") {
                self.put("link", &[], &guid);
            }
            if !self.seen_in_article.contains("guid") {
                self.put("guid", &[], &guid);
            }
        }
        self.in_article = false;
        let tag = if self.is_atom() { "entry" } else { "item" };
        let article = std::mem::take(&mut self.article);
        self.out.push_str(&format!("<{tag}>{article}</{tag}>"));
        self.notes.push(std::mem::take(&mut self.note));
    }

    /// Takes in what a feed says of when to fetch it, and from where. Gives whether it was that.
    fn cadence_leaf(&mut self, leaf: &Leaf) -> bool {
        use Vocabulary::{Itunes, Rss, Syndication};
        match (leaf.vocabulary.unwrap_or(Vocabulary::Other), leaf.local.as_str()) {
            (Rss, "ttl") => self.cadence.ttl(&leaf.text),
            (Rss, "hour") => self.cadence.skip_hour(&leaf.text),
            (Rss, "day") => self.cadence.skip_day(&leaf.text),
            (Syndication, "updateperiod") => self.update_period = Some(leaf.text.clone()),
            (Syndication, "updatefrequency") => self.update_frequency = Some(leaf.text.clone()),
            (Itunes, "new-feed-url") => self.moved_to = leaf.text.trim().to_owned(),
            _ => return false,
        }
        true
    }

    fn leaf_closed(&mut self, leaf: &Leaf) {
        match self.place() {
            Some(Place::Feed) if self.cadence_leaf(leaf) => {}
            Some(Place::Feed) if self.is_atom() => self.atom_leaf(leaf),
            Some(Place::Article) if self.is_atom() => self.atom_leaf(leaf),
            Some(Place::Feed) => self.rss_feed_leaf(leaf),
            Some(Place::Article) => self.rss_article_leaf(leaf),
            Some(Place::Image) => {
                let value = leaf.value();
                let value = if leaf.local == "title" { value } else { self.absolute(value.trim()) };
                let local = leaf.local.clone();
                self.put_again(&local, &[], &value);
            }
            Some(Place::Person) => self.person_leaf(leaf),
            Some(Place::Media) => self.media_leaf(leaf),
            Some(Place::Leaf | Place::Markup | Place::Wrapper | Place::Ignored) | None => {}
        }
    }
}

impl Leaf {
    /// The text; where there is none, the attribute.
    fn text_or(&self, name: &str) -> &str {
        if self.text.trim().is_empty() { self.attribute(name).unwrap_or_default() } else { self.text.trim() }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }

    /// The text; as markup where elements stood in it unescaped.
    fn value(&self) -> String {
        if self.has_elements { self.markup.clone() } else { self.text.clone() }
    }
}

fn decoded(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter()
        .filter(|it| !it.0.starts_with("xmlns"))
        .map(|(name, value)| ((*name).to_owned(), entities::decode(value).into_owned()))
        .collect()
}

fn has_bare_ampersand(raw: &str) -> bool {
    raw.match_indices('&').any(|(at, _)| entities::reference(&raw[at..]).is_none())
}

fn is_void(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

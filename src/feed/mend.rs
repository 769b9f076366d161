//! A feed as it came → the same feed as a strict parser wants it: well-formed, one spelling per element, text as
//! text, dates as RFC 3339, addresses absolute.
//!
//! It only ever rewrites; what an article *is* is decided by the parser behind it. Nothing is expanded, and every
//! step is linear in the document. One bad article never costs another.

use std::collections::HashSet;

use url::Url;

use super::names::{DECLARATIONS, Vocabulary, of_address, of_undeclared_prefix};
use super::xml_tokens::{Token, Tokens, attributes};
use super::{ARTICLE_HTML_BYTES_MAX, ARTICLES_MAX, Format, date, entities};

/// Elements nested deeper than this are passed over; what stands in them is kept as text.
const DEPTH_MAX: usize = 256;
/// Namespaces declared at one time.
const DECLARATIONS_MAX: usize = 256;
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
    while let Some(token) = tokens.next() {
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

/// What an open element is to the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Feed,
    Article,
    /// A picture of the feed: `url`, `title`, `link`.
    Image,
    /// An author with a name, an address and a page of its own.
    Person,
    /// `media:group` and `media:content`.
    Media,
    /// Its text is collected.
    Leaf,
    /// Within a leaf: markup that was not escaped.
    Markup,
    /// `rdf:Seq`, `items`, unknown wrappers: passed over with all that stands in them.
    Ignored,
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
    has_cdata: bool,
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
    notes: Vec<ArticleNotes>,
    language: Option<String>,
    skipped: usize,
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
            notes: Vec::new(),
            language: None,
            skipped: 0,
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
        self.open.last().map(|it| it.place)
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
            leaf.has_cdata = true;
            leaf.text.push_str(raw);
            leaf.markup.push_str(raw);
        } else {
            let decoded = entities::decode(raw);
            leaf.text.push_str(&decoded);
            escape_into(&mut leaf.markup, &decoded);
            if decoded.contains('&') && has_bare_ampersand(raw) {
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
        if self.root.is_none() {
            return self.start_of_root(name, vocabulary, local, &all, bases, declarations);
        }
        if self.starts_an_article(name) {
            self.close_article_left_open();
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
        let format = self.root?;
        let incomplete = !self.done || cut;
        if incomplete {
            // The article in which the document ends is not whole; it comes again with the next fetch.
            self.leaf = None;
            self.in_article = false;
            let root_is_entry = self.open.first().is_some_and(|it| it.place == Place::Article);
            if root_is_entry {
                self.in_article = true;
                self.close_to(0);
            }
        }
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
            repairs: self.repairs,
        })
    }

    // ---- where it stands

    fn declare(&mut self, all: &[(&str, &str)]) {
        for (name, value) in all {
            if let Some(prefix) = name.strip_prefix("xmlns:").or((*name == "xmlns").then_some("")) {
                if self.declarations.len() < DECLARATIONS_MAX {
                    self.declarations.push((prefix.to_owned(), of_address(&entities::decode(value))));
                }
            } else if *name == "xml:base" {
                let value = entities::decode(value);
                let base = match self.bases.last() {
                    Some(base) => base.join(value.trim()),
                    None => Url::parse(value.trim()),
                };
                if let Some(base) = base.ok().filter(|it| matches!(it.scheme(), "http" | "https")) {
                    self.bases.push(base);
                    self.base_is_declared = true;
                }
            }
        }
    }

    fn vocabulary(&self, prefix: &str) -> Vocabulary {
        match self.declarations.iter().rev().find(|it| it.0 == prefix) {
            // The default namespace of an RSS document may be anything; its plain elements are RSS all the same.
            Some((_, Vocabulary::Other)) if prefix.is_empty() => self.plain_vocabulary(),
            Some((_, vocabulary)) => *vocabulary,
            None if prefix.is_empty() => self.plain_vocabulary(),
            None => of_undeclared_prefix(prefix),
        }
    }

    fn plain_vocabulary(&self) -> Vocabulary {
        if self.is_atom() { Vocabulary::Atom } else { Vocabulary::Rss }
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
            "rss" | "RSS" => {
                if !matches!(version, "2.0" | "0.91" | "0.92") {
                    self.repaired("Its version of RSS is missing or odd; read as 2.0.");
                }
                (if version.starts_with('0') { Format::Rss0 } else { Format::Rss2 }, Place::Feed)
            }
            "RDF" => (Format::Rss1, Place::Feed),
            "Channel" if vocabulary == Vocabulary::Rss => (Format::Rss1, Place::Feed),
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

    fn starts_an_article(&self, name: &str) -> bool {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let known = |vocabulary: Vocabulary| !matches!(vocabulary, Vocabulary::Other | Vocabulary::Xhtml);
        match self.root {
            Some(Format::Atom) => local == "entry" && known(self.vocabulary(prefix)),
            Some(Format::Rss0 | Format::Rss1 | Format::Rss2 | Format::JsonFeed) => {
                local == "item" && known(self.vocabulary(prefix))
            }
            None => false,
        }
    }

    /// An article that begins inside another: the first was never ended.
    fn close_article_left_open(&mut self) {
        if let Some(at) = self.open.iter().position(|it| it.place == Place::Article) {
            self.repaired("Elements did not end where they should; they were ended in order.");
            self.close_to(at);
        }
    }

    fn place_of(&self, vocabulary: Vocabulary, local: &str) -> Place {
        use Vocabulary::{Atom, Atom03, Itunes, Media, Rdf, Rss, Xhtml};
        match (self.place(), vocabulary, local) {
            (None | Some(Place::Ignored), _, _) => Place::Ignored,
            (Some(Place::Feed), Rss | Rdf, "channel" | "Channel") => Place::Feed,
            (Some(Place::Feed), Rss | Rdf | Atom | Atom03, "item" | "entry") => {
                if self.notes.len() < ARTICLES_MAX {
                    Place::Article
                } else {
                    Place::Ignored
                }
            }
            (Some(Place::Feed), Rss, "image") => Place::Image,
            (Some(Place::Feed), Rss, "items" | "textinput" | "textInput" | "skipHours" | "skipDays" | "cloud") => {
                Place::Ignored
            }
            (Some(Place::Feed | Place::Article), Atom | Atom03, "author" | "contributor") => Place::Person,
            (Some(Place::Feed), Itunes, "owner") => Place::Person,
            (Some(Place::Feed | Place::Article), Atom | Atom03, "source") => Place::Ignored,
            (Some(Place::Article | Place::Media), Media, "group" | "content") => Place::Media,
            (Some(Place::Image), Rss, "url" | "title" | "link") => Place::Leaf,
            (Some(Place::Image), _, _) => Place::Ignored,
            (Some(Place::Person), _, _) => Place::Leaf,
            (Some(Place::Media), Media, _) => Place::Leaf,
            (Some(Place::Media), _, _) => Place::Ignored,
            (Some(Place::Feed | Place::Article), Vocabulary::Other | Rdf, _) => Place::Ignored,
            (Some(Place::Article), Xhtml, "body" | "div") => Place::Leaf,
            (Some(Place::Feed | Place::Article), Xhtml, _) => Place::Ignored,
            (Some(Place::Feed | Place::Article), _, _) => Place::Leaf,
            // Inside a leaf nothing is placed; it is markup.
            (Some(Place::Leaf | Place::Markup), _, _) => Place::Ignored,
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
                if let Some(language) = all.iter().find(|it| it.0 == "xml:lang") {
                    if self.in_article && self.note.language.is_none() && matches!(local, "content" | "summary") {
                        self.note.language = Some(language.1.to_owned());
                    }
                }
                if self.in_article && self.base_is_declared && matches!(local, "content" | "description" | "encoded") {
                    self.note.base = self.bases.last().cloned();
                }
            }
            Place::Image => self.out_buffer().push_str("<image>"),
            Place::Person => self.person_opened(vocabulary, local),
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
            Place::Feed | Place::Markup | Place::Ignored => {
                if place == Place::Ignored && self.starts_an_article(local) && self.notes.len() >= ARTICLES_MAX {
                    self.skipped += 1;
                }
            }
        }
    }

    fn person_opened(&mut self, _vocabulary: Vocabulary, local: &str) {
        let tag = match (self.is_atom(), local) {
            (true, "contributor") => "<contributor>",
            (true, _) => "<author>",
            (false, _) => "",
        };
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
                        self.leaf_closed(leaf);
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
                    let contributor = element.name.ends_with("contributor");
                    self.out_buffer().push_str(if contributor { "</contributor>" } else { "</author>" });
                }
                Place::Media => {
                    let group = element.name.ends_with("group");
                    self.out_buffer().push_str(if group { "</media:group>" } else { "</media:content>" });
                }
                Place::Person | Place::Feed | Place::Ignored => {}
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

    fn leaf_closed(&mut self, leaf: Leaf) {
        match self.place() {
            Some(Place::Feed) if self.is_atom() => self.atom_leaf(leaf),
            Some(Place::Article) if self.is_atom() => self.atom_leaf(leaf),
            Some(Place::Feed) => self.rss_feed_leaf(&leaf),
            Some(Place::Article) => self.rss_article_leaf(leaf),
            Some(Place::Image) => {
                let value = leaf.value();
                let value = if leaf.local == "title" { value } else { self.absolute(value.trim()) };
                let local = leaf.local.clone();
                self.put_again(&local, &[], &value);
            }
            Some(Place::Person) => self.person_leaf(&leaf),
            Some(Place::Media) => self.media_leaf(&leaf),
            Some(Place::Leaf | Place::Markup | Place::Ignored) | None => {}
        }
    }

    fn person_leaf(&mut self, leaf: &Leaf) {
        let value = leaf.value();
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let name = match leaf.local.as_str() {
            "url" | "homepage" | "uri" => "uri",
            "name" => "name",
            "email" => "email",
            _ => return,
        };
        if self.is_atom() {
            self.put_again(name, &[], value);
        } else if name != "uri" {
            // RSS has one line for a person.
            let tag = if self.in_article { "author" } else { "managingEditor" };
            self.put_again(tag, &[], &without_at_sign(value));
        }
    }

    fn media_leaf(&mut self, leaf: &Leaf) {
        let value = leaf.value();
        match leaf.local.as_str() {
            "title" | "description" if !value.trim().is_empty() => {
                let kind = if leaf.attribute("type") == Some("html") { "html" } else { "plain" };
                let tag = if leaf.local == "title" { "media:title" } else { "media:description" };
                self.put_again(tag, &[("type", kind)], &value);
            }
            "thumbnail" | "player" => {
                if let Some(url) = leaf.attribute("url") {
                    let url = self.absolute(url);
                    let tag = if leaf.local == "player" { "media:player" } else { "media:thumbnail" };
                    self.put_again(tag, &[("url", &url)], "");
                }
            }
            _ => {}
        }
    }

    // ---- RSS

    fn rss_feed_leaf(&mut self, leaf: &Leaf) {
        use Vocabulary::{Atom, Atom03, Content, Dc, DcTerms, Itunes, Rss};
        let value = leaf.value();
        let trimmed = value.trim();
        match (leaf.vocabulary.unwrap_or(Vocabulary::Other), leaf.local.as_str()) {
            (Rss, "title") => self.put_in_feed("title", &[], &value),
            (Dc, "title") => self.fallback("title", &[], &value),
            (Rss, "link") => {
                // `<link href>` in RSS is Atom's without its namespace.
                let target = if trimmed.is_empty() { leaf.attribute("href").unwrap_or_default() } else { trimmed };
                if !target.is_empty() {
                    let target = self.absolute(target);
                    self.put_again("link", &[], &target);
                }
            }
            (Atom | Atom03, "link") => self.atom_link(leaf, "atom:link"),
            (Rss, "description" | "tagline" | "subtitle") => self.put_in_feed("description", &[], &value),
            (Dc, "description") | (Itunes, "summary" | "subtitle") | (Atom | Atom03, "subtitle" | "tagline") => {
                self.fallback("description", &[], &value);
            }
            (Content, "encoded") => self.fallback("description", &[], &value),
            (Rss | Dc, "language") => self.put_in_feed("language", &[], trimmed),
            (Rss, "copyright") | (Dc, "rights") | (Atom | Atom03, "rights" | "copyright") => {
                self.put_in_feed("copyright", &[], &value);
            }
            (Rss, "managingEditor" | "author") | (Dc, "creator" | "author") | (Itunes, "author") => {
                if !trimmed.is_empty() {
                    self.put_again("managingEditor", &[], &without_at_sign(trimmed));
                }
            }
            (Rss, "webMaster") | (Dc, "publisher") => {
                if !trimmed.is_empty() {
                    self.put_again("webMaster", &[], &without_at_sign(trimmed));
                }
            }
            (Rss, "pubDate") | (Dc, "date") | (DcTerms, "issued" | "created") | (Atom | Atom03, "published") => {
                self.put_date("pubDate", trimmed);
            }
            (Rss, "lastBuildDate" | "updated") | (DcTerms, "modified") | (Atom | Atom03, "updated" | "modified") => {
                self.put_date("lastBuildDate", trimmed);
            }
            (Rss, "category") | (Dc, "subject") => self.topic(trimmed),
            (Itunes, "category") => self.topic(leaf.attribute("text").unwrap_or_default()),
            (Itunes, "keywords") => self.keywords(trimmed),
            (Atom | Atom03, "category") => self.topic(leaf.attribute("term").unwrap_or(trimmed)),
            (Rss, "generator") => self.put_in_feed("generator", &[], trimmed),
            (Rss, "ttl") => self.put_in_feed("ttl", &[], trimmed),
            (Itunes, "image") => {
                let target = leaf.attribute("href").unwrap_or(trimmed);
                if !target.is_empty() {
                    let target = self.absolute(target);
                    self.put_in_feed("itunes:image", &[("href", &target)], "");
                }
            }
            (Rss | Atom | Atom03, "id") | (Rss, "guid") => {}
            _ => {}
        }
    }

    fn rss_article_leaf(&mut self, leaf: Leaf) {
        use Vocabulary::{Atom, Atom03, Comments, Content, Dc, DcTerms, Itunes, Media, Rss, Xhtml};
        let value = leaf.value();
        let trimmed = value.trim();
        match (leaf.vocabulary.unwrap_or(Vocabulary::Other), leaf.local.as_str()) {
            (Rss, "title") => self.put("title", &[], &value),
            (Dc | Atom | Atom03 | Itunes, "title") => self.fallback("title", &[], &value),
            (Rss, "link") => {
                let target = if trimmed.is_empty() { leaf.attribute("href").unwrap_or_default() } else { trimmed };
                if !target.is_empty() {
                    let target = self.absolute(target);
                    self.put_again("link", &[], &target);
                    self.mark("link");
                }
            }
            (Atom | Atom03, "link") => {
                if let Some(target) = leaf.attribute("href").map(|it| self.absolute(it)) {
                    match leaf.attribute("rel").unwrap_or("alternate") {
                        "alternate" if !self.seen_in_article.contains("link") => {
                            self.put_again("link", &[], &target);
                            self.mark("link");
                        }
                        "enclosure" => self.enclosure(&leaf, &target),
                        _ => {}
                    }
                }
            }
            (Rss, "description") => self.put("description", &[], &value),
            (Dc | DcTerms, "description" | "abstract")
            | (Itunes, "summary" | "subtitle")
            | (Atom | Atom03, "summary")
            | (Rss, "summary" | "abstract") => self.fallback("description", &[], &value),
            (Content, "encoded")
            | (Rss, "fullitem" | "content")
            | (Xhtml, "body" | "div")
            | (Atom | Atom03, "content") => {
                if !trimmed.is_empty() {
                    self.put("content:encoded", &[], &value);
                }
            }
            (Rss, "author") | (Dc, "creator" | "author") | (Itunes, "author") => {
                if !trimmed.is_empty() && (leaf.vocabulary != Some(Itunes) || !self.seen_in_article.contains("author"))
                {
                    self.put_again("author", &[], &without_at_sign(trimmed));
                    self.mark("author");
                }
            }
            (Dc, "contributor" | "publisher") => {
                if !trimmed.is_empty() && !self.seen_in_article.contains("author") {
                    self.put_again("author", &[], &without_at_sign(trimmed));
                    self.mark("author");
                }
            }
            (Rss, "category") | (Dc, "subject") => self.topic(trimmed),
            (Media, "keywords") | (Itunes, "keywords") => self.keywords(trimmed),
            (Atom | Atom03, "category") => self.topic(leaf.attribute("term").unwrap_or(trimmed)),
            (Media, "category") => self.topic(trimmed),
            (Rss, "guid") | (Atom | Atom03 | Rss, "id") => {
                if !trimmed.is_empty() {
                    let permanent = leaf.attribute("isPermaLink").or(leaf.attribute("ispermalink"));
                    if permanent.is_none_or(|it| it.trim().eq_ignore_ascii_case("true")) && leaf.local == "guid" {
                        self.guid_address = trimmed.to_owned();
                    }
                    self.put("guid", &[], trimmed);
                }
            }
            (Rss, "enclosure") => {
                if let Some(target) = leaf.attribute("url").map(|it| self.absolute(it)) {
                    self.enclosure(&leaf, &target);
                }
            }
            (Rss, "pubDate" | "date") | (Atom | Atom03, "published" | "issued") => self.put_date("pubDate", trimmed),
            (Dc, "date") | (DcTerms, "issued" | "created" | "available") | (Atom03, "created") => {
                if !self.seen_in_article.contains("pubDate") {
                    self.put_date("pubDate", trimmed);
                }
            }
            (Rss | Atom | Atom03, "updated" | "modified") | (DcTerms, "modified") => self.put_date("updated", trimmed),
            (Rss, "comments") => {
                if !trimmed.is_empty() {
                    let target = self.absolute(trimmed);
                    self.put("comments", &[], &target);
                }
            }
            (Comments, "commentRss" | "commentRSS") => {
                if !trimmed.is_empty() {
                    let target = self.absolute(trimmed);
                    self.put("wfw:commentRss", &[], &target);
                }
            }
            (Dc, "rights") | (Rss, "copyright" | "rights") | (Atom | Atom03, "rights" | "copyright") => {
                self.note.rights = value;
            }
            (Media, _) => self.media_leaf(&leaf),
            _ => {}
        }
    }

    fn enclosure(&mut self, leaf: &Leaf, target: &str) {
        let kind = leaf.attribute("type").unwrap_or_default().to_owned();
        let length = leaf.attribute("length").unwrap_or_default().trim().to_owned();
        self.put_again("enclosure", &[("url", target), ("type", &kind), ("length", &length)], "");
    }

    fn topic(&mut self, topic: &str) {
        if topic.is_empty() {
            return;
        }
        if self.is_atom() {
            self.put_again("category", &[("term", topic)], "");
        } else {
            self.put_again("category", &[], topic);
        }
    }

    fn keywords(&mut self, list: &str) {
        for keyword in list.split(',').map(str::trim) {
            self.topic(keyword);
        }
    }

    // ---- Atom

    fn atom_leaf(&mut self, leaf: Leaf) {
        use Vocabulary::{Atom, Atom03, Comments, Content, Dc, DcTerms, Itunes, Media, Rss};
        let value = leaf.value();
        let trimmed = value.trim();
        let in_article = self.in_article;
        match (leaf.vocabulary.unwrap_or(Vocabulary::Other), leaf.local.as_str()) {
            (Atom | Atom03 | Rss, "id" | "guid") => {
                if !trimmed.is_empty() {
                    self.put("id", &[], trimmed);
                }
            }
            (Atom | Atom03 | Rss, "title") => self.atom_text("title", &leaf, false),
            (Dc, "title") => self.atom_text("title", &leaf, true),
            (Atom | Atom03 | Rss, "subtitle" | "tagline") if !in_article => self.atom_text("subtitle", &leaf, false),
            (Atom | Atom03, "info") | (Dc, "description") if !in_article => self.atom_text("subtitle", &leaf, true),
            (Atom | Atom03 | Rss, "summary") => self.atom_text("summary", &leaf, false),
            (Rss | Dc, "description") => self.atom_text(if in_article { "summary" } else { "subtitle" }, &leaf, true),
            (Atom | Atom03 | Rss, "content") => match leaf.attribute("src") {
                Some(target) if trimmed.is_empty() => {
                    let target = self.absolute(target);
                    let kind = leaf.attribute("type").unwrap_or_default().to_owned();
                    self.put_again("link", &[("rel", "enclosure"), ("href", &target), ("type", &kind)], "");
                }
                Some(_) | None => self.atom_text("content", &leaf, false),
            },
            (Content, "encoded") => self.atom_text("content", &leaf, true),
            (Atom | Atom03, "rights" | "copyright") | (Dc, "rights") => self.atom_text("rights", &leaf, false),
            (Atom | Atom03 | Rss, "updated" | "modified") | (DcTerms, "modified") => self.put_date("updated", trimmed),
            (Atom | Atom03 | Rss, "published" | "issued" | "pubDate") => self.put_date("published", trimmed),
            (Atom03 | Atom, "created") | (DcTerms, "created" | "issued") | (Dc, "date") => {
                let target = if in_article { "published" } else { "updated" };
                if !self.seen().contains(target) {
                    self.put_date(target, trimmed);
                }
            }
            (Atom | Atom03, "link") => self.atom_link(&leaf, "link"),
            (Rss, "link") => {
                if trimmed.is_empty() {
                    self.atom_link(&leaf, "link");
                } else {
                    let target = self.absolute(trimmed);
                    self.put_again("link", &[("href", &target)], "");
                }
            }
            (Atom | Atom03 | Rss, "category") => {
                let term = leaf.attribute("term").filter(|it| !it.trim().is_empty());
                self.topic(term.or(leaf.attribute("label")).unwrap_or(trimmed));
            }
            (Dc, "subject") => self.topic(trimmed),
            (Media | Itunes, "keywords") => self.keywords(trimmed),
            (Dc, "creator") | (Itunes, "author") | (Rss, "author") => {
                if !trimmed.is_empty() {
                    let escaped = escaped(trimmed);
                    self.out_buffer().push_str(&format!("<author><name>{escaped}</name></author>"));
                }
            }
            (Atom | Atom03 | Rss, "generator") => {
                let uri = leaf.attribute("uri").or(leaf.attribute("url")).unwrap_or_default().to_owned();
                self.put("generator", &[("uri", &uri)], trimmed);
            }
            (Atom | Atom03 | Rss, "icon" | "logo") => {
                if !trimmed.is_empty() {
                    let target = self.absolute(trimmed);
                    let name = if leaf.local == "icon" { "icon" } else { "logo" };
                    self.put(name, &[], &target);
                }
            }
            (Comments, "commentRss" | "commentRSS") => {
                if !trimmed.is_empty() {
                    let target = self.absolute(trimmed);
                    self.put("wfw:commentRss", &[], &target);
                }
            }
            (Media, _) if in_article => self.media_leaf(&leaf),
            _ => {}
        }
    }

    fn atom_link(&mut self, leaf: &Leaf, tag: &'static str) {
        let Some(href) = leaf.attribute("href") else { return };
        let target = self.absolute(href);
        let mut kept: Vec<(&str, &str)> = vec![("href", &target)];
        for name in ["rel", "type", "title", "length"] {
            if let Some(value) = leaf.attribute(name) {
                kept.push((name, value));
            }
        }
        self.put_again(tag, &kept, "");
    }

    /// A text construct of Atom, with the types of 0.3 and the mistakes of both (RFC 4287, section 3.1).
    fn atom_text(&mut self, tag: &'static str, leaf: &Leaf, only_if_missing: bool) {
        if only_if_missing && self.seen().contains(tag) {
            return;
        }
        let kind = leaf.attribute("type").unwrap_or_default().trim().to_ascii_lowercase();
        let mode = leaf.attribute("mode").unwrap_or_default();
        let inline = kind.contains("xhtml") || leaf.has_elements;
        let base_64 = mode == "base64" || (tag == "content" && is_binary(&kind) && !leaf.has_elements);
        if base_64 {
            let text = super::base64::decode(leaf.text.trim()).and_then(|it| String::from_utf8(it).ok());
            let Some(text) = text.or_else(|| (!leaf.text.trim().is_empty()).then(|| leaf.text.clone())) else { return };
            let html = kind.contains("html") || kind == "application/octet-stream" || text.contains("</");
            self.put(tag, &[("type", if html { "html" } else { "text" })], &text);
            return;
        }
        let value = leaf.value();
        let html = inline
            || kind.contains("html")
            || leaf.vocabulary == Some(Vocabulary::Content)
            || (mode == "escaped" && !kind.contains("plain") && value.contains('<'));
        let value = if kind.contains("xhtml") && !leaf.has_elements { leaf.markup.clone() } else { value };
        if !value.trim().is_empty() || tag == "title" {
            self.put(tag, &[("type", if html { "html" } else { "text" })], without_outer_div(value.trim()));
        }
    }

    // ---- what goes out

    fn out_buffer(&mut self) -> &mut String {
        if self.in_article { &mut self.article } else { &mut self.out }
    }

    fn seen(&self) -> &HashSet<&'static str> {
        if self.in_article { &self.seen_in_article } else { &self.seen_in_feed }
    }

    fn mark(&mut self, name: &'static str) {
        if self.in_article {
            self.seen_in_article.insert(name)
        } else {
            self.seen_in_feed.insert(name)
        };
    }

    /// Writes an element that an article or a feed has once; a second one is passed over.
    fn put(&mut self, tag: &'static str, attributes: &[(&str, &str)], value: &str) {
        if !self.seen().contains(tag) {
            self.mark(tag);
            self.put_again(tag, attributes, value);
        }
    }

    fn put_in_feed(&mut self, tag: &'static str, attributes: &[(&str, &str)], value: &str) {
        self.put(tag, attributes, value);
    }

    /// Writes what may stand in for an element, as long as that has not been seen. If it comes later, it wins:
    /// the parser takes the last.
    fn fallback(&mut self, tag: &'static str, attributes: &[(&str, &str)], value: &str) {
        if !self.seen().contains(tag) && !value.trim().is_empty() {
            self.put_again(tag, attributes, value);
        }
    }

    fn put_date(&mut self, tag: &'static str, text: &str) {
        match date::read(text) {
            Some(moment) => self.put(tag, &[], &moment.rfc3339()),
            None if text.is_empty() => {}
            None => self.repaired("A date could not be read; the article counts as undated."),
        }
    }

    fn put_again(&mut self, tag: &str, attributes: &[(&str, &str)], value: &str) {
        if self.in_article {
            self.article_elements += 1;
            if self.article_elements > ELEMENTS_OF_ARTICLE_MAX {
                return self.repaired("An article had thousands of elements; the rest were passed over.");
            }
        }
        let owned: Vec<(String, String)> =
            attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let buffer = self.out_buffer();
        push_start(buffer, tag, &owned);
        escape_into(buffer, value);
        buffer.push_str("</");
        buffer.push_str(tag);
        buffer.push('>');
    }

    /// Resolves an address against `xml:base` and the document's own (RFC 3986, section 5). What is none stays.
    fn absolute(&self, text: &str) -> String {
        let text = text.trim();
        let resolved = match self.bases.last() {
            Some(base) => base.join(text),
            None => Url::parse(text),
        };
        match resolved {
            Ok(url) if Url::parse(text).is_err() => url.into(),
            Ok(_) | Err(_) => text.to_owned(),
        }
    }
}

impl Leaf {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }

    /// The text; as markup where elements stood in it unescaped.
    fn value(&self) -> String {
        if self.has_elements { self.markup.clone() } else { self.text.clone() }
    }
}

/// feed-rs splits a person's name and address at byte offsets and panics where a letter is longer than a byte.
/// It never sees an `@`; whoever reads its answer puts the signs back.
pub const AT_SIGN_STAND_IN: char = '\u{e000}';

fn without_at_sign(person: &str) -> String {
    person.replace(AT_SIGN_STAND_IN, "").replace('@', &AT_SIGN_STAND_IN.to_string())
}

fn is_binary(kind: &str) -> bool {
    !(kind.is_empty() || kind.starts_with("text") || kind.contains("html") || kind.ends_with("xml"))
        || kind == "application/octet-stream"
}

/// XHTML content stands in one `div` that is not part of it (RFC 4287, section 3.1.1.3).
fn without_outer_div(html: &str) -> &str {
    let Some(rest) = html.strip_prefix("<div") else { return html };
    let Some((_, inside)) = rest.split_once('>') else { return html };
    match inside.strip_suffix("</div>") {
        Some(inside) if !inside.contains("<div") => inside,
        Some(_) | None => html,
    }
}

fn decoded(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter()
        .filter(|it| !it.0.starts_with("xmlns"))
        .map(|(name, value)| ((*name).to_owned(), entities::decode(value).into_owned()))
        .collect()
}

fn push_start(out: &mut String, tag: &str, attributes: &[(String, String)]) {
    out.push('<');
    out.push_str(tag);
    for (name, value) in attributes.iter().filter(|it| !it.1.is_empty()) {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape_into(out, value);
        out.push('"');
    }
    out.push('>');
}

/// Markup inside a text, with its prefix taken off: `<xhtml:p>` is a paragraph.
fn push_tag(out: &mut String, name: &str, written: &str) {
    match name.rsplit_once(':') {
        Some((prefix, _)) => {
            out.push('<');
            out.push_str(&written[1 + prefix.len() + 1..]);
        }
        None => out.push_str(written),
    }
    if !written.ends_with('>') {
        out.push('>');
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text);
    out
}

/// Escapes what XML gives a meaning, and leaves out what XML 1.0, section 2.2, forbids.
fn escape_into(out: &mut String, text: &str) {
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(it),
            // A carriage return would be read as a line's end in any case.
            '\r' => out.push('\n'),
            _ if it.is_control() || matches!(it, '\u{fffe}' | '\u{ffff}') => {}
            _ => out.push(it),
        }
    }
}

fn has_bare_ampersand(raw: &str) -> bool {
    raw.split('&').skip(1).any(|after| {
        let end = after.bytes().take(12).position(|it| it == b';');
        end.is_none_or(|end| entities::decode(&format!("&{};", &after[..end])).contains('&') && &after[..end] != "amp")
    })
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

//! The store by its own door: open, change, ask. Time is always given; nothing sleeps.

use std::path::Path;
use std::sync::Arc;

use crate::feed::{Format, Keys, ParsedArticle, ParsedFeed};
use crate::news::{
    Article, ArticleId, ArticleRow, Because, CleanText, CleanUrl, FeedId, FolderPath, Html, Limit, Metadata, TagName,
    Timestamp,
};
use crate::page::Page;
use crate::query::Query;
use crate::words;

use super::*;

mod arrivals;
mod bench;
mod editing;
mod files;
mod finding;
mod growth;
mod house;
mod long_reader;
mod matching;
mod mishaps;
mod model;
mod people;
mod plans;
mod purge;
mod putting_away;
mod queries_at_size;
mod saved;
mod smaller;
mod storing_growth;
mod two_programs;
mod within;

const NOON: &str = "2026-11-24T12:00:00Z";

fn present() -> crate::news::Now {
    crate::news::Now { utc: noon(), zone: crate::news::Zone::utc() }
}

fn moment(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn noon() -> Timestamp {
    moment(NOON)
}

fn clean(text: &str) -> CleanText {
    CleanText::line(text, Limit::TITLE)
}

fn tag(name: &str) -> TagName {
    TagName::parse(name).unwrap()
}

fn url(text: &str) -> CleanUrl {
    CleanUrl::parse(text).unwrap()
}

fn opened(folder: &Path) -> Library {
    Library::open(folder, Arc::new(noon)).unwrap()
}

/// A library in a folder that goes away with it.
struct Shelf {
    library: Library,
    folder: tempfile::TempDir,
}

fn shelf() -> Shelf {
    let folder = tempfile::tempdir().unwrap();
    Shelf { library: opened(folder.path()), folder }
}

impl Shelf {
    fn reopen(self) -> Shelf {
        let Shelf { library, folder } = self;
        drop(library);
        Shelf { library: opened(folder.path()), folder }
    }

    fn done(&self, change: Change) -> Done {
        self.library.change(change).unwrap().done
    }

    fn feed(&self, address: &str) -> FeedId {
        self.feed_with(address, "", &[])
    }

    fn feed_with(&self, address: &str, folder: &str, tags: &[&str]) -> FeedId {
        let feed = NewFeed {
            url: url(address),
            title: CleanText::default(),
            folder: FolderPath::parse(folder),
            tags: tags.iter().map(|it| tag(it)).collect(),
        };
        match self.done(Change::Subscribe { feeds: vec![feed], origin: Origin::Reader }) {
            Done::Subscribed { added, .. } if added.len() == 1 => added[0],
            other => panic!("{other:?}"),
        }
    }

    fn arrive(&self, feed: FeedId, articles: Vec<ParsedArticle>) -> (usize, usize) {
        match self.done(Change::Arrive(Box::new(self.arrival(feed, articles)))) {
            Done::Arrived { new, changed } => (new, changed),
            other => panic!("{other:?}"),
        }
    }

    fn arrival(&self, feed: FeedId, articles: Vec<ParsedArticle>) -> Arrival {
        let body_hash = *blake3::hash(format!("{articles:?}").as_bytes()).as_bytes();
        Arrival {
            feed,
            url: self
                .tree()
                .feeds
                .into_iter()
                .find(|it| it.id == feed)
                .and_then(|it| it.url)
                .expect("a feed's address"),
            answered_by: url("https://kabar.example/feed"),
            parsed: parsed_feed(articles),
            pressed: None,
            complaints: Vec::new(),
            validators: Some(Validators { etag: Some(b"\"1\"".to_vec()), last_modified: None }),
            at: noon(),
            next: next(3_600, Because::Usual),
            body_hash,
        }
    }

    fn tree(&self) -> Tree {
        match self.library.ask(Ask::Tree { today: moment("2026-11-24T00:00:00Z") }).unwrap() {
            Answer::Tree(tree) => *tree,
            other => panic!("{other:?}"),
        }
    }

    fn rows(&self, scope: Scope) -> Vec<ArticleRow> {
        self.rows_of_view(View { scope, unread_only: false, query: Query::Everything }, 1_000_000)
    }

    fn rows_of_view(&self, view: View, limit: usize) -> Vec<ArticleRow> {
        match self.library.ask(Ask::Rows { view, limit }).unwrap() {
            Answer::Rows { rows } => rows,
            other => panic!("{other:?}"),
        }
    }

    fn ids(&self, scope: Scope) -> Vec<ArticleId> {
        match self.library.ask(Ask::Ids { view: View { scope, unread_only: false, query: Query::Everything } }).unwrap()
        {
            Answer::Ids(ids) => ids,
            other => panic!("{other:?}"),
        }
    }

    fn article(&self, id: ArticleId) -> Article {
        match self.library.ask(Ask::Article(id)).unwrap() {
            Answer::Article(Some(article)) => *article,
            other => panic!("{other:?}"),
        }
    }

    fn health(&self) -> Health {
        match self.library.ask(Ask::Health).unwrap() {
            Answer::Health(health) => *health,
            other => panic!("{other:?}"),
        }
    }

    /// Indexes all that waits, as the pipeline does.
    fn index(&self, language: &str) {
        loop {
            let Answer::Queue(queued) = self.library.ask(Ask::Queue { after: None, limit: 100 }).unwrap() else {
                panic!()
            };
            if queued.is_empty() {
                return;
            }
            let enriched = queued.iter().map(|it| enriched(it, language)).collect();
            self.done(Change::Enrich(enriched));
        }
    }

    fn found(&self, words: &str) -> Vec<String> {
        let query = Query::parse(words).unwrap().settled(&present(), &[]).unwrap();
        let view = View { scope: Scope::All, unread_only: false, query };
        self.rows_of_view(view, 100).into_iter().map(|it| it.title.to_string()).collect()
    }

    fn read(&self, articles: &[ArticleId], read: bool) -> Done {
        self.done(Change::SetRead { articles: articles.to_vec(), read, origin: Origin::Reader })
    }

    fn star(&self, articles: &[ArticleId], starred: bool) -> Done {
        self.done(Change::SetStarred { articles: articles.to_vec(), starred, origin: Origin::Reader })
    }

    fn tag(&self, articles: &[ArticleId], add: &[&str], remove: &[&str]) -> Done {
        self.done(Change::Tag {
            articles: articles.to_vec(),
            add: add.iter().map(|it| tag(it)).collect(),
            remove: remove.iter().map(|it| tag(it)).collect(),
            origin: Origin::Reader,
        })
    }

    fn undo(&self) -> Done {
        self.done(Change::Undo { origin: Origin::Reader })
    }

    fn redo(&self) -> Done {
        self.done(Change::Redo { origin: Origin::Reader })
    }
}

fn enriched(queued: &Queued, language: &str) -> Enriched {
    let Queued { article, stamp, caption, credit, .. } = queued.clone();
    let html = queued.html.0.replace(['<', '>', '/'], " ");
    let text = format!("{}\n{}\n{html}", queued.title, queued.author);
    let tokens = words::Lexicon::default().line(&text, Some(language));
    let metadata = Metadata { language: Some(language.to_owned()), caption, credit, ..Metadata::default() };
    Enriched { article, stamp, tokens, metadata }
}

fn parsed_feed(articles: Vec<ParsedArticle>) -> ParsedFeed {
    ParsedFeed {
        format: Format::Rss2,
        title: clean("Kabar"),
        description: CleanText::default(),
        site: None,
        language: None,
        updated: None,
        authors: Vec::new(),
        topics: Vec::new(),
        articles,
        ..ParsedFeed::default()
    }
}

fn next(seconds: i64, because: Because) -> NextRequest {
    NextRequest { at: noon().plus(seconds), because }
}

/// An article with these keys, published at noon.
fn parsed(keys: &[&str], title: &str, html: &str) -> ParsedArticle {
    ParsedArticle {
        keys: Keys(keys.iter().map(|it| (*it).to_owned()).collect()),
        title: clean(title),
        url: Some(url("https://kabar.example/a")),
        authors: Vec::new(),
        published: Some(noon()),
        updated: None,
        topics: Vec::new(),
        enclosures: Vec::new(),
        comments: None,
        body: Html(html.to_owned()),
        summary: Html::default(),
        base: None,
        language: None,
        ..ParsedArticle::default()
    }
}

/// `count` articles, the first the newest, a minute apart.
fn run_of(count: usize) -> Vec<ParsedArticle> {
    (0..count)
        .map(|it| {
            let mut article = parsed(&[&format!("guid-{it}")], &format!("Title {it}"), &format!("<p>Text {it}</p>"));
            article.published = Some(noon().plus(-60 * it as i64));
            article
        })
        .collect()
}

fn page(title: &str, html: &str) -> Page {
    Page {
        url: None,
        title: clean(title),
        byline: clean("A. Writer"),
        site: CleanText::default(),
        language: Some("en".to_owned()),
        published: None,
        section: CleanText::default(),
        caption: clean("A caption"),
        credit: clean("A credit"),
        html: Html(html.to_owned()),
        words: 2,
        images: Vec::new(),
    }
}

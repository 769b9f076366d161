//! Questions to the library and their answers.

use crate::news::{
    Article, ArticleId, ArticleRow, CleanText, CleanUrl, FeedId, FeedRow, FeedWorth, FolderPath, Html, TagName,
    Timestamp,
};
use crate::query::Query;

use super::Due;

/// Which part of the library a list shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    All,
    /// Sort moment at or after this one: the start of the person's day.
    Since(Timestamp),
    Starred,
    Folder(FolderPath),
    Feed(FeedId),
    /// This tag and those below it.
    Tag(TagName),
    Untagged,
    /// All articles, narrowed by the query of this saved search, which stands in [`View::query`]: only the asker knows
    /// the person's day, by which its dates are told.
    Search(SearchId),
}

/// The number of a saved search. Never used again once given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SearchId(pub i64);

/// What a list shows: a scope, narrowed. Newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    pub scope: Scope,
    pub unread_only: bool,
    pub query: Query,
}

/// How a list is ordered, and whether the other way round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    pub by: SortBy,
    pub reversed: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// Newest first.
    #[default]
    Date,
    Title,
    Feed,
    Author,
    /// The most words first.
    Length,
    /// Unread first, each newest first.
    Unread,
    /// By the first of its tags; what has none comes last.
    Tag,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Feeds, tags and counts: the tree. `today` is the start of the person's day.
    Tree {
        today: Timestamp,
    },
    /// The first `limit` rows of a view.
    Rows {
        view: View,
        limit: usize,
    },
    /// All ids of a view, newest first: the snapshot behind the list.
    Ids {
        view: View,
    },
    /// The same in another order.
    IdsInOrder {
        view: View,
        order: Order,
    },
    /// Rows by id, in the order asked; ids that no longer exist are left out.
    RowsOf(Vec<ArticleId>),
    /// How much saved searches hold now; the queries are settled.
    SearchCounts {
        queries: Vec<(SearchId, Query)>,
    },
    Article(ArticleId),
    /// Feeds that are due at `now`, or all that are fetched; those that may not be asked yet are listed apart.
    Due {
        now: Timestamp,
        everything: bool,
        only: Option<Vec<FeedId>>,
    },
    /// How each feed does, and what a person makes of it.
    Worth {
        now: Timestamp,
    },
    /// Hosts that asked to be left alone.
    Hosts,
    /// The newest steps of the journal, newest first.
    Journal {
        limit: usize,
    },
    /// The next articles whose text waits to be indexed or enriched, in ascending id; fewer where their texts are long.
    Queue {
        /// Those above this one; what is being worked on need not be read again.
        after: Option<ArticleId>,
        limit: usize,
    },
    /// This one article, if it waits: answered with [`Answer::Queue`].
    QueuedArticle(ArticleId),
    /// How many wait.
    QueueLength,
    /// Integrity, sizes and what is wrong: sentences, worst first.
    Health,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Tree(Box<Tree>),
    Rows {
        rows: Vec<ArticleRow>,
    },
    Ids(Vec<ArticleId>),
    /// As [`Answer::Rows`] and [`Answer::Ids`], where as many texts were looked at as one question may: there may be more.
    RowsSoFar {
        rows: Vec<ArticleRow>,
    },
    IdsSoFar(Vec<ArticleId>),
    SearchCounts(Vec<SearchCount>),
    Article(Option<Box<Article>>),
    Due {
        due: Vec<Due>,
        waiting: Vec<Due>,
    },
    Worth(Vec<FeedWorth>),
    Hosts(Vec<HeldHost>),
    Journal(Vec<JournalStep>),
    Queue(Vec<Queued>),
    QueueLength(i64),
    Health(Box<Health>),
}

/// A host that asked to be left alone until then, so often in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldHost {
    pub name: String,
    pub not_before: Timestamp,
    pub refusals: i64,
}

/// An article that waits: what indexing and enriching read, and no more.
#[derive(Clone, Debug, PartialEq)]
pub struct Queued {
    pub article: ArticleId,
    /// To be given back in [`super::Enriched`].
    pub stamp: i64,
    pub title: CleanText,
    pub author: CleanText,
    /// The text that is shown first, and the address against which its links are read.
    pub html: Html,
    pub base: Option<CleanUrl>,
    /// What is known without reading the text: its language, and what extraction found.
    pub language: Option<String>,
    pub caption: Option<String>,
    pub credit: Option<String>,
}

/// How much a saved search holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchCount {
    pub search: SearchId,
    pub articles: i64,
    pub unread: i64,
    /// As many texts were looked at as may be: there may be more.
    pub more: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// By folder, then title; the saved feed last.
    pub feeds: Vec<FeedRow>,
    /// By name.
    pub tags: Vec<TagCount>,
    /// By name.
    pub searches: Vec<SavedSearch>,
    pub counts: Counts,
}

/// A query that a person saved under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSearch {
    pub id: SearchId,
    pub name: CleanText,
    /// As it was typed.
    pub query: CleanText,
    pub articles: i64,
    pub unread: i64,
    /// Whether the counts are those of this moment. Where a query asks for words or dates they are those of its last
    /// recount, or zero, until somebody counts again.
    pub exact: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub articles: i64,
    pub unread: i64,
    pub starred: i64,
    pub today: i64,
    pub today_unread: i64,
}

/// A tag with the articles that carry it itself; a level that is only above other tags is one without any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagCount {
    pub name: TagName,
    pub articles: i64,
    pub unread: i64,
    /// Those that carry it or a tag below it, each once.
    pub articles_within: i64,
    pub unread_within: i64,
}

/// A step of the journal, as `dateline undo --list` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalStep {
    pub number: i64,
    pub at: Timestamp,
    /// `128 marked read`.
    pub sentence: CleanText,
    /// Which program made it: `reader`, `command line`.
    pub origin: CleanText,
    pub undone: bool,
}

/// What `dateline doctor` reports.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Health {
    pub schema_version: i64,
    pub sqlite_version: String,
    /// Empty when everything is sound.
    pub faults: Vec<CleanText>,
    pub feeds: i64,
    pub articles: i64,
    pub file_bytes: i64,
    pub body_bytes: i64,
    pub index_bytes: i64,
    /// Pages of the file that hold nothing; what comes next goes there.
    pub free_bytes: i64,
    /// Texts that are still as they arrived, where the library has a dictionary to press them with.
    pub waiting_to_be_pressed: i64,
    pub journal_steps: i64,
    pub waiting_for_index: i64,
}

//! Changes to the library. Each is one transaction; those that a person makes are in the journal with their inverse.

use crate::feed::ParsedFeed;
use crate::news::{ArticleId, CleanText, CleanUrl, Complaint, FeedId, FolderPath, Metadata, TagName, Timestamp};
use crate::page::Page;

/// Who asks for a change; the journal names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Reader,
    CommandLine,
}

/// A feed to subscribe to.
#[derive(Clone, Debug, PartialEq)]
pub struct NewFeed {
    pub url: CleanUrl,
    /// What the person named it; empty lets the feed name itself.
    pub title: CleanText,
    pub folder: FolderPath,
    pub tags: Vec<TagName>,
}

#[derive(Clone, Debug)]
pub enum Change {
    // What a person does. Durable (synchronous=FULL) and undoable.
    SetRead {
        articles: Vec<ArticleId>,
        read: bool,
        origin: Origin,
    },
    SetStarred {
        articles: Vec<ArticleId>,
        starred: bool,
        origin: Origin,
    },
    /// Done with: read, and out of the lists of feeds, folders and days; stars, tags and searches still find it.
    SetArchived {
        articles: Vec<ArticleId>,
        archived: bool,
        origin: Origin,
    },
    /// Out of every list and every count. The content is kept, so that undoing brings all of it back.
    SetDeleted {
        articles: Vec<ArticleId>,
        deleted: bool,
        origin: Origin,
    },
    Tag {
        articles: Vec<ArticleId>,
        add: Vec<TagName>,
        remove: Vec<TagName>,
        origin: Origin,
    },
    /// Feeds already subscribed to are counted, not added again; tags and a folder given are then added to them.
    Subscribe {
        feeds: Vec<NewFeed>,
        origin: Origin,
    },
    /// Its articles stay in the library, out of the views unless tagged or starred; undo brings the feed back whole.
    Unsubscribe {
        feed: FeedId,
        origin: Origin,
    },
    /// A saved page or file becomes an article of the feed "Saved".
    Save {
        article: Box<SavedArticle>,
        origin: Origin,
    },
    Undo {
        origin: Origin,
    },
    Redo {
        origin: Origin,
    },
    // What arrives. Can be fetched again (synchronous=NORMAL); not in the journal.
    Arrive(Box<Arrival>),
    NotModified {
        feed: FeedId,
        url: CleanUrl,
        validators: Option<Validators>,
        at: Timestamp,
        next_due: Timestamp,
    },
    /// Validators and articles stay as they are. `retry_after` says that the server itself set `next_due`.
    FetchFailed {
        feed: FeedId,
        problem: CleanText,
        at: Timestamp,
        next_due: Timestamp,
        retry_after: bool,
    },
    StorePage(Box<PageArrival>),
    /// Writes the index and the metadata of these and takes them off the queue.
    Enrich(Vec<Enriched>),
}

/// Validators exactly as the server sent them, replaced as a pair.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    pub etag: Option<Vec<u8>>,
    pub last_modified: Option<Vec<u8>>,
}

/// A fetched and parsed feed, stored with its validators in one transaction.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub feed: FeedId,
    /// The address that was asked; the arrival is dropped where the feed has another one by now.
    pub url: CleanUrl,
    pub parsed: ParsedFeed,
    pub complaints: Vec<Complaint>,
    /// `None` where the document was incomplete: the next request is then unconditional.
    pub validators: Option<Validators>,
    pub at: Timestamp,
    pub next_due: Timestamp,
    /// A later arrival of the same bytes changes nothing but the moments.
    pub body_hash: [u8; 32],
}

/// A page's full text for an article.
#[derive(Clone, Debug)]
pub struct PageArrival {
    pub article: ArticleId,
    pub page: Page,
    pub url: CleanUrl,
    pub at: Timestamp,
}

/// A page or file to keep.
#[derive(Clone, Debug)]
pub struct SavedArticle {
    /// `None` for a file or standard input.
    pub url: Option<CleanUrl>,
    pub page: Page,
    pub at: Timestamp,
}

/// What indexing and enriching an article found.
#[derive(Clone, Debug)]
pub struct Enriched {
    pub article: ArticleId,
    /// The queue's stamp the text was read under: an article that changed meanwhile stays queued.
    pub stamp: i64,
    /// The different tokens of title, author and text, parted by spaces, as `words` makes them.
    pub tokens: String,
    pub metadata: Metadata,
}

/// A feed to fetch.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    pub feed: FeedId,
    pub title: CleanText,
    pub url: CleanUrl,
    pub validators: Validators,
    pub body_hash: Option<[u8; 32]>,
    /// Whether the server said that it may not be asked before [`Due::next_due`].
    pub retry_after: bool,
    pub next_due: Option<Timestamp>,
    pub failures: i64,
}

/// What a change did.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    pub done: Done,
    pub touched: Touched,
}

/// What lists, counts and open articles must be looked at again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Articles whose row or text changed.
    pub articles: Vec<ArticleId>,
    /// So many changed that they are not listed.
    pub many: bool,
    pub feeds: bool,
    pub tags: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Done {
    Read {
        count: usize,
    },
    Unread {
        count: usize,
    },
    Starred {
        count: usize,
    },
    Unstarred {
        count: usize,
    },
    Archived {
        count: usize,
    },
    Unarchived {
        count: usize,
    },
    Deleted {
        count: usize,
    },
    Restored {
        count: usize,
    },
    Tagged {
        count: usize,
        add: Vec<TagName>,
        remove: Vec<TagName>,
    },
    Subscribed {
        added: Vec<FeedId>,
        already: usize,
    },
    Unsubscribed {
        title: CleanText,
    },
    Saved {
        article: ArticleId,
        new: bool,
    },
    /// `sentence` is the undone step's own, `128 marked read`; `origin` where another program made it.
    Undone {
        sentence: CleanText,
        origin: Option<CleanText>,
    },
    Redone {
        sentence: CleanText,
    },
    NothingToUndo,
    NothingToRedo,
    Arrived {
        new: usize,
        changed: usize,
    },
    NotModified,
    Failed,
    PageStored,
    Enriched {
        count: usize,
    },
    /// The feed was removed or moved while its answer was under way.
    Dropped,
    /// Nothing had to change.
    Nothing,
}

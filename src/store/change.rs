//! Changes to the library. Each is one transaction; those that a person makes are in the journal with their inverse.

use crate::feed::{Cadence, ParsedFeed};
use crate::news::{
    ArticleId, Because, CleanText, CleanUrl, Complaint, FeedEdit, FeedId, FeedSettings, FolderPath, Metadata, Pause,
    TagName, Timestamp,
};
use crate::page::Page;

use super::ask::SearchId;
use super::blob::Pressed;

/// Who asks for a change; the journal names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Reader,
    CommandLine,
    /// What refreshing found, as where a feed has moved.
    Refresh,
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
    /// A list of feeds from another reader with its queries, each under its name; one step of the journal. Names that are
    /// taken keep their query.
    Import {
        feeds: Vec<NewFeed>,
        searches: Vec<(CleanText, CleanText)>,
        origin: Origin,
    },
    /// One feed, with settings from the start. Nothing is changed where it is subscribed to already.
    SubscribeTo {
        feed: NewFeed,
        settings: FeedSettings,
        origin: Origin,
    },
    /// Its articles stay in the library, out of the views unless tagged or starred; undo brings the feed back whole.
    Unsubscribe {
        feed: FeedId,
        origin: Origin,
    },
    /// A person changes a feed: its name, folder, tags, address, settings, or whether it is fetched.
    EditFeed {
        feed: FeedId,
        edit: FeedEdit,
        origin: Origin,
    },
    /// A saved page or file becomes an article of the feed "Saved".
    Save {
        article: Box<SavedArticle>,
        origin: Origin,
    },
    /// Keeps a query under a name. A search of that name (case aside) gets the new query.
    SaveSearch {
        name: CleanText,
        query: CleanText,
        origin: Origin,
    },
    RenameSearch {
        search: SearchId,
        name: CleanText,
        origin: Origin,
    },
    DeleteSearch {
        search: SearchId,
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
    /// Nothing new: the server said so, or (`whole`) sent the very same document.
    NotModified {
        feed: FeedId,
        url: CleanUrl,
        whole: bool,
        /// Where redirects led: the validators are of that address.
        answered_by: CleanUrl,
        validators: Option<Validators>,
        at: Timestamp,
        next: NextRequest,
    },
    /// Validators and articles stay as they are.
    FetchFailed {
        feed: FeedId,
        problem: CleanText,
        at: Timestamp,
        next: NextRequest,
    },
    /// The feed was found elsewhere, by permanent redirects all the way. It is believed once it has said so
    /// three times over two days; the change of address can then be undone.
    Moved {
        feed: FeedId,
        from: CleanUrl,
        to: CleanUrl,
        at: Timestamp,
    },
    /// A host asked to be left alone.
    HostRefused {
        host: String,
        not_before: Timestamp,
    },
    /// A host that had asked to be left alone answers again.
    HostServed {
        host: String,
    },
    StorePage(Box<PageArrival>),
    /// Writes the index and the metadata of these and takes them off the queue.
    Enrich(Vec<Enriched>),
    /// Do a piece of the work that is else done while nobody waits: for who ends before that comes to pass. Alters nothing
    /// that a person sees.
    KeepHouse,
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
    /// Where redirects led: the validators are of that address.
    pub answered_by: CleanUrl,
    pub parsed: ParsedFeed,
    /// Its texts as they are stored, where whoever read the document had the time to press them; `parsed` has none then.
    pub pressed: Option<Pressed>,
    pub complaints: Vec<Complaint>,
    /// `None` where the document was incomplete: the next request is then unconditional.
    pub validators: Option<Validators>,
    pub at: Timestamp,
    pub next: NextRequest,
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

/// When a feed is next asked without anybody's word, and the rule that says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NextRequest {
    pub at: Timestamp,
    pub because: Because,
}

/// A feed to fetch.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    pub feed: FeedId,
    pub title: CleanText,
    pub url: CleanUrl,
    pub validators: Validators,
    /// The address that they are of; `None` where that was not written down.
    pub answered_by: Option<CleanUrl>,
    pub body_hash: Option<[u8; 32]>,
    /// Whether the server said that it may not be asked before [`Due::next_due`].
    pub retry_after: bool,
    pub next_due: Option<Timestamp>,
    pub failures: i64,
    pub pause: Pause,
    pub settings: FeedSettings,
    /// What its last document said of how often to ask.
    pub cadence: Cadence,
    /// When a whole document came last.
    pub last_full: Option<Timestamp>,
    /// Its articles of the last four weeks, and the moment of the newest.
    pub articles_lately: i64,
    pub newest: Option<Timestamp>,
    pub articles: i64,
    /// Whether it has said of late that it has moved for good.
    pub said_moved: bool,
}

impl Due {
    /// A feed that has just been subscribed to.
    pub fn new(feed: FeedId, url: CleanUrl) -> Due {
        Due {
            feed,
            title: CleanText::default(),
            url,
            validators: Validators::default(),
            answered_by: None,
            body_hash: None,
            retry_after: false,
            next_due: None,
            failures: 0,
            pause: Pause::No,
            settings: FeedSettings::default(),
            cadence: Cadence::default(),
            last_full: None,
            articles_lately: 0,
            newest: None,
            articles: 0,
            said_moved: false,
        }
    }
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
    /// `searches` are those that were saved.
    Imported {
        added: Vec<FeedId>,
        already: usize,
        searches: usize,
    },
    Unsubscribed {
        title: CleanText,
    },
    /// `what` is the journal's sentence: `feed Kabar renamed to Kabar Dunia`.
    FeedEdited {
        what: CleanText,
    },
    /// Another feed has that address.
    AddressTaken {
        title: CleanText,
    },
    /// A feed's address was changed to where it says it has moved.
    Moved {
        title: CleanText,
        to: CleanUrl,
    },
    Saved {
        article: ArticleId,
        new: bool,
    },
    /// `new` where there was none of that name.
    SearchSaved {
        search: SearchId,
        name: CleanText,
        new: bool,
    },
    SearchRenamed {
        name: CleanText,
    },
    SearchDeleted {
        name: CleanText,
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
    /// Whether there is more to do.
    HouseKept {
        more: bool,
    },
    Enriched {
        count: usize,
    },
    /// The feed was removed or moved while its answer was under way.
    Dropped,
    /// Nothing had to change.
    Nothing,
}

//! The pipeline: due → fetch → parse → store, then index → enrich. Knows the network and the library, not the screen.
//!
//! It never asks a server twice for one refresh, never stores validators of what it could not read whole, and never
//! counts a missing network against a feed.

mod arrive;
mod hosts;
mod index;
mod local;

pub use index::drain;
mod pages;
mod password;
mod program;
mod run;
mod schedule;
mod subscribe;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub use crate::feed::discover::Found;
pub use crate::feed::sites::parse_pasted;
use crate::fetch::Fetcher;
use crate::news::{
    ArticleId, CleanText, CleanUrl, Clock, FeedId, FeedSource, FolderPath, Limit, Problem, TagName, Zone,
};
use crate::store::{Library, Origin, StoreError};
pub use local::{Local, parse as parse_local};

/// What to refresh.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefreshRequest {
    /// Everything now, not only what is due. Retry-After is honoured even so.
    pub everything: bool,
    /// Only these feeds, now.
    pub only: Option<Vec<FeedId>>,
    /// Leave indexing and enriching to whoever opens the library next.
    pub no_index: bool,
}

/// What goes on, as it goes on. Progress is counted, never guessed.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    Started {
        feeds: usize,
    },
    FeedDone {
        feed: FeedId,
        title: CleanText,
        new: usize,
        changed: usize,
        problem: Option<CleanText>,
        done: usize,
        feeds: usize,
    },
    /// A feed has moved for good, and is fetched from there from now on. Undoable.
    Moved {
        title: CleanText,
        to: CleanUrl,
    },
    /// So many of the full texts that feeds are to bring along have been asked for.
    Pages {
        done: usize,
        pages: usize,
    },
    /// Another program is refreshing this library.
    Busy,
    /// Said once, when the network is gone.
    Offline,
    Finished(Summary),
    /// How many articles still wait to be indexed; 0 when all are.
    Indexing {
        left: usize,
    },
}

/// The summary object of `refresh --json`.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Summary {
    pub feeds: usize,
    pub fetched: usize,
    pub not_modified: usize,
    pub failed: usize,
    pub articles_new: usize,
    pub articles_changed: usize,
    pub bytes: u64,
    pub seconds: f64,
    pub problems: Vec<FeedProblem>,
}

#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FeedProblem {
    pub feed: FeedId,
    pub url: CleanUrl,
    pub problem: CleanText,
}

/// Set to end a refresh early; what has arrived is kept.
pub type Cancel = Arc<AtomicBool>;

/// What the pipeline works with.
#[derive(Clone)]
pub struct Pipeline {
    pub library: Library,
    pub fetcher: Fetcher,
    pub clock: Clock,
    /// For moments in the problems that are stored as sentences.
    pub zone: Zone,
}

impl Pipeline {
    /// The same, leaving off its next requests once `cancel` is set.
    pub fn until(&self, cancel: &Cancel) -> Pipeline {
        Pipeline { fetcher: self.fetcher.until(cancel), ..self.clone() }
    }

    /// Refreshes and returns when all is readable (and, unless `no_index`, indexed). Blocks; progress comes on this thread.
    /// Where another program is refreshing this library, [`Progress::Busy`] is said and the summary is empty.
    pub fn refresh(
        &self,
        request: &RefreshRequest,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Summary, StoreError> {
        let Some(_lock) = self.library.refresh_lock()? else {
            progress(Progress::Busy);
            return Ok(Summary::default());
        };
        let summary = run::run(self, request, cancel, progress)?;
        if !request.no_index {
            drain(&self.library, cancel, progress)?;
        }
        Ok(summary)
    }

    /// Fetches the page an article links to, extracts its text and stores it if it is better than the feed's own.
    pub fn full_text(&self, article: ArticleId) -> Result<FullText, PipelineError> {
        pages::full_text(self, article)
    }

    /// Subscribes to a feed, or to the one that a page leads to. Fetches it, so that it can be read at once.
    pub fn add(&self, new: &AddRequest) -> Result<Added, PipelineError> {
        subscribe::add(self, new)
    }

    /// Subscribes to what a program prints, filters or a file holds; `new.url` is [`Local::url`].
    pub fn add_local(&self, new: &AddRequest, source: &FeedSource) -> Result<Added, PipelineError> {
        local::add(self, new, source)
    }

    /// Saves a page by its address as an article of the feed "Saved".
    pub fn save(&self, url: &CleanUrl, origin: Origin) -> Result<ArticleId, PipelineError> {
        pages::save(self, url, origin)
    }
}

/// What became of a request for full text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FullText {
    Stored {
        words: i64,
        feed_words: i64,
    },
    /// The page has less than the feed; the feed's text stays.
    NotBetter {
        words: i64,
        feed_words: i64,
    },
}

/// Why a page or a feed was not stored: the world's fault or the library's.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    #[error("{0:?}")]
    Problem(Problem),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Problem> for PipelineError {
    fn from(problem: Problem) -> PipelineError {
        PipelineError::Problem(problem)
    }
}

impl PipelineError {
    /// The sentence a person reads.
    pub fn sentence(&self, zone: &Zone) -> CleanText {
        match self {
            PipelineError::Problem(problem) => problem.sentence(zone),
            PipelineError::Store(error) => CleanText::line(&error.to_string(), Limit::SENTENCE),
        }
    }

    /// The same about an address that was to be subscribed to.
    pub fn sentence_of_adding(&self, zone: &Zone) -> CleanText {
        match self {
            PipelineError::Problem(problem) => problem.sentence_of_adding(zone),
            PipelineError::Store(error) => CleanText::line(&error.to_string(), Limit::SENTENCE),
        }
    }
}

#[derive(Clone, Debug)]
pub struct AddRequest {
    pub url: CleanUrl,
    pub title: CleanText,
    pub folder: FolderPath,
    pub tags: Vec<TagName>,
    pub origin: Origin,
}

/// What subscribing did.
#[derive(Clone, Debug, PartialEq)]
pub struct Added {
    pub feed: FeedId,
    pub title: CleanText,
    pub url: CleanUrl,
    pub already: bool,
    pub articles: usize,
    /// Other feeds of the same page or site, with what they are called there.
    pub others: Vec<Found>,
}

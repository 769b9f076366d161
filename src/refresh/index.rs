//! What waits in the library's queue → tokens and metadata. An article on which a rule fails is indexed by its title
//! alone, so that the queue always moves on.

use std::sync::atomic::Ordering;

use super::arrive::contained;
use super::{Cancel, Progress};
use crate::enrich::{self, Hints};
use crate::news::{Article, ArticleId, Metadata};
use crate::store::{Answer, Ask, Change, Done, Enriched, Library, Queued, StoreError};
use crate::text::Document;
use crate::words;

/// How many are read, and written in one transaction.
const SLICE: usize = 64;
/// Rounds that may end without taking anything off the queue, since articles changed while they were read.
const IDLE_ROUNDS_MAX: usize = 3;

/// Indexes and enriches what waits in the library, in slices, until nothing is left or `cancel` is set. Needs no network.
pub fn drain(library: &Library, cancel: &Cancel, progress: &mut dyn FnMut(Progress)) -> Result<(), StoreError> {
    let mut idle_rounds = 0;
    while !cancel.load(Ordering::Relaxed) {
        let waiting = waiting(library, Ask::Queue { limit: SLICE })?;
        if waiting.is_empty() {
            progress(Progress::Indexing { left: 0 });
            break;
        }
        let enriched = waiting.iter().map(enriched).collect();
        let done = library.change(Change::Enrich(enriched))?.done;
        idle_rounds = if matches!(done, Done::Enriched { count } if count > 0) { 0 } else { idle_rounds + 1 };
        if idle_rounds >= IDLE_ROUNDS_MAX {
            break;
        }
        if let Answer::QueueLength(left) = library.ask(Ask::QueueLength)?
            && left > 0
        {
            progress(Progress::Indexing { left: usize::try_from(left).unwrap_or(0) });
        }
    }
    Ok(())
}

/// Indexes one article at once, whatever else waits.
pub(super) fn index_now(library: &Library, article: ArticleId) -> Result<(), StoreError> {
    let waiting = waiting(library, Ask::QueuedArticle(article))?;
    if !waiting.is_empty() {
        library.change(Change::Enrich(waiting.iter().map(enriched).collect()))?;
    }
    Ok(())
}

fn waiting(library: &Library, ask: Ask) -> Result<Vec<Queued>, StoreError> {
    let Answer::Queue(waiting) = library.ask(ask)? else { return Ok(Vec::new()) };
    Ok(waiting)
}

fn enriched(queued: &Queued) -> Enriched {
    let article = &queued.article;
    let (tokens, metadata) = contained("indexing", || read(article)).unwrap_or_else(|_| {
        let title = contained("indexing", || words::tokens(article.row.title.as_str(), None));
        (title.unwrap_or_default(), Metadata::default())
    });
    Enriched { article: article.row.id, stamp: queued.stamp, tokens, metadata }
}

fn read(article: &Article) -> (Vec<String>, Metadata) {
    let origin = article.body.best_origin();
    let base = match &article.body.page {
        Some(page) => Some(&page.url),
        None => article.row.url.as_ref().or(article.feed_site.as_ref()),
    };
    let document = Document::from_html(article.body.html(origin), base);
    let hints = Hints {
        title: article.row.title.to_string(),
        language: article.metadata.language.clone(),
        caption: article.metadata.caption.clone().unwrap_or_default(),
        credit: article.metadata.credit.clone().unwrap_or_default(),
    };
    let metadata = enrich::metadata(&document, &hints);
    let text = format!("{}\n{}\n{}", article.row.title, article.row.author, document.plain());
    (words::tokens(&text, metadata.language.as_deref()), metadata)
}

//! What waits in the library's queue → tokens and metadata. An article on which a rule fails is indexed by its title
//! alone, so that the queue always moves on.
//!
//! Two threads prepare the halves of a slice while the library's own writes the one before: what is prepared costs more
//! than the index itself. No more than two slices are held at once.

use std::sync::atomic::Ordering;
use std::sync::mpsc;

use super::arrive::contained;
use super::run::no_thread;
use super::{Cancel, Progress};
use crate::enrich::{self, Hints};
use crate::news::{ArticleId, Metadata};
use crate::store::{Answer, Ask, Change, Done, Enriched, Library, Queued, StoreError};
use crate::text::Document;
use crate::words::Lexicon;

/// How many are read, and written in one transaction. The index writes a new part of itself at each commit and merges
/// parts later, so that larger slices are less work; what a person does waits for one of them at most.
const SLICE: usize = 256;
/// Passes that may end without taking anything off the queue, since articles changed while they were read.
const IDLE_PASSES_MAX: usize = 3;
/// Slices between two countings of what is left; articles may arrive meanwhile.
const SLICES_BETWEEN_COUNTS: usize = 16;

/// Indexes and enriches what waits in the library, in slices, until nothing is left or `cancel` is set. Needs no network.
pub fn drain(library: &Library, cancel: &Cancel, progress: &mut dyn FnMut(Progress)) -> Result<(), StoreError> {
    let mut idle_passes = 0;
    while idle_passes < IDLE_PASSES_MAX && !cancel.load(Ordering::Relaxed) {
        let left = waiting_count(library)?;
        if left == 0 {
            progress(Progress::Indexing { left });
            break;
        }
        let taken = pass(library, cancel, left, progress)?;
        idle_passes = if taken > 0 { 0 } else { idle_passes + 1 };
    }
    Ok(())
}

/// Goes through the queue once, from the lowest id to the highest. Returns how many were taken off it.
fn pass(
    library: &Library,
    cancel: &Cancel,
    mut left: usize,
    progress: &mut dyn FnMut(Progress),
) -> Result<usize, StoreError> {
    std::thread::scope(|scope| {
        let (prepared, slices) = mpsc::sync_channel(1);
        std::thread::Builder::new()
            .name("prepare".to_owned())
            .spawn_scoped(scope, move || prepare(library, cancel, &prepared))
            .map_err(|_| no_thread())?;
        let mut taken = 0;
        for (number, slice) in slices.iter().enumerate() {
            let done = library.change(Change::Enrich(slice?))?.done;
            let count = if let Done::Enriched { count } = done { count } else { 0 };
            taken += count;
            left = left.saturating_sub(count);
            if left == 0 || number % SLICES_BETWEEN_COUNTS == SLICES_BETWEEN_COUNTS - 1 {
                left = waiting_count(library)?;
            }
            if left > 0 {
                progress(Progress::Indexing { left });
            }
        }
        Ok(taken)
    })
}

/// Prepares slice after slice and ends where the other side does.
fn prepare(library: &Library, cancel: &Cancel, prepared: &mpsc::SyncSender<Result<Vec<Enriched>, StoreError>>) {
    let mut lexicons = [Lexicon::default(), Lexicon::default()];
    let mut after = None;
    while !cancel.load(Ordering::Relaxed) {
        let slice = match waiting(library, Ask::Queue { after, limit: SLICE }) {
            Ok(waiting) if waiting.is_empty() => return,
            Ok(waiting) => {
                after = waiting.last().map(|it| it.article);
                Ok(prepared_slice(&waiting, &mut lexicons))
            }
            Err(error) => Err(error),
        };
        let failed = slice.is_err();
        if prepared.send(slice).is_err() || failed {
            return;
        }
    }
}

/// The articles of a slice, in their order, each half on a thread of its own where the machine gives one.
fn prepared_slice(waiting: &[Queued], [first, second]: &mut [Lexicon; 2]) -> Vec<Enriched> {
    let (head, tail) = waiting.split_at(waiting.len().div_ceil(2));
    let all = |some: &[Queued], lexicon: &mut Lexicon| -> Vec<Enriched> {
        some.iter().map(|it| enriched(it, lexicon)).collect()
    };
    std::thread::scope(|scope| {
        let beside =
            std::thread::Builder::new().name("prepare".to_owned()).spawn_scoped(scope, || all(tail, &mut *second)).ok();
        let mut slice = all(head, first);
        // Nothing panics there: whatever fails on an article is contained. Without a second thread this one does it all.
        match beside.map(|it| it.join()) {
            Some(Ok(tail)) => slice.extend(tail),
            Some(Err(_)) | None => slice.extend(all(tail, &mut Lexicon::default())),
        }
        slice
    })
}

/// Indexes one article at once, whatever else waits.
pub(super) fn index_now(library: &Library, article: ArticleId) -> Result<(), StoreError> {
    let waiting = waiting(library, Ask::QueuedArticle(article))?;
    if !waiting.is_empty() {
        let mut lexicon = Lexicon::default();
        library.change(Change::Enrich(waiting.iter().map(|it| enriched(it, &mut lexicon)).collect()))?;
    }
    Ok(())
}

fn waiting(library: &Library, ask: Ask) -> Result<Vec<Queued>, StoreError> {
    let Answer::Queue(waiting) = library.ask(ask)? else { return Ok(Vec::new()) };
    Ok(waiting)
}

fn waiting_count(library: &Library) -> Result<usize, StoreError> {
    let Answer::QueueLength(left) = library.ask(Ask::QueueLength)? else { return Ok(0) };
    Ok(usize::try_from(left).unwrap_or(0))
}

fn enriched(queued: &Queued, lexicon: &mut Lexicon) -> Enriched {
    let (tokens, metadata) = contained("indexing", || read(queued, lexicon)).unwrap_or_else(|_| {
        *lexicon = Lexicon::default();
        let title = contained("indexing", || lexicon.line(queued.title.as_str(), None));
        (title.unwrap_or_default(), Metadata::default())
    });
    Enriched { article: queued.article, stamp: queued.stamp, tokens, metadata }
}

fn read(queued: &Queued, lexicon: &mut Lexicon) -> (String, Metadata) {
    let document = Document::from_html(&queued.html, queued.base.as_ref());
    let hints = Hints {
        title: queued.title.to_string(),
        language: queued.language.clone(),
        caption: queued.caption.clone().unwrap_or_default(),
        credit: queued.credit.clone().unwrap_or_default(),
    };
    let metadata = enrich::metadata(&document, &hints);
    let text = format!("{}\n{}\n{}", queued.title, queued.author, document.plain());
    (lexicon.line(&text, metadata.language.as_deref()), metadata)
}

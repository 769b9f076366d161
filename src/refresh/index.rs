//! What waits in the library's queue → tokens and metadata. An article on which a rule fails is indexed by its title
//! alone, so that the queue always moves on.
//!
//! One thread reads texts by rule, a second makes their tokens, the library's own writes them: each is at the next slice
//! while the other is at the one before. No more than five slices are held at once, of a few megabytes at most.

use std::sync::atomic::Ordering;
use std::sync::mpsc;

use super::arrive::contained;
use super::run::no_thread;
use super::{Cancel, Progress};
use crate::enrich::{self, Hints};
use crate::news::{ArticleId, CleanText, Metadata};
use crate::store::{Answer, Ask, Change, Done, Enriched, Library, Queued, StoreError};
use crate::text::Document;
use crate::words::Lexicon;

/// How many are read, and written in one transaction. The index writes a new part of itself at each commit and merges
/// parts later, so that larger slices are less work; what a person does waits for one of them at most.
const SLICE: usize = 256;
/// The first slice is small, so that nobody waits long for it; each is twice the one before.
const SLICE_FIRST: usize = 32;
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
        let (read, texts) = mpsc::sync_channel(1);
        let (prepared, slices) = mpsc::sync_channel(1);
        std::thread::Builder::new()
            .name("read".to_owned())
            .spawn_scoped(scope, move || read_all(library, cancel, &read))
            .map_err(|_| no_thread())?;
        std::thread::Builder::new()
            .name("tokens".to_owned())
            .spawn_scoped(scope, move || tokens_of_all(&texts, &prepared))
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

/// An article whose text has been read by rule, and what of it is to be found.
struct ReadText {
    article: ArticleId,
    stamp: i64,
    title: CleanText,
    text: String,
    metadata: Metadata,
}

type Slice<T> = Result<Vec<T>, StoreError>;

/// Reads slice after slice and ends where the other side does.
fn read_all(library: &Library, cancel: &Cancel, read: &mpsc::SyncSender<Slice<ReadText>>) {
    let mut after = None;
    let mut limit = SLICE_FIRST;
    while !cancel.load(Ordering::Relaxed) {
        let slice = match waiting(library, Ask::Queue { after, limit }) {
            Ok(waiting) if waiting.is_empty() => return,
            Ok(waiting) => {
                after = waiting.last().map(|it| it.article);
                Ok(waiting.into_iter().map(read_text).collect())
            }
            Err(error) => Err(error),
        };
        limit = (limit * 2).min(SLICE);
        let failed = slice.is_err();
        if read.send(slice).is_err() || failed {
            return;
        }
    }
}

/// Makes the tokens of what was read. One lexicon for all: what it remembers of words is most of the work.
fn tokens_of_all(texts: &mpsc::Receiver<Slice<ReadText>>, prepared: &mpsc::SyncSender<Slice<Enriched>>) {
    let mut lexicon = Lexicon::default();
    for slice in texts {
        let slice = slice.map(|texts| texts.into_iter().map(|it| enriched(it, &mut lexicon)).collect());
        if prepared.send(slice).is_err() {
            return;
        }
    }
}

/// Indexes one article at once, whatever else waits.
pub(super) fn index_now(library: &Library, article: ArticleId) -> Result<(), StoreError> {
    let waiting = waiting(library, Ask::QueuedArticle(article))?;
    if !waiting.is_empty() {
        let mut lexicon = Lexicon::default();
        let prepared = waiting.into_iter().map(|it| enriched(read_text(it), &mut lexicon)).collect();
        library.change(Change::Enrich(prepared))?;
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

fn read_text(queued: Queued) -> ReadText {
    // Where a rule fails on an article, its title alone is to be found.
    let (text, metadata) = contained("indexing", || read(&queued)).unwrap_or_default();
    ReadText { article: queued.article, stamp: queued.stamp, title: queued.title, text, metadata }
}

fn read(queued: &Queued) -> (String, Metadata) {
    let document = Document::from_html(&queued.html, queued.base.as_ref());
    let hints = Hints {
        title: queued.title.to_string(),
        language: queued.language.clone(),
        caption: queued.caption.clone().unwrap_or_default(),
        credit: queued.credit.clone().unwrap_or_default(),
    };
    let metadata = enrich::metadata(&document, &hints);
    (format!("{}\n{}\n{}", queued.title, queued.author, document.plain()), metadata)
}

fn enriched(read: ReadText, lexicon: &mut Lexicon) -> Enriched {
    let ReadText { article, stamp, title, text, metadata } = read;
    let text = if text.is_empty() { title.as_str() } else { &text };
    let tokens = contained("indexing", || lexicon.line(text, metadata.language.as_deref())).unwrap_or_else(|_| {
        *lexicon = Lexicon::default();
        contained("indexing", || lexicon.line(title.as_str(), None)).unwrap_or_default()
    });
    Enriched { article, stamp, tokens, metadata }
}

//! The byte budget of bodies under way. A download reserves a little at its start; a few at a time may grow to a middling
//! size, and one beyond that. Whoever waits to grow holds only what those that may grow do not wait for, so that some
//! download always goes on. It never lets the sum of what is held pass the budget, and it never counts waiting against a
//! server.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limits::{BUDGET_BYTES, BUDGET_GROWTH_BYTES, BUDGET_MIDDLING, BUDGET_MIDDLING_BYTES, BUDGET_START_BYTES};

/// What all downloads share.
pub(super) struct Budget {
    starts: Arc<Semaphore>,
    middling: Arc<Semaphore>,
    growth: Arc<Semaphore>,
}

/// A body's part of the budget. It is given back when the last copy is dropped: keep it as long as the body.
#[derive(Clone, Debug, Default)]
pub struct Held {
    _permits: Option<Arc<Permits>>,
}

#[derive(Debug)]
pub(super) struct Permits {
    _start: OwnedSemaphorePermit,
    middling: Option<OwnedSemaphorePermit>,
    growth: Option<OwnedSemaphorePermit>,
}

impl Budget {
    pub(super) fn new() -> Budget {
        let middling = BUDGET_MIDDLING as u64 * (BUDGET_MIDDLING_BYTES - BUDGET_START_BYTES);
        let starts = (BUDGET_BYTES - BUDGET_GROWTH_BYTES - middling) / BUDGET_START_BYTES;
        Budget {
            starts: Arc::new(Semaphore::new(usize::try_from(starts).unwrap_or(1))),
            middling: Arc::new(Semaphore::new(BUDGET_MIDDLING)),
            growth: Arc::new(Semaphore::new(1)),
        }
    }

    /// Waits until a body may begin. `None` only while the program ends.
    pub(super) async fn start(&self) -> Option<Permits> {
        let start = Arc::clone(&self.starts).acquire_owned().await.ok()?;
        Some(Permits { _start: start, middling: None, growth: None })
    }

    /// Waits until a body may begin, without reserving anything: whoever asks for one that must wait holds a connection's
    /// buffers for nothing.
    pub(super) async fn room(&self) {
        drop(self.starts.acquire().await);
    }

    /// Waits until a body of `bytes` fits what is reserved for it, and gives up to how many bytes it may grow now.
    pub(super) async fn fit(&self, permits: &mut Permits, bytes: u64) -> u64 {
        if bytes > BUDGET_START_BYTES && permits.middling.is_none() {
            permits.middling = Arc::clone(&self.middling).acquire_owned().await.ok();
        }
        if bytes > BUDGET_MIDDLING_BYTES && permits.growth.is_none() {
            permits.growth = Arc::clone(&self.growth).acquire_owned().await.ok();
        }
        match permits {
            Permits { growth: Some(_), .. } => BUDGET_GROWTH_BYTES,
            Permits { middling: Some(_), .. } => BUDGET_MIDDLING_BYTES,
            Permits { .. } => BUDGET_START_BYTES,
        }
    }
}

impl Permits {
    pub(super) fn held(self) -> Held {
        Held { _permits: Some(Arc::new(self)) }
    }
}

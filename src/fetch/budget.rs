//! The byte budget of bodies under way. A download reserves a little at its start; one at a time may grow beyond that.
//! It never lets the sum of what is held pass the budget, and it never counts waiting against a server.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limits::{BUDGET_BYTES, BUDGET_GROWTH_BYTES, BUDGET_START_BYTES};

/// What all downloads share.
pub(super) struct Budget {
    starts: Arc<Semaphore>,
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
    growth: Option<OwnedSemaphorePermit>,
}

impl Budget {
    pub(super) fn new() -> Budget {
        let starts = (BUDGET_BYTES - BUDGET_GROWTH_BYTES) / BUDGET_START_BYTES;
        Budget {
            starts: Arc::new(Semaphore::new(usize::try_from(starts).unwrap_or(1))),
            growth: Arc::new(Semaphore::new(1)),
        }
    }

    /// Waits until a body may begin. `None` only while the program ends.
    pub(super) async fn start(&self) -> Option<Permits> {
        let start = Arc::clone(&self.starts).acquire_owned().await.ok()?;
        Some(Permits { _start: start, growth: None })
    }

    /// Waits until a body of `bytes` fits what is reserved for it.
    pub(super) async fn fit(&self, permits: &mut Permits, bytes: u64) {
        if bytes > BUDGET_START_BYTES && permits.growth.is_none() {
            permits.growth = Arc::clone(&self.growth).acquire_owned().await.ok();
        }
    }
}

impl Permits {
    pub(super) fn held(self) -> Held {
        Held { _permits: Some(Arc::new(self)) }
    }
}

//! Whose turn it is: how many requests are under way in all and on one host, and how long between two of them.
//! It never starts a request itself and never forgets a host that asked for more room.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::limits::{Limits, PER_HOST_MAX};

/// Hosts that nobody waits for are forgotten beyond this many.
const GATES_KEPT: usize = 4_096;

pub(super) struct Turns {
    all: Arc<Semaphore>,
    gates: Mutex<HashMap<String, Arc<Gate>>>,
}

struct Gate {
    slots: Arc<Semaphore>,
    next_start: Mutex<Instant>,
    asked_for_room: AtomicBool,
}

/// Leave to have one request under way; over when dropped.
pub(super) struct Turn {
    _host: Option<OwnedSemaphorePermit>,
    _all: Option<OwnedSemaphorePermit>,
}

impl Turns {
    pub(super) fn new(limits: &Limits) -> Turns {
        Turns { all: Arc::new(Semaphore::new(limits.in_flight_max)), gates: Mutex::default() }
    }

    /// Waits for a turn on this host. The host is waited for first, so that a slow host never keeps others from theirs.
    pub(super) async fn enter(&self, host: &str, limits: &Limits) -> Turn {
        let gate = self.gate(host);
        let asked_for_room = gate.asked_for_room.load(Ordering::Relaxed);
        let (weight, gap) =
            if asked_for_room { (PER_HOST_MAX, limits.host_gap_after_429) } else { (1, limits.host_gap) };
        let host_slot = Arc::clone(&gate.slots).acquire_many_owned(weight).await.ok();
        let start = {
            let mut next = gate.next_start.lock().unwrap_or_else(PoisonError::into_inner);
            let start = (*next).max(Instant::now());
            *next = start + gap;
            start
        };
        tokio::time::sleep_until(start).await;
        Turn { _host: host_slot, _all: Arc::clone(&self.all).acquire_owned().await.ok() }
    }

    /// Waits for a turn that no host limits: private addresses that a person subscribed to.
    pub(super) async fn enter_freely(&self) -> Turn {
        Turn { _host: None, _all: Arc::clone(&self.all).acquire_owned().await.ok() }
    }

    /// From now on this host is asked for one thing at a time, with more room between.
    pub(super) fn give_room(&self, host: &str) {
        self.gate(host).asked_for_room.store(true, Ordering::Relaxed);
    }

    fn gate(&self, host: &str) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        if gates.len() >= GATES_KEPT {
            gates.retain(|_, gate| Arc::strong_count(gate) > 1 || gate.asked_for_room.load(Ordering::Relaxed));
        }
        let fresh = || {
            Arc::new(Gate {
                slots: Arc::new(Semaphore::new(PER_HOST_MAX as usize)),
                next_start: Mutex::new(Instant::now()),
                asked_for_room: AtomicBool::new(false),
            })
        };
        Arc::clone(gates.entry(host.to_owned()).or_insert_with(fresh))
    }
}

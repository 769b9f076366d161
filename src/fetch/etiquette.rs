//! Whose turn it is: how many requests are under way in all and on one host, and how long between two of them.
//! It never starts a request itself and never forgets a host that asked for more room.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::limits::{Limits, PER_HOST_MAX};
use crate::news::Timestamp;

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
    closed: Mutex<Closed>,
}

/// Until when nothing may be asked, and how often in a row the host has said so.
#[derive(Clone, Copy, Default)]
struct Closed {
    until: Option<Timestamp>,
    refusals: i64,
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

    /// Until when this host may not be asked, if it said so.
    pub(super) fn closed_until(&self, host: &str, now: Timestamp) -> Option<Timestamp> {
        self.closed(host).until.filter(|it| *it > now)
    }

    /// How often in a row this host has asked to be left alone.
    pub(super) fn refusals(&self, host: &str) -> i64 {
        self.closed(host).refusals
    }

    /// Nothing is asked of this host before `until`; afterwards it is asked for one thing at a time, with more room
    /// between. `refusals` is how often in a row it has said so.
    pub(super) fn close(&self, host: &str, until: Timestamp, refusals: i64) {
        let gate = self.gate(host);
        gate.asked_for_room.store(true, Ordering::Relaxed);
        let mut closed = gate.closed.lock().unwrap_or_else(PoisonError::into_inner);
        closed.until = Some(closed.until.map_or(until, |it| it.max(until)));
        closed.refusals = closed.refusals.max(refusals);
    }

    /// The host answers again. It goes on being given room.
    pub(super) fn open(&self, host: &str) {
        *self.gate(host).closed.lock().unwrap_or_else(PoisonError::into_inner) = Closed::default();
    }

    fn closed(&self, host: &str) -> Closed {
        *self.gate(host).closed.lock().unwrap_or_else(PoisonError::into_inner)
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
                closed: Mutex::default(),
            })
        };
        Arc::clone(gates.entry(host.to_owned()).or_insert_with(fresh))
    }
}

//! Tells the echo of our own stop from a stop that somebody else wants. Stopping our process group reaches our own
//! handler too, and an echo that is heard late must never pass for a second wish to stop.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// So long a stop waits for its echo. The signal is there at once; only the thread that hears signals may be late, on
/// a machine where everything waits for a processor.
const ECHO_WITHIN: Duration = Duration::from_secs(2);

/// Whether a stop of our own was sent whose echo has not been heard. Whoever stops and whoever hears signals know of it.
#[derive(Clone, Default)]
pub struct OwnStop(Arc<Shared>);

#[derive(Default)]
struct Shared {
    sent: Mutex<bool>,
    heard: Condvar,
}

impl OwnStop {
    /// Sends a stop by `send` and returns when its echo has been heard, so that nothing of it is left when we go on.
    pub fn send<E>(&self, send: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
        *self.sent() = true;
        let result = send();
        let waited = self.0.heard.wait_timeout_while(self.sent(), ECHO_WITHIN, |sent| *sent && result.is_ok());
        let (mut sent, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *sent = false;
        result
    }

    /// Takes a stop that was heard. `true` when it is the echo of our own.
    pub fn is_echo(&self) -> bool {
        let was_sent = std::mem::take(&mut *self.sent());
        if was_sent {
            self.0.heard.notify_all();
        }
        was_sent
    }

    fn sent(&self) -> MutexGuard<'_, bool> {
        self.0.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    #[test]
    fn every_echo_belongs_to_its_own_stop_however_late_it_is_heard() {
        let own_stop = OwnStop::default();
        let (signals, heard) = channel();
        let hearing = own_stop.clone();
        let listener = thread::spawn(move || {
            let mut echoes = 0;
            while heard.recv().is_ok() {
                // Whoever stops must not have gone on meanwhile.
                thread::yield_now();
                echoes += u32::from(hearing.is_echo());
            }
            echoes
        });
        for _ in 0..1_000 {
            own_stop.send(|| signals.send(())).expect("the listener");
        }
        drop(signals);
        assert_eq!(listener.join().expect("the listener"), 1_000);
        assert!(!own_stop.is_echo(), "a stop from outside is none of ours");
    }

    #[test]
    fn a_stop_that_was_not_sent_leaves_no_echo_to_wait_for() {
        let own_stop = OwnStop::default();
        assert!(own_stop.send(|| Err::<(), &str>("not permitted")).is_err());
        assert!(!own_stop.is_echo());
    }
}

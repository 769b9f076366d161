//! How many changes are under way, so that the program can end after the last of them. Never makes one itself.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Shared by whoever asks for changes and whoever hears that they are made.
#[derive(Clone, Default)]
pub struct Changing(Arc<(Mutex<usize>, Condvar)>);

impl Changing {
    pub fn begins(&self) {
        *self.under_way() += 1;
    }

    /// To be called once for each that began.
    pub fn ends(&self) {
        let mut under_way = self.under_way();
        *under_way = under_way.saturating_sub(1);
        self.0.1.notify_all();
    }

    /// Waits until none is under way, for `time_max` at most.
    pub fn wait(&self, time_max: Option<Duration>) {
        let deadline = time_max.map(|it| Instant::now() + it);
        let mut under_way = self.under_way();
        while *under_way > 0 {
            let left = deadline.map(|it| it.saturating_duration_since(Instant::now()));
            under_way = match left {
                None => self.0.1.wait(under_way).unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => return,
                Some(left) => self.0.1.wait_timeout(under_way, left).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
    }

    fn under_way(&self) -> MutexGuard<'_, usize> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_waits_for_what_is_under_way_and_for_no_longer_than_it_may() {
        let changing = Changing::default();
        changing.wait(None);
        changing.begins();
        changing.wait(Some(Duration::ZERO));
        let theirs = changing.clone();
        let made = std::thread::spawn(move || theirs.ends());
        changing.wait(None);
        made.join().unwrap();
        changing.wait(None);
    }
}

//! Threads that stand back: whoever is at the keys gets a processor first. Nothing here waits, and nothing here fails.

/// What refreshing and indexing leave to others where all processors are busy: about nine tenths (sched(7)).
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Has this thread, and every thread that it starts from now on, stand back behind the others of this program and of the
/// machine. Linux alone keeps a niceness for each thread; elsewhere it would be the whole program's, and nothing is done.
pub fn stand_back() {
    #[cfg(target_os = "linux")]
    {
        // Without it the work is done all the same.
        let _ = rustix::process::setpriority_process(None, NICENESS);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_thread_stands_back_with_those_it_starts_and_no_other_does() {
        let own = || rustix::process::getpriority_process(None).unwrap();
        let before = own();
        let (itself, its_own) = std::thread::spawn(move || {
            stand_back();
            (own(), std::thread::spawn(own).join().unwrap())
        })
        .join()
        .unwrap();
        assert_eq!((itself, its_own), (NICENESS, NICENESS));
        assert_eq!(own(), before);
    }
}

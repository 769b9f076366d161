//! File descriptors: how many this process may have, and how it shows that there are none left. A lack of them is this
//! machine's and never counts against a server.

use std::error::Error;
use std::io;

/// What the library, the terminal and the log need at once, with some to spare.
const KEPT_FOR_OTHERS: u64 = 26;
/// However few there are, this many requests are tried at a time.
const IN_FLIGHT_MIN: usize = 2;
/// POSIX: the process (EMFILE) or the machine (ENFILE) has no descriptor left.
const EMFILE: i32 = 24;
const ENFILE: i32 = 23;

/// `wanted` requests at a time, or as many as there are descriptors for.
pub(super) fn in_flight_max(wanted: usize) -> usize {
    // Where the kernel does not say, requests wait when there are none left.
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    match soft_limit(&limits) {
        Some(descriptors) => {
            let left = usize::try_from(descriptors.saturating_sub(KEPT_FOR_OTHERS)).unwrap_or(wanted);
            left.clamp(IN_FLIGHT_MIN.min(wanted), wanted)
        }
        None => wanted,
    }
}

/// Whether the error is that no descriptor was left.
pub(super) fn were_used_up(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let number = error.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error);
        if matches!(number, Some(EMFILE | ENFILE)) {
            return true;
        }
        // An `io::Error` hides what it wraps from `source`.
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    false
}

/// From the kernel's table (proc_pid_limits(5)); `None` for “unlimited” too.
fn soft_limit(limits: &str) -> Option<u64> {
    limits.lines().find_map(|it| it.strip_prefix("Max open files"))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_table_is_read() {
        let table = "Limit                     Soft Limit           Hard Limit           Units     \n\
                     Max open files            1024                 524288               files     \n";
        assert_eq!(soft_limit(table), Some(1024));
        assert_eq!(soft_limit("Max open files   unlimited  unlimited  files"), None);
        assert_eq!(soft_limit(""), None);
    }

    #[test]
    fn a_lack_is_seen_however_deep_it_is_wrapped() {
        let lack = io::Error::other(io::Error::other(io::Error::from_raw_os_error(EMFILE)));
        assert!(were_used_up(&lack));
        assert!(!were_used_up(&io::Error::other(io::Error::from_raw_os_error(104))));
    }
}

//! The log: a file in the data folder, since stdout belongs to the screen. At most two files of 5 MB, for this person only.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

const LOG_BYTES_MAX: u64 = 5 * 1024 * 1024;

/// Starts logging into `data/log/dateline.log`. A log that can't be written is done without: reading matters more.
/// `DATELINE_LOG` sets the level (`info` unless said otherwise).
pub fn start(data: &Path) {
    let folder = data.join("log");
    let file = folder.join("dateline.log");
    if fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).is_err() {
        return;
    }
    if fs::metadata(&file).is_ok_and(|it| it.len() > LOG_BYTES_MAX) {
        // The older half; a failure leaves one long file, cut at the next start.
        let _ = fs::rename(&file, folder.join("dateline.log.1"));
    }
    let Ok(opened) = OpenOptions::new().create(true).append(true).mode(0o600).open(&file) else { return };
    let filter = EnvFilter::try_from_env("DATELINE_LOG").unwrap_or_else(|_| EnvFilter::new("dateline=info,warn"));
    // Started once; a second library in the same process writes to the first one's log.
    let _ =
        tracing_subscriber::fmt().with_writer(Mutex::new(opened)).with_ansi(false).with_env_filter(filter).try_init();
}

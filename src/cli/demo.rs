//! `dateline demo`: the reader on the bundled edition, served from within this process, in a folder that is removed at
//! the end. No network is touched.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rustix::process::{Pid, test_kill_process};

use crate::config::Paths;
use crate::store::{Change, NewFeed, Origin};

use super::reader::{self, Edition};
use super::{Failure, Surroundings};

const FOLDER_PREFIX: &str = "dateline-demo-";

pub fn run(surroundings: &Surroundings) -> Result<ExitCode, Failure> {
    reader::need_a_terminal()?;
    let ended = {
        let folder = ThrowAwayFolder::make()?;
        let server = crate::demo::serve(surroundings.now())?;
        let library = surroundings.library_in(&Paths { data: folder.path.clone() })?;
        let feeds = server
            .subscriptions()
            .into_iter()
            .map(|it| NewFeed { url: it.url, title: it.title, folder: it.folder, tags: it.tags })
            .collect();
        library.change(Change::Subscribe { feeds, origin: Origin::CommandLine })?;
        reader::open(surroundings, library, Edition::Demo)?
    };
    reader::end(ended)
}

/// A folder that is gone when this is dropped.
struct ThrowAwayFolder {
    path: PathBuf,
}

impl ThrowAwayFolder {
    fn make() -> Result<ThrowAwayFolder, Failure> {
        let temporary = std::env::temp_dir();
        sweep(&temporary);
        let path = temporary.join(format!("{FOLDER_PREFIX}{}", std::process::id()));
        Ok(ThrowAwayFolder { path })
    }
}

impl Drop for ThrowAwayFolder {
    fn drop(&mut self) {
        // A failure leaves a folder that the next demo sweeps.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// Removes folders of demos that were killed before they could.
fn sweep(temporary: &Path) {
    let Ok(entries) = std::fs::read_dir(temporary) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(number) = name.to_str().and_then(|it| it.strip_prefix(FOLDER_PREFIX)) else { continue };
        let Some(pid) = number.parse::<i32>().ok().and_then(Pid::from_raw) else { continue };
        if test_kill_process(pid).is_err() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

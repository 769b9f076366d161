//! What the reader remembers of how a person left it: a small text beside the library. Losing it costs nobody more than
//! a moment, so that nothing here is ever an error.

use std::fs::{OpenOptions, rename};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

/// The file's name in the data folder.
pub const FILE: &str = "reader-state";
/// More than this was not written by us.
const BYTES_MAX: u64 = 1024 * 1024;

/// What is remembered at this place; nothing where there is none.
pub fn read(path: &Path) -> String {
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(BYTES_MAX).read_to_string(&mut text));
    if read.is_ok() { text } else { String::new() }
}

/// Writes on a thread of its own, so that nobody waits for a slow disk; dropping it waits for what is under way.
pub struct Memory {
    texts: Option<Sender<String>>,
    thread: Option<JoinHandle<()>>,
}

impl Memory {
    pub fn start(path: PathBuf) -> std::io::Result<Memory> {
        let (texts, waiting) = channel::<String>();
        let thread = thread::Builder::new().name("memory".into()).spawn(move || {
            while let Ok(first) = waiting.recv() {
                // Only the newest counts.
                let text = waiting.try_iter().last().unwrap_or(first);
                write(&path, &text);
            }
        })?;
        Ok(Memory { texts: Some(texts), thread: Some(thread) })
    }

    pub fn keep(&self, text: String) {
        if let Some(texts) = &self.texts {
            // Its thread ends with the program only.
            let _ = texts.send(text);
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.texts = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Replaces what is remembered, whole or not at all.
fn write(path: &Path, text: &str) {
    let beside = beside(path);
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| rename(&beside, path));
    if let Err(error) = written {
        tracing::warn!(%error, "how the reader was left was not kept");
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_what_is_not_there_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        assert_eq!(read(&path), "");
        write(&path, "zen yes\n");
        write(&path, "zen no\n");
        assert_eq!(read(&path), "zen no\n");
        std::fs::write(&path, [0xff, 0xfe, 0]).unwrap();
        assert_eq!(read(&path), "");
        write(&folder.path().join("no/such/folder"), "x");
    }
}

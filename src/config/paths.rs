//! Where the library and the configuration are.

use std::path::PathBuf;

/// The folders of this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Holds `library.db`, `refresh.lock`, `backup/`, `log/`.
    pub data: PathBuf,
}

impl Paths {
    /// `--data` or `DATELINE_DATA` where given (clap has merged them), else the XDG data folder.
    /// The error is a sentence for a person.
    pub fn resolve(_data: Option<PathBuf>) -> Result<Paths, String> {
        todo!()
    }
}

//! What can go wrong with the library, in the words that a person reads. Each sentence says what happened and what to
//! do next; all of them stand in this file. Nothing here says that something was saved.

use std::io;

use rusqlite::ErrorCode;

use crate::news::{CleanText, Limit};

use super::StoreError;

/// Why a library did not open, a question had no answer or a change was not made.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refusal {
    #[error(
        "This library was made by a newer Dateline (schema {found}; this one knows {known}). Update Dateline; nothing was changed."
    )]
    NewerSchema { found: i64, known: i64 },
    #[error("{path} is not a Dateline library. Choose another folder with --data; nothing was changed.")]
    NotALibrary { path: String },
    #[error(
        "The library file is damaged ({detail}). Nothing was changed. Copy its folder somewhere safe first; `dateline doctor` names older copies, and `sqlite3 library.db .recover` saves what can be read."
    )]
    Damaged { detail: String },
    #[error("{path} can't be used: {detail}. Check its permissions, or choose another folder with --data.")]
    Folder { path: String, detail: String },
    #[error(
        "The library can't be copied before it is brought up to date: {detail}. Free some space and start again; nothing was changed."
    )]
    NoCopy { detail: String },
    #[error(
        "The library is in use by another program that does not let go. Nothing was changed; close it and try again."
    )]
    Busy,
    #[error("The disk is full. That change was not saved; free some space and try again.")]
    DiskFull,
    #[error("The library can't be written to. That change was not saved; check the permissions of its folder.")]
    ReadOnly,
    #[error("The disk failed while the library was used ({detail}). That change was not saved; check the disk.")]
    Disk { detail: String },
    #[error("Another Dateline brought this library up to date. Restart this one; that change was not saved.")]
    Updated,
    #[error("A newer question took its place; wait for that one's answer.")]
    Superseded,
    #[error("Something inside Dateline failed on that ({detail}). Nothing was changed; please report it.")]
    Contained { detail: String },
    #[error("The library is being closed. That was not saved; start Dateline again.")]
    Closed,
    #[error("The library could not do that: {detail}. Nothing was changed; `dateline doctor` shows more.")]
    Sqlite { detail: String },
    #[error("That query could not be read here. Nothing was changed; please report it.")]
    QueryNotSettled,
    #[error("A saved search needs a name. Type a word or two, such as Morning.")]
    SearchWithoutName,
    #[error("There is a search called {name} already. Choose another name; nothing was changed.")]
    SearchNameTaken { name: String },
    #[error("{most} searches are saved, and no more fit. Delete one that is no longer needed first.")]
    ManySearches { most: i64 },
    #[error(
        "This Dateline was built with SQLite {found}, which can damage libraries. Build it with its bundled SQLite."
    )]
    OldSqlite { found: String },
}

impl Refusal {
    pub fn folder(path: &std::path::Path, error: &io::Error) -> Refusal {
        Refusal::Folder { path: path.display().to_string(), detail: error.to_string() }
    }

    pub fn damaged(detail: &str) -> Refusal {
        Refusal::Damaged { detail: detail.to_owned() }
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Refusal {
        let detail = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Refusal::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Refusal::Damaged { detail },
            Some(ErrorCode::DiskFull) => Refusal::DiskFull,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Refusal::ReadOnly,
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Refusal::Disk { detail },
            Some(ErrorCode::OperationInterrupted) => Refusal::Superseded,
            // Every other code means that a statement of ours was wrong or a limit was met.
            _ => Refusal::Sqlite { detail },
        }
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> StoreError {
        StoreError::Words(CleanText::line(&refusal.to_string(), Limit::SENTENCE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_that_nothing_is_lost_and_what_to_do() {
        let (path, detail) = (|| "/data".to_owned(), || "it failed".to_owned());
        let listed = |refusal: Refusal| match &refusal {
            // A new one does not compile until it is here and below.
            Refusal::NewerSchema { .. }
            | Refusal::NotALibrary { .. }
            | Refusal::Damaged { .. }
            | Refusal::Folder { .. }
            | Refusal::NoCopy { .. }
            | Refusal::Busy
            | Refusal::DiskFull
            | Refusal::ReadOnly
            | Refusal::Disk { .. }
            | Refusal::Updated
            | Refusal::Superseded
            | Refusal::Contained { .. }
            | Refusal::Closed
            | Refusal::Sqlite { .. }
            | Refusal::QueryNotSettled
            | Refusal::SearchWithoutName
            | Refusal::SearchNameTaken { .. }
            | Refusal::ManySearches { .. }
            | Refusal::OldSqlite { .. } => refusal,
        };
        let all = [
            Refusal::NewerSchema { found: 9, known: 5 },
            Refusal::NotALibrary { path: path() },
            Refusal::Damaged { detail: detail() },
            Refusal::Folder { path: path(), detail: detail() },
            Refusal::NoCopy { detail: detail() },
            Refusal::Busy,
            Refusal::DiskFull,
            Refusal::ReadOnly,
            Refusal::Disk { detail: detail() },
            Refusal::Updated,
            Refusal::Superseded,
            Refusal::Contained { detail: detail() },
            Refusal::Closed,
            Refusal::Sqlite { detail: detail() },
            Refusal::QueryNotSettled,
            Refusal::SearchWithoutName,
            Refusal::SearchNameTaken { name: "Morning".to_owned() },
            Refusal::ManySearches { most: 100 },
            Refusal::OldSqlite { found: "3.40.0".to_owned() },
        ];
        let next = [
            "Update", "Choose", "choose", "Copy", "again", "check", "Restart", "wait", "report", "start", "doctor",
            "Type", "Delete", "Build",
        ];
        for refusal in all.map(listed) {
            let sentence = refusal.to_string();
            assert!(next.iter().any(|it| sentence.contains(it)), "no next step: {sentence}");
            assert!(sentence.ends_with('.') && !sentence.contains(".."), "{sentence}");
            // What was to be changed and was not is said, so that nobody has to wonder.
            let refuses_a_change = matches!(refusal, Refusal::DiskFull | Refusal::ReadOnly | Refusal::Disk { .. });
            assert!(!refuses_a_change || sentence.contains("not saved"), "{sentence}");
        }
    }
}

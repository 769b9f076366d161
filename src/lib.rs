//! Dateline, a newsreader for the terminal. `ARCHITECTURE.md` beside this file is the way in.
//!
//! Modules are named in the order in which data flows, which is also the order in which to read them.

pub mod news;
pub mod words;
pub mod html;
pub mod feed;
pub mod page;
pub mod text;
pub mod enrich;
pub mod query;
pub mod store;
pub mod fetch;
pub mod refresh;

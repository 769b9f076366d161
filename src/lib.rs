//! Dateline, a newsreader for the terminal. `ARCHITECTURE.md` beside this file is the way in.
//!
//! Modules are named in the order in which data flows, which is also the order in which to read them.

pub mod app;
pub mod command;
pub mod config;
pub mod demo;
pub mod enrich;
pub mod feed;
pub mod fetch;
pub mod html;
pub mod news;
pub mod page;
pub mod query;
pub mod refresh;
pub mod store;
pub mod text;
pub mod ui;
pub mod words;

//! The integration tests, linked once.

// A test that meets what it did not expect has failed, and says where.
#![allow(clippy::unwrap_used)]

mod corpus_feeds;
mod corpus_pages;
mod corpus_score;
mod fetch;
mod finding;
mod hostd;
mod injection;
mod kill;
mod lists;
mod loopback;
mod mishaps;
mod oracle;
mod pipeline;
mod pty;
mod scan;
mod scenes;
mod subscribing;
mod terminal;
mod tidy;
mod world;

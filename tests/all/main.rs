//! The integration tests, linked once.

// A test that meets what it did not expect has failed, and says where.
#![allow(clippy::unwrap_used)]

mod fetch;
mod hostd;
mod injection;
mod kill;
mod loopback;
mod oracle;
mod pty;
mod scan;
mod terminal;
mod tidy;
mod corpus_feeds;
mod corpus_score;
mod pipeline;
mod world;

//! The integration tests, linked once.

// A test that meets what it did not expect has failed, and says where.
#![allow(clippy::unwrap_used)]

mod fetch;
mod hostd;
mod oracle;
mod pty;
mod scan;
mod tidy;
mod corpus_feeds;
mod corpus_score;
mod pipeline;

//! The integration tests, linked once.

mod fetch;
mod hostd;
mod oracle;
mod pty;
mod scan;
mod tidy;
mod corpus_feeds;
mod corpus_score;

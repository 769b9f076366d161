//! The integration tests, linked once.

mod corpus_feeds;
mod corpus_score;

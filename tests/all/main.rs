//! The integration tests, linked once.

mod corpus_feeds;
mod corpus_pages;
mod corpus_score;

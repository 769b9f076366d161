//! The integration tests, linked once.

mod corpus_pages;

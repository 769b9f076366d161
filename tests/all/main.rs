//! The integration tests, linked once.

mod scan;
mod tidy;

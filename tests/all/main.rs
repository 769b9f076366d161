//! The integration tests, linked once.

mod scenes;

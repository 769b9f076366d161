//! The integration tests, linked once.

mod fetch;
mod hostd;
mod pipeline;

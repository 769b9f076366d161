//! The integration tests, linked once.

mod oracle;
mod pty;
mod scan;
mod tidy;
mod fetch;
mod hostd;

//! The integration tests, linked once.

// mod injection;
// mod kill;
mod loopback;
mod oracle;
mod pty;
mod scan;
// mod terminal;
mod tidy;
// mod world;

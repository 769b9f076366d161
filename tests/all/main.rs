//! The integration tests, linked once.

// A test that meets what it did not expect has failed, and says where.
#![allow(clippy::unwrap_used)]

mod command_line;
mod corpus_feeds;
mod corpus_hostile;
mod corpus_mutations;
mod corpus_pages;
mod corpus_score;
mod every_sink;
mod fetch;
mod fetch_hostile;
mod fetch_secure;
mod few_threads;
mod finding;
mod frames;
mod growth;
mod hostd;
mod idle;
mod injection;
mod kill;
mod lists;
mod long_days;
mod long_work;
mod loopback;
mod lost_ends;
mod many_feeds;
mod mishaps;
mod odd_settings;
mod odd_words;
mod opening;
mod oracle;
mod pipeline;
mod politeness;
mod programs;
mod pty;
mod rough_input;
mod rough_terminal;
mod scan;
mod scenes;
mod secrets;
mod settings;
mod slow_line;
mod subscribing;
mod terminal;
mod terminal_faults;
mod tidy;
mod tlsd;
mod two_readers;
mod words;
mod world;

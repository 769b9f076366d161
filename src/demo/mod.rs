//! The demo edition: a bundled newspaper of invented news in many languages, served to this program alone.
//!
//! It listens on a loopback address with a port of its own and ends with the [`Server`]. It never opens a connection,
//! reads no clock (the edition is fresh for the moment it is given) and credits no real person or agency.

mod edition;
mod page;
mod render;
mod server;

pub use server::{Server, serve};

use crate::news::{CleanText, CleanUrl, FolderPath, TagName};

/// A feed of the edition, as a person would subscribe to it, who gave it the title that it gives itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    pub url: CleanUrl,
    pub title: CleanText,
    pub folder: FolderPath,
    pub tags: Vec<TagName>,
}

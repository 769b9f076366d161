//! Settings: where things are, and how they look.

mod paths;
mod theme;

pub use paths::Paths;
pub use theme::{Color, Role, Style, Theme};

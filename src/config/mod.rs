//! Settings: what there is to set, what is set and where that comes from, mistakes with their place, where things are,
//! and how they look.
//!
//! Decides nothing about what a setting does; never writes a file but a person's own settings, and then keeps its
//! comments.

mod color;
mod file;
mod mistake;
mod paths;
mod read;
mod reference;
mod setting;
mod settings;
mod terminal;
mod theme;
mod themes;
mod write;

pub use color::{Color, Depth, Rgb};
pub use file::{ConfigError, Wanted, load, stamp, write};
pub use mistake::Mistake;
pub use paths::{Paths, config_file};
pub use reference::{documentation, settings_table_markdown};
pub use setting::{Kind, SETTINGS, Setting, Value};
pub use settings::{
    Colors, Config, FetchSettings, Flags, KeySettings, LayoutSettings, ListSettings, ReadOn, ReaderSettings, Rows,
    SHIPPED, Settings, Shown, Source, Symbols,
};
pub use terminal::{ColorWish, TerminalKind};
pub use theme::{Role, Style, Theme};
pub use themes::Themes;
pub use write::changed;

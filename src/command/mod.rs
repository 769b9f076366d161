//! THE table of commands, and keys: what a person can ask for by name, and which keys ask for it.
//! Help, README's key table, man page and `dateline generate keys` are made from this table.
//!
//! Nothing here does what a command says; `app` does.

mod argument;
mod help;
mod key;
mod keymap;
mod place;
mod preset;
mod table;

pub use argument::{Argument, argument};
pub use help::{key_table_markdown, key_table_text};
pub use key::{Key, KeyCode, KeyParseError};
pub use keymap::{KeyMap, KeyMapMistake, KeyMistake, KeyOverride, Lookup};
pub use place::{OwnKey, Place};
pub use preset::Preset;
pub use table::{COMMANDS, Command, Entry, Group};

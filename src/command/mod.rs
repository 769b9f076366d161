//! THE table of commands, and keys: what a person can ask for by name, and which keys ask for it.
//! Help, README's key table, man page and `dateline generate keys` are made from this table.

mod key;
mod keymap;
mod table;

pub use key::{Key, KeyCode, KeyParseError};
pub use keymap::{KeyMap, Lookup};
pub use table::{COMMANDS, Command, Entry, Group};

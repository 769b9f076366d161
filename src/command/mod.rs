//! THE table of commands, and keys: what a person can ask for by name, and which keys ask for it.
//! Help, palette, README, man page and completions are made from this table.

mod key;

pub use key::{Key, KeyCode, KeyParseError};

// The table (`Command`, `COMMANDS`), the key map (`KeyMap`, read from assets/keys.toml) and its trie live here.

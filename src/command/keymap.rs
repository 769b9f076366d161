//! Which keys ask for which command, read from `assets/keys.toml`; sequences are looked up key by key.

use super::{Command, Key};

/// A trie of key sequences.
#[derive(Clone, Debug)]
pub struct KeyMap {}

/// What a sequence of keys means so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    Matched(Command),
    /// A prefix: these keys may follow, in the table's order. A subtree is shown by its first command's group.
    Pending(Vec<(Key, Vec<Command>)>),
    /// Nothing is bound; the nearest bound sequence, to name in the notice.
    Unknown {
        nearest: Option<(String, Command)>,
    },
}

impl KeyMap {
    /// The map that Dateline ships with.
    pub fn shipped() -> KeyMap {
        todo!()
    }

    pub fn lookup(&self, _keys: &[Key]) -> Lookup {
        todo!()
    }

    /// All sequences that ask for `command`, the shortest first, as help shows them: `gg`, `<space>`.
    pub fn keys_of(&self, _command: Command) -> Vec<String> {
        todo!()
    }
}

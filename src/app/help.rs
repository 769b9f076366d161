//! The help screen, made from the table of commands and the key map, so that it can't differ from either.

use crate::command::{COMMANDS, Group, KeyMap};
use crate::news::CleanText;

use super::measure::words;

/// A line of help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    Heading(&'static str),
    Command { keys: CleanText, doc: &'static str },
    Blank,
}

/// The help screen and how far it is scrolled.
#[derive(Clone, Debug, PartialEq)]
pub struct Help {
    pub lines: Vec<HelpLine>,
    pub top: usize,
}

impl Help {
    pub fn of(keys: &KeyMap) -> Help {
        let mut lines = Vec::new();
        let mut group_before: Option<Group> = None;
        for entry in COMMANDS {
            let bound = keys.keys_of(entry.command);
            if bound.is_empty() {
                continue;
            }
            if group_before != Some(entry.group) {
                if group_before.is_some() {
                    lines.push(HelpLine::Blank);
                }
                lines.push(HelpLine::Heading(entry.group.title()));
                group_before = Some(entry.group);
            }
            lines.push(HelpLine::Command { keys: words(&bound.join("  ")), doc: entry.doc });
        }
        Help { lines, top: 0 }
    }

    /// Scrolls by `lines`, and never past the end of a page of `height` lines.
    pub fn scroll(&mut self, lines: isize, height: usize) {
        let top_max = self.lines.len().saturating_sub(height);
        self.top = self.top.saturating_add_signed(lines).min(top_max);
    }
}

//! Whole sets of keys to choose from, so that fingers that know another reader are at home: each is a file of what
//! differs from the default keys.
//!
//! What a preset leaves unsaid stays as it is by default; nothing here knows which one is in force.

/// A set of keys that ships.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    #[default]
    Default,
    Newsboat,
    Elfeed,
    Nnw,
}

impl Preset {
    pub const ALL: [Preset; 4] = [Preset::Default, Preset::Newsboat, Preset::Elfeed, Preset::Nnw];

    /// As a person writes it: `newsboat`.
    pub fn name(self) -> &'static str {
        match self {
            Preset::Default => "default",
            Preset::Newsboat => "newsboat",
            Preset::Elfeed => "elfeed",
            Preset::Nnw => "nnw",
        }
    }

    pub fn named(name: &str) -> Option<Preset> {
        Preset::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Its file.
    pub(super) fn text(self) -> &'static str {
        match self {
            Preset::Default => include_str!("../../assets/keys.toml"),
            Preset::Newsboat => include_str!("../../assets/keys-newsboat.toml"),
            Preset::Elfeed => include_str!("../../assets/keys-elfeed.toml"),
            Preset::Nnw => include_str!("../../assets/keys-nnw.toml"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{COMMANDS, Command, Key, KeyMap, Lookup};

    #[test]
    fn every_preset_is_sound_and_is_found_by_its_name() {
        for preset in Preset::ALL {
            assert!(KeyMap::read(preset.text()).is_ok(), "{:?}", KeyMap::read(preset.text()).err());
            assert_eq!(KeyMap::preset(preset).preset_name(), preset);
            assert_eq!(Preset::named(preset.name()), Some(preset));
        }
    }

    #[test]
    fn fingers_from_other_readers_find_what_they_know() {
        let expected: &[(Preset, &[(&str, Command)])] = &[
            (
                Preset::Newsboat,
                &[
                    ("r", Command::RefreshFeed),
                    ("R", Command::RefreshAll),
                    ("N", Command::ToggleRead),
                    ("A", Command::MarkAllRead),
                    ("l", Command::ToggleUnreadOnly),
                    ("C-n", Command::NextFeedWithUnread),
                    ("C-p", Command::PreviousFeedWithUnread),
                    ("C", Command::MarkEverythingRead),
                    ("F", Command::Filter),
                    ("f", Command::GoToSearch),
                    ("C-f", Command::Cancel),
                    ("u", Command::LinkHints),
                    ("#", Command::LinkHints),
                ],
            ),
            (
                Preset::Elfeed,
                &[
                    ("b", Command::Browser),
                    ("r", Command::MarkRead),
                    ("u", Command::MarkUnread),
                    ("n", Command::Down),
                    ("p", Command::Up),
                    ("s", Command::Search),
                    ("G", Command::RefreshAll),
                ],
            ),
            (
                Preset::Nnw,
                &[
                    ("r", Command::ToggleRead),
                    ("u", Command::ToggleRead),
                    ("k", Command::MarkAllRead),
                    ("o", Command::MarkBelowRead),
                    ("b", Command::Browser),
                    ("s", Command::ToggleStar),
                    ("-", Command::PreviousUnread),
                    ("S-<up>", Command::PreviousUnread),
                    ("m", Command::MarkUnreadAndNext),
                    ("l", Command::MarkAllReadAndNext),
                    ("a", Command::PreviousFeedWithUnread),
                    ("z", Command::NextFeedWithUnread),
                    ("A-1", Command::GoToToday),
                    ("A-3", Command::GoToStarred),
                    ("C-r", Command::RefreshAll),
                    ("C-f", Command::Search),
                    ("C-k", Command::MarkAllRead),
                    (".", Command::FocusRight),
                ],
            ),
        ];
        for (preset, keys) in expected {
            let map = KeyMap::preset(*preset);
            for (key, command) in *keys {
                let keys = Key::parse_sequence(key).unwrap();
                assert_eq!(map.lookup(&keys), Lookup::Matched(*command), "{} {key}", preset.name());
            }
        }
    }

    #[test]
    fn no_preset_takes_the_keys_of_a_command_away_unless_another_does_the_same() {
        let excused = [
            (Preset::Default, Command::MarkRead, "toggle-read does it"),
            (Preset::Default, Command::MarkUnread, "toggle-read does it"),
            (Preset::Newsboat, Command::MarkRead, "toggle-read does it"),
            (Preset::Newsboat, Command::MarkUnread, "toggle-read does it"),
            (Preset::Newsboat, Command::SaveSearch, "by name: g is newsboat's sort"),
            (Preset::Newsboat, Command::EditSearch, "by name: g is newsboat's sort"),
            (Preset::Newsboat, Command::RenameSearch, "by name: g is newsboat's sort"),
            (Preset::Newsboat, Command::DeleteSearch, "by name: g is newsboat's sort"),
            (Preset::Newsboat, Command::QueryHelp, "by name: g is newsboat's sort"),
            (Preset::Newsboat, Command::MoreFeeds, "by name: g is newsboat's sort"),
            (Preset::Nnw, Command::MarkRead, "toggle-read does it"),
            (Preset::Nnw, Command::MarkUnread, "toggle-read does it"),
            (Preset::Elfeed, Command::ToggleRead, "mark-read and mark-unread do it"),
        ];
        for preset in Preset::ALL {
            let map = KeyMap::preset(preset);
            // What is asked for by name has no key in any of them.
            let by_name = [
                Command::Preset,
                Command::Rename,
                Command::Move,
                Command::Pause,
                Command::Unsubscribe,
                // Two keys do it, or it is too much for one, except where fingers know it.
                Command::MarkEverythingRead,
                Command::MarkUnreadAndNext,
                Command::MarkAllReadAndNext,
                Command::PauseIndexing,
            ];
            for entry in COMMANDS.iter().filter(|it| !by_name.contains(&it.command)) {
                let known = excused.iter().any(|it| (it.0, it.1) == (preset, entry.command));
                assert_eq!(map.keys_of(entry.command).is_empty(), known, "{} in {}", entry.name, preset.name());
            }
        }
    }

    #[test]
    fn help_and_quitting_have_a_key_in_every_preset() {
        for preset in Preset::ALL {
            let map = KeyMap::preset(preset);
            for command in [Command::Help, Command::Quit, Command::Back, Command::Open, Command::Undo] {
                assert!(!map.keys_of(command).is_empty(), "{} in {}", command.name(), preset.name());
            }
        }
    }
}

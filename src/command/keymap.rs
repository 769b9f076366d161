//! Which keys ask for which command, read from `assets/keys.toml`; sequences are looked up key by key.
//!
//! A map never holds a key twice, nor a key that is both a command and the beginning of a longer one: such a map is
//! refused with every mistake named, so that no key ever waits for a clock to know what it means.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;

use super::{COMMANDS, Command, Key, KeyCode, Preset};
use crate::news::{CleanText, Limit};

/// A trie of key sequences.
#[derive(Clone, Debug)]
pub struct KeyMap {
    /// Node 0 is the root: no key typed yet.
    nodes: Vec<Node>,
    /// Every binding, in the order of the command table.
    bindings: Vec<(Vec<Key>, Command)>,
    preset: Preset,
    /// What a person changed of the preset, kept so that another preset can take its place under it.
    overrides: Vec<KeyOverride>,
}

/// A person's own keys for one command: `star = ["m", "gs"]`. They take the place of all keys that the preset gives it;
/// an empty list leaves it without a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyOverride {
    pub command: String,
    pub keys: Vec<String>,
}

/// What is wrong with a person's own keys, and with which of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct KeyMistake {
    /// Which of the overrides, from 0.
    pub at: usize,
    /// Which of its keys, from 0; `None` where the command's name is the mistake.
    pub key: Option<usize>,
    pub sentence: CleanText,
}

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

/// What is wrong with a file of keys, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {sentence}")]
pub struct KeyMapMistake {
    /// From 1.
    pub line: usize,
    pub sentence: CleanText,
}

/// Keys in one sequence. Nobody remembers longer ones.
pub const SEQUENCE_KEYS_MAX: usize = 8;
/// Bindings in one map, a hundred times what ships.
pub const BINDINGS_MAX: usize = 8_192;

impl KeyMap {
    /// The map that Dateline ships with.
    pub fn shipped() -> KeyMap {
        KeyMap::preset(Preset::Default)
    }

    /// A preset as it ships: its own keys over the default ones.
    pub fn preset(preset: Preset) -> KeyMap {
        KeyMap::with(preset, &[]).expect("a test holds that the shipped keys are sound")
    }

    /// A preset with a person's own keys over it. A key that they take is taken from whatever the preset gave it to,
    /// and a command that they name has no other keys than theirs.
    ///
    /// # Errors
    /// Every mistake at once, in the order of `overrides`: no such command, no such key, a key bound twice.
    pub fn with(preset: Preset, overrides: &[KeyOverride]) -> Result<KeyMap, Vec<KeyMistake>> {
        let mut mistakes = Vec::new();
        let mut commands = Vec::new();
        let mut found: Vec<Found> = Vec::new();
        let mut place: Vec<(usize, usize)> = Vec::new();
        for (at, own) in overrides.iter().enumerate() {
            let mut mistake = |key, sentence: String| {
                mistakes.push(KeyMistake { at, key, sentence: CleanText::line(&sentence, Limit::SENTENCE) });
            };
            let Some(command) = Command::named(&own.command) else {
                mistake(None, no_such_command(&own.command));
                continue;
            };
            if commands.contains(&command) {
                mistake(None, format!("{} stands here twice. Put its keys into one list.", own.command));
                continue;
            }
            commands.push(command);
            for (index, sequence) in own.keys.iter().enumerate() {
                match sequence_of(sequence) {
                    Ok(keys) => {
                        found.push(Found { keys, command, span: place.len()..place.len() });
                        place.push((at, index));
                    }
                    Err(sentence) => mistake(Some(index), sentence),
                }
            }
        }
        if found.len() > BINDINGS_MAX {
            let (at, key) = place[BINDINGS_MAX];
            let sentence = CleanText::line(&too_many(), Limit::SENTENCE);
            return Err(vec![KeyMistake { at, key: Some(key), sentence }]);
        }
        for (span, sentence) in quarrels(&found) {
            let (at, key) = place[span.start];
            mistakes.push(KeyMistake { at, key: Some(key), sentence: CleanText::line(&sentence, Limit::SENTENCE) });
        }
        if !mistakes.is_empty() {
            mistakes.sort_by_key(|it| (it.at, it.key));
            return Err(mistakes);
        }
        let mut all = Layer::read(Preset::Default.text()).unwrap_or_default();
        if preset != Preset::Default {
            all = all.under(Layer::read(preset.text()).unwrap_or_default());
        }
        let all = all.under(Layer { found, commands });
        Ok(KeyMap { preset, overrides: overrides.to_vec(), ..KeyMap::grown(all.in_order()) })
    }

    /// Another preset under the same keys of a person's own.
    pub fn switched(&self, preset: Preset) -> KeyMap {
        KeyMap::with(preset, &self.overrides).expect("these overrides were accepted before, whatever lies under them")
    }

    pub fn preset_name(&self) -> Preset {
        self.preset
    }

    /// Reads a file of `command-name = ["j", "<down>"]`. All mistakes are named at once, in the order of the file.
    pub fn read(text: &str) -> Result<KeyMap, Vec<KeyMapMistake>> {
        Ok(KeyMap::grown(Layer::read(text)?.in_order()))
    }

    pub fn lookup(&self, keys: &[Key]) -> Lookup {
        let mut at = 0;
        for key in keys {
            match self.nodes[at].children.iter().find(|(child, _)| child == key) {
                Some((_, next)) => at = *next,
                None => return Lookup::Unknown { nearest: self.nearest(keys) },
            }
        }
        match self.nodes[at].command {
            Some(command) => Lookup::Matched(command),
            None => Lookup::Pending(self.nodes[at].children.iter().map(|(key, at)| (*key, self.below(*at))).collect()),
        }
    }

    /// All sequences that ask for `command`, in the order in which its file gives them, as help shows them: `gg`, `<home>`.
    pub fn keys_of(&self, command: Command) -> Vec<String> {
        self.sequences_of(command).map(|keys| Key::sequence_text(keys)).collect()
    }

    /// The first of [`KeyMap::keys_of`].
    pub fn first_key_of(&self, command: Command) -> Option<String> {
        self.sequences_of(command).next().map(|keys| Key::sequence_text(keys))
    }

    fn sequences_of(&self, command: Command) -> impl Iterator<Item = &Vec<Key>> {
        self.bindings.iter().filter(move |(_, bound)| *bound == command).map(|(keys, _)| keys)
    }

    fn grown(bindings: Vec<(Vec<Key>, Command)>) -> KeyMap {
        let mut nodes = vec![Node::default()];
        for (keys, command) in &bindings {
            let mut at = 0;
            for key in keys {
                at = match nodes[at].children.iter().find(|(child, _)| child == key) {
                    Some((_, next)) => *next,
                    None => {
                        let next = nodes.len();
                        nodes.push(Node::default());
                        nodes[at].children.push((*key, next));
                        next
                    }
                };
            }
            nodes[at].command = Some(*command);
        }
        KeyMap { nodes, bindings, preset: Preset::Default, overrides: Vec::new() }
    }

    /// The commands at and under a node, in the table's order.
    fn below(&self, at: usize) -> Vec<Command> {
        let node = &self.nodes[at];
        let mut commands: Vec<Command> = node.command.into_iter().collect();
        commands.extend(node.children.iter().flat_map(|(_, next)| self.below(*next)));
        commands.sort();
        commands
    }

    fn nearest(&self, keys: &[Key]) -> Option<(String, Command)> {
        self.bindings
            .iter()
            .map(|(bound, command)| (distance(keys, bound), bound, command))
            .filter(|(distance, ..)| *distance <= NEAR)
            .min_by_key(|(distance, ..)| *distance)
            .map(|(_, bound, command)| (Key::sequence_text(bound), *command))
    }
}

#[derive(Clone, Debug, Default)]
struct Node {
    command: Option<Command>,
    /// In the order of the table.
    children: Vec<(Key, usize)>,
}

/// A binding as it stands in a file.
struct Found {
    keys: Vec<Key>,
    command: Command,
    span: Range<usize>,
}

/// The bindings of one file, or of a person; and the commands that it speaks of.
#[derive(Default)]
struct Layer {
    found: Vec<Found>,
    commands: Vec<Command>,
}

impl Layer {
    fn read(text: &str) -> Result<Layer, Vec<KeyMapMistake>> {
        let line = |span: Range<usize>| {
            1 + text.as_bytes()[..span.start.min(text.len())].iter().filter(|it| **it == b'\n').count()
        };
        let mistake = |span: Range<usize>, sentence: String| KeyMapMistake {
            line: line(span),
            sentence: CleanText::line(&sentence, Limit::SENTENCE),
        };
        let file: BTreeMap<Spanned<String>, Vec<Spanned<String>>> =
            toml::from_str(text).map_err(|error| vec![mistake(error.span().unwrap_or(0..0), not_readable(&error))])?;

        let mut mistakes = Vec::new();
        let mut layer = Layer::default();
        for (name, sequences) in &file {
            let Some(command) = Command::named(name.get_ref()) else {
                mistakes.push(mistake(name.span(), no_such_command(name.get_ref())));
                continue;
            };
            layer.commands.push(command);
            for sequence in sequences {
                let span = sequence.span();
                match sequence_of(sequence.get_ref()) {
                    Ok(keys) => layer.found.push(Found { keys, command, span }),
                    Err(sentence) => mistakes.push(mistake(span, sentence)),
                }
            }
        }
        let found = &layer.found;
        if found.len() > BINDINGS_MAX {
            return Err(vec![mistake(found[BINDINGS_MAX].span.clone(), too_many())]);
        }
        mistakes.extend(quarrels(found).into_iter().map(|(span, sentence)| mistake(span, sentence)));
        if mistakes.is_empty() {
            return Ok(layer);
        }
        mistakes.sort_by_key(|it| it.line);
        Err(mistakes)
    }

    /// This layer with another over it: what the upper one speaks of, and the keys it takes, are gone from this one.
    fn under(mut self, upper: Layer) -> Layer {
        self.found.retain(|it| {
            let taken = |own: &Found| own.keys.starts_with(&it.keys) || it.keys.starts_with(&own.keys);
            !upper.commands.contains(&it.command) && !upper.found.iter().any(taken)
        });
        self.found.extend(upper.found);
        self.commands.extend(upper.commands);
        self
    }

    /// The table's order is the order of which-key and help; keys of one command keep the file's.
    fn in_order(mut self) -> Vec<(Vec<Key>, Command)> {
        self.found.sort_by_key(|it| (it.command, it.span.start));
        self.found.into_iter().map(|it| (it.keys, it.command)).collect()
    }
}

fn sequence_of(text: &str) -> Result<Vec<Key>, String> {
    match Key::parse_sequence(text) {
        Ok(keys) if keys.len() > SEQUENCE_KEYS_MAX => {
            Err(format!("a sequence has at most {SEQUENCE_KEYS_MAX} keys; shorten this one."))
        }
        Ok(keys) => Ok(keys),
        Err(error) => Err(error.to_string()),
    }
}

fn too_many() -> String {
    format!("there may be {BINDINGS_MAX} bindings; leave some out.")
}

/// Keys bound twice, and keys that are a command as well as the beginning of another.
fn quarrels(found: &[Found]) -> Vec<(Range<usize>, String)> {
    let mut sorted: Vec<&Found> = found.iter().collect();
    sorted.sort_by(|a, b| (&a.keys, a.span.start).cmp(&(&b.keys, b.span.start)));
    // In this order a sequence stands right before those that begin with it.
    let mut out = Vec::new();
    for (index, first) in sorted.iter().enumerate() {
        for second in sorted[index + 1..].iter().take_while(|it| it.keys.starts_with(&first.keys)) {
            let (shown, longer) = (Key::sequence_text(&first.keys), Key::sequence_text(&second.keys));
            let (one, other) = (first.command.name(), second.command.name());
            let sentence = if first.keys == second.keys {
                format!("{shown} is bound twice, to {one} and to {other}. Take it from one of them.")
            } else {
                format!("{shown} is {one} and also begins {longer} ({other}). Give one of them other keys.")
            };
            out.push((second.span.clone(), sentence));
        }
    }
    out
}

fn no_such_command(name: &str) -> String {
    match Command::nearest(name) {
        Some(meant) => format!("there is no command {name}; did you mean {meant}?"),
        None => format!("there is no command {name}. `dateline generate keys` lists all {}.", COMMANDS.len()),
    }
}

fn not_readable(error: &toml::de::Error) -> String {
    format!("{}. A line reads: down = [\"j\", \"<down>\"].", error.message().trim_end_matches('.'))
}

/// How far apart two sequences may be for one to be named in place of the other: a wrong case or modifier, or one key
/// too many.
const NEAR: usize = 2;

/// Edit distance over keys. Another key altogether is never near.
fn distance(typed: &[Key], bound: &[Key]) -> usize {
    const MISSING: usize = 2;
    let mut last: Vec<usize> = (0..=bound.len()).map(|it| it * MISSING).collect();
    for (row, key) in typed.iter().enumerate() {
        let mut this = vec![(row + 1) * MISSING];
        for (column, wanted) in bound.iter().enumerate() {
            let mistaken = last[column] + unlikeness(*key, *wanted);
            this.push(mistaken.min(last[column + 1] + MISSING).min(this[column] + MISSING));
        }
        last = this;
    }
    last[bound.len()]
}

fn unlikeness(one: Key, other: Key) -> usize {
    let case = |code: KeyCode| match code {
        KeyCode::Char(it) => KeyCode::Char(it.to_lowercase().next().unwrap_or(it)),
        KeyCode::Enter
        | KeyCode::Escape
        | KeyCode::Tab
        | KeyCode::Backspace
        | KeyCode::Delete
        | KeyCode::Insert
        | KeyCode::Up
        | KeyCode::Down
        | KeyCode::Left
        | KeyCode::Right
        | KeyCode::Home
        | KeyCode::End
        | KeyCode::PageUp
        | KeyCode::PageDown
        | KeyCode::Function(_) => code,
    };
    if case(one.code) != case(other.code) {
        return NEAR + 1;
    }
    let modifiers = |key: Key| (key.control, key.alt, key.shift);
    usize::from(one.code != other.code) + usize::from(modifiers(one) != modifiers(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Commands that no key asks for, each with the reason.
    const WITHOUT_A_KEY: &[(Command, &str)] = &[
        (Command::MarkRead, "toggle-read does it by default; other readers' fingers know two keys"),
        (Command::MarkUnread, "as above"),
        (Command::Preset, "asked for by name, once: `:preset newsboat`"),
        (Command::Rename, "asked for with the title; edit-feed has a line for it"),
        (Command::Move, "asked for with the folder; edit-feed has a line for it"),
        (Command::Pause, "p does it in the list of feed-health"),
        (Command::Unsubscribe, "D does it in the list of feed-health; no single key elsewhere removes a feed"),
        (Command::MarkUnreadAndNext, "toggle-read and next-unread do it; other readers' fingers know one key"),
        (Command::MarkAllReadAndNext, "mark-all-read and next-feed-with-unread do it; the same"),
        (Command::MarkEverythingRead, "too much for one key; mark-all-read in the list of all feeds is two"),
        (Command::PauseIndexing, "cancel lets it wait; it goes on by name, or at the next start"),
    ];

    fn keys(text: &str) -> Vec<Key> {
        Key::parse_sequence(text).unwrap()
    }

    fn mistakes(text: &str) -> Vec<String> {
        KeyMap::read(text).expect_err("mistakes").iter().map(KeyMapMistake::to_string).collect()
    }

    #[test]
    fn the_shipped_keys_are_sound_and_every_command_has_one() {
        let map = KeyMap::shipped();
        for it in COMMANDS {
            let excused = WITHOUT_A_KEY.iter().any(|(command, _)| *command == it.command);
            assert_eq!(map.keys_of(it.command).is_empty(), excused, "{}", it.name);
        }
    }

    #[test]
    fn no_shipped_key_is_bound_twice_or_begins_another() {
        let map = KeyMap::shipped();
        let bound: BTreeSet<&Vec<Key>> = map.bindings.iter().map(|(keys, _)| keys).collect();
        assert_eq!(bound.len(), map.bindings.len());
        for one in &bound {
            assert!(!bound.iter().any(|other| other.len() > one.len() && other.starts_with(one)), "{one:?}");
        }
    }

    #[test]
    fn every_shipped_sequence_leads_to_its_command_key_by_key() {
        let map = KeyMap::shipped();
        for (sequence, command) in &map.bindings {
            assert_eq!(map.lookup(sequence), Lookup::Matched(*command));
            for length in 0..sequence.len() {
                assert!(matches!(map.lookup(&sequence[..length]), Lookup::Pending(_)), "{sequence:?}");
            }
        }
    }

    fn own(command: &str, keys: &[&str]) -> KeyOverride {
        KeyOverride { command: command.to_owned(), keys: keys.iter().map(ToString::to_string).collect() }
    }

    #[test]
    fn a_persons_keys_take_the_place_of_the_presets_and_of_whatever_had_them() {
        let map = KeyMap::with(Preset::Default, &[own("toggle-star", &["m"]), own("open", &["g"])]).unwrap();
        assert_eq!(map.keys_of(Command::ToggleStar), ["m"]);
        assert_eq!(map.lookup(&keys("g")), Lookup::Matched(Command::Open));
        assert_eq!(map.keys_of(Command::Top), ["<home>"], "gg gave way to g");
        assert!(matches!(map.lookup(&keys("s")), Lookup::Unknown { .. }));
        let none = KeyMap::with(Preset::Default, &[own("quit", &[])]).unwrap();
        assert!(none.keys_of(Command::Quit).is_empty());
    }

    #[test]
    fn mistakes_in_a_persons_keys_are_named_at_once_and_by_place() {
        let overrides = [own("tgo-star", &["m"]), own("up", &["k", "<upp>"]), own("down", &["k"]), own("up", &[])];
        let mistakes = KeyMap::with(Preset::Default, &overrides).unwrap_err();
        let places: Vec<_> = mistakes.iter().map(|it| (it.at, it.key)).collect();
        assert_eq!(places, [(0, None), (1, Some(1)), (2, Some(0)), (3, None)], "{mistakes:?}");
    }

    #[test]
    fn a_persons_keys_stay_over_every_preset() {
        let map = KeyMap::with(Preset::Default, &[own("zen", &["r"])]).unwrap();
        for preset in Preset::ALL {
            let map = map.switched(preset);
            assert_eq!((map.lookup(&keys("r")), map.preset_name()), (Lookup::Matched(Command::Zen), preset));
        }
    }

    #[test]
    fn a_prefix_says_what_may_follow_in_the_order_of_the_table() {
        let Lookup::Pending(following) = KeyMap::shipped().lookup(&keys("g")) else { panic!("g is a prefix") };
        let shown: Vec<(String, &str)> =
            following.iter().map(|(key, commands)| (key.to_string(), commands[0].name())).collect();
        let expected = [
            ("g", "top"),
            ("f", "focus-feeds"),
            ("a", "focus-articles"),
            ("t", "focus-text"),
            ("i", "focus-info"),
            ("u", "toggle-unread-only"),
            ("1", "go-to-today"),
            ("2", "go-to-all"),
            ("3", "go-to-starred"),
            ("/", "save-search"),
            ("'", "edit-search"),
            ("n", "rename-search"),
            ("-", "delete-search"),
            ("?", "query-help"),
            ("s", "sort"),
            ("S", "reverse-sort"),
            ("d", "group"),
            ("r", "refresh-feed"),
            (".", "show-arrivals"),
            ("h", "feed-health"),
            ("+", "more-feeds"),
            (",", "settings"),
        ];
        assert_eq!(shown, expected.map(|(key, name)| (key.to_owned(), name)));
    }

    #[test]
    fn an_unknown_key_names_the_nearest_one() {
        let map = KeyMap::shipped();
        for (typed, meant) in [
            ("Z", Some(("z", Command::Zen))),
            ("C-j", Some(("j", Command::Down))),
            ("gG", Some(("gg", Command::Top))),
            ("gx", Some(("x", Command::FullText))),
            ("C-<tab>", Some(("<tab>", Command::NextPane))),
            (";", None),
            ("<f7>", None),
        ] {
            let nearest = meant.map(|(keys, command)| (keys.to_owned(), command));
            assert_eq!(map.lookup(&keys(typed)), Lookup::Unknown { nearest }, "{typed}");
        }
    }

    #[test]
    fn keys_of_a_command_are_shown_in_the_order_that_its_file_gives_them() {
        let map = KeyMap::read("top = [\"gg\", \"<home>\"]\ndown = [\"j\", \"<down>\"]").unwrap();
        assert_eq!(map.keys_of(Command::Top), ["gg", "<home>"]);
        assert_eq!(map.first_key_of(Command::Top), Some("gg".to_owned()));
        assert_eq!(map.keys_of(Command::Down), ["j", "<down>"]);
        let newsboat = KeyMap::preset(Preset::Newsboat);
        assert_eq!(newsboat.keys_of(Command::Cancel), ["<esc>", "C-f"]);
        assert!(map.keys_of(Command::Up).is_empty());
    }

    #[test]
    fn all_mistakes_are_named_with_line_and_nearest_name() {
        let text = "# mine\ndwn = [\"j\"]\nup = [\"k\", \"<upp>\"]\nwholly-else = []\nopen = [\"g\"]\ntop = [\"gg\"]\nquit = [\"k\"]\n";
        assert_eq!(
            mistakes(text),
            [
                "line 2: there is no command dwn; did you mean down?",
                "line 3: “<upp>” is not a key. Keys look like j, G, C-d, <enter>, <space>, S-<tab>, <f5>.",
                &format!(
                    "line 4: there is no command wholly-else. `dateline generate keys` lists all {}.",
                    COMMANDS.len()
                ),
                "line 6: g is open and also begins gg (top). Give one of them other keys.",
                "line 7: k is bound twice, to up and to quit. Take it from one of them.",
            ]
        );
    }

    #[test]
    fn a_file_that_is_no_toml_says_where_and_how_a_line_reads() {
        for text in
            ["down = [\"j\"\nup = []", "\n\ndown = \"j\"", "down = [\"j\"]\ndown = [\"k\"]", "down = [1]", "\u{0}"]
        {
            let all = mistakes(text);
            assert!(all.len() == 1 && all[0].starts_with("line ") && all[0].contains("A line reads: down"), "{all:?}");
        }
        assert!(mistakes("\n\ndown = \"j\"")[0].starts_with("line 3: "));
    }

    #[test]
    fn a_sequence_that_nobody_remembers_is_refused() {
        assert!(mistakes("down = [\"ggggggggg\"]")[0].contains("at most 8 keys"));
    }

    #[test]
    fn foreign_text_in_a_mistake_cannot_drive_the_terminal() {
        for mistake in mistakes("\"a\\u001b]52;c;x\\u0007\" = []\nup = [\"\\u009b2J\"]") {
            assert!(!mistake.chars().any(char::is_control), "{mistake:?}");
        }
    }
}

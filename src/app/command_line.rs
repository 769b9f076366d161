//! The command line: a name from the table and what follows it. A name may be cut short where only one command begins
//! so; a mistake is named with what was probably meant, and the line stays to be mended.

use crate::command::{Argument, COMMANDS, Command, Preset, argument};
use crate::news::{CleanText, Limit, TagChanges, TagName, nearest_of};

use super::feed_form::{self, FeedField};
use super::finding::{self, FoundKind};
use super::marks::{self, Mark};
use super::prompting::{self, sentence};
use super::{App, Pane, PromptKind, act, argv, health, import, keys, moving, settings_view, sorting};

/// Runs a line.
///
/// # Errors
/// What was wrong with it, in a sentence.
pub fn run(app: &mut App, line: &str) -> Result<(), CleanText> {
    let line = line.trim().trim_start_matches(':').trim_start();
    if line.is_empty() {
        return Ok(());
    }
    if let Ok(number) = line.parse::<usize>() {
        moving::to(app, number.saturating_sub(1));
        return Ok(());
    }
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let command = named(name)?;
    with_argument(app, command, rest.trim())
}

/// Runs a command with what followed its name.
fn with_argument(app: &mut App, command: Command, rest: &str) -> Result<(), CleanText> {
    if rest.is_empty() {
        if argument(command) == Argument::Preset {
            let now = app.settings.keys.preset_name().name();
            return Err(said(&format!("Which keys? {}. Now: {now}.", Argument::Preset.usage())));
        }
        act::perform(app, command, None);
        return Ok(());
    }
    let name = command.name();
    match argument(command) {
        Argument::Count => match rest.parse::<usize>() {
            Ok(count) => act::perform(app, command, Some(count)),
            Err(_) => return Err(said(&format!("{name} takes nothing but a number, not “{rest}”."))),
        },
        Argument::Tags => {
            let sign = if command == Command::TagRemove { "-" } else { "" };
            let changes = TagChanges::parse(&format!("{sign}{rest}")).map_err(|why| sentence(&why.to_string()))?;
            let articles = app.list.targets();
            if articles.is_empty() {
                return Err(CleanText::own(act::NOTHING_TO_TAG));
            }
            marks::mark(app, Mark::Tags(changes), articles, false);
        }
        Argument::Words => match command {
            Command::Filter => {
                finding::show(app, FoundKind::Filter, rest).map_err(|why| sentence(&why.to_string()))?;
                app.focus = Pane::Articles;
            }
            Command::SaveSearch => finding::save_list(app, rest),
            Command::RenameSearch => finding::rename_meant(app, rest),
            Command::GoToTag => finding::go(app, PromptKind::GoToTag, rest)?,
            Command::GoToSearch => finding::go(app, PromptKind::GoToSearch, rest)?,
            _ => prompting::search(app, rest)?,
        },
        Argument::Address => {
            let address = crate::refresh::parse_pasted(rest).map_err(|why| sentence(&why.to_string()))?;
            prompting::subscribe(app, address);
        }
        Argument::Order => {
            let by =
                sorting::named(rest).ok_or_else(|| unknown("order", rest, sorting::NAMES.iter().map(|it| it.0)))?;
            sorting::sort(app, by);
        }
        Argument::Preset => {
            let preset =
                Preset::named(rest).ok_or_else(|| unknown("keys", rest, Preset::ALL.iter().map(|it| it.name())))?;
            use_preset(app, preset);
        }
        Argument::Title | Argument::Folder => {
            let field = if command == Command::Move { FeedField::Folder } else { FeedField::Title };
            if let Some(feed) = health::feed_to_change(app) {
                feed_form::entered(app, feed, field, rest)?;
            }
        }
        Argument::File if command == Command::Import => import::begin(app, rest),
        Argument::File => act::save_to(app, rest)?,
        Argument::Program => act::pipe_to(app, argv::words(rest).map_err(CleanText::own)?)?,
        Argument::Setting => {
            let (name, value) = rest.split_once(|it: char| it == '=' || it.is_whitespace()).unwrap_or((rest, ""));
            settings_view::named(app, name.trim(), value.trim())?;
        }
        Argument::Letter => match rest.chars().next() {
            Some(letter) if rest.len() == 1 && letter.is_ascii_lowercase() => keys::play(app, letter, 1),
            _ => return Err(said(&format!("A macro has a letter from a to z, not “{rest}”."))),
        },
    }
    Ok(())
}

/// Uses another set of keys from now on.
pub fn use_preset(app: &mut App, preset: Preset) {
    app.settings.keys = app.settings.keys.switched(preset);
    let help = app.key_for(Command::Help);
    app.tell(&format!("The keys are those of {} now. {help} shows them.", preset.name()));
}

/// What the word at the end of `line` may become: names of commands, then what the command takes.
pub fn candidates(line: &str, tags: &[TagName]) -> Vec<String> {
    let Some((name, rest)) = line.split_once(' ') else {
        let begun = line.trim_start_matches(':');
        return COMMANDS.iter().map(|it| it.name).filter(|it| it.starts_with(begun)).map(str::to_owned).collect();
    };
    let word = rest.rsplit(' ').next().unwrap_or_default();
    let Ok(command) = named(name) else { return Vec::new() };
    let beginning = |names: &mut dyn Iterator<Item = &'static str>| {
        names.filter(|it| it.starts_with(word)).map(str::to_owned).collect()
    };
    match argument(command) {
        Argument::Order => beginning(&mut sorting::NAMES.iter().map(|it| it.0)),
        Argument::Preset => beginning(&mut Preset::ALL.iter().map(|it| it.name())),
        Argument::Tags => {
            let bare = word.trim_start_matches(['+', '-']);
            let sign = &word[..word.len() - bare.len()];
            tags.iter().filter(|it| it.as_str().starts_with(bare)).map(|it| format!("{sign}{it}")).collect()
        }
        Argument::Setting => beginning(&mut crate::config::SETTINGS.iter().map(|it| it.name)),
        Argument::Count
        | Argument::Words
        | Argument::Address
        | Argument::Title
        | Argument::Folder
        | Argument::File
        | Argument::Program
        | Argument::Letter => Vec::new(),
    }
}

/// What the command of this name takes.
pub fn argument_of(name: &str) -> Option<Argument> {
    named(name.trim_start_matches(':')).ok().map(argument)
}

/// What the line is about, shown beside it while it is typed.
pub fn doc(line: &str) -> Option<String> {
    let name = line.trim_start_matches(':').split(' ').next()?;
    let command = Command::named(name)?;
    let usage = argument(command).usage();
    Some(format!("{usage}   {}", command.entry().doc))
}

/// What people type out of habit, at vim or newsboat, where it would begin several names or none.
const HABITS: &[(&str, Command)] = &[
    ("q", Command::Quit),
    ("qa", Command::Quit),
    ("wq", Command::Quit),
    ("exit", Command::Quit),
    ("h", Command::Help),
    ("w", Command::SaveToFile),
    ("write", Command::SaveToFile),
    ("save", Command::SaveToFile),
    ("add", Command::Subscribe),
    ("reload", Command::RefreshFeed),
    ("reload-all", Command::RefreshAll),
];

fn named(name: &str) -> Result<Command, CleanText> {
    if let Some(command) = Command::named(name) {
        return Ok(command);
    }
    if let Some((_, command)) = HABITS.iter().find(|it| it.0 == name) {
        return Ok(*command);
    }
    let mut begun = COMMANDS.iter().filter(|it| it.name.starts_with(name));
    match (begun.next(), begun.next()) {
        (Some(only), None) => Ok(only.command),
        (Some(first), Some(second)) => {
            Err(said(&format!("{name} may be {}, {} or more. Tab shows them.", first.name, second.name)))
        }
        (None, _) => Err(match Command::nearest(name) {
            Some(meant) => said(&format!("There is no command {name}. Did you mean {meant}?")),
            None => said(&format!("There is no command {name}. Tab lists them all.")),
        }),
    }
}

fn unknown<'a>(what: &str, word: &str, known: impl Iterator<Item = &'a str> + Clone) -> CleanText {
    let all: Vec<&str> = known.clone().collect();
    let meant = nearest_of(word, known).map(|it| format!(" Did you mean {it}?")).unwrap_or_default();
    said(&format!("There is no {what} {word}: {}.{meant}", all.join(", ")))
}

fn said(sentence: &str) -> CleanText {
    CleanText::line(sentence, Limit::SENTENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_cut_short_where_only_one_command_begins_so() {
        assert_eq!(named("pal"), Ok(Command::Palette));
        assert_eq!(named("tag"), Ok(Command::Tag));
        assert!(named("mark").unwrap_err().as_str().contains("Tab"));
        assert_eq!((named("q"), named("w")), (Ok(Command::Quit), Ok(Command::SaveToFile)));
        assert!(HABITS.iter().all(|it| Command::named(it.0).is_none()));
        assert!(named("qiut").unwrap_err().as_str().contains("Did you mean quit?"));
    }

    #[test]
    fn candidates_are_names_and_then_what_the_command_takes() {
        let tags = [TagName::parse("later").unwrap()];
        assert_eq!(
            candidates("pre", &tags),
            [
                "previous-article",
                "previous-pane",
                "previous-unread",
                "previous-feed-with-unread",
                "previous-heading",
                "preset"
            ]
        );
        assert_eq!(candidates("preset n", &tags), ["newsboat", "nnw"]);
        assert_eq!(candidates("tag +l", &tags), ["+later"]);
        assert_eq!(candidates("sort t", &tags), ["title", "tag"]);
    }
}

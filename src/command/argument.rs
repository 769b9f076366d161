//! What may follow a command's name on the command line: `:tag +later -inbox`, `:sort title`, `:open 3`.
//!
//! Only says what is wanted; reading it is `app`'s.

use super::Command;

/// What a command takes after its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A number, which means what a count typed before the keys means.
    Count,
    /// `+add -remove`.
    Tags,
    Words,
    Address,
    Order,
    Preset,
    /// What a feed is to be called.
    Title,
    Folder,
    File,
    /// A program and its arguments.
    Program,
    /// The letter of a macro.
    Letter,
    /// The name of a setting and what it is to be.
    Setting,
}

/// What `command` takes. Commands that are not named here take a count.
pub fn argument(command: Command) -> Argument {
    ARGUMENTS.iter().find(|(it, _)| *it == command).map_or(Argument::Count, |(_, argument)| *argument)
}

const ARGUMENTS: &[(Command, Argument)] = &[
    (Command::Tag, Argument::Tags),
    (Command::TagAdd, Argument::Tags),
    (Command::TagRemove, Argument::Tags),
    (Command::Search, Argument::Words),
    (Command::Filter, Argument::Words),
    (Command::GoToTag, Argument::Words),
    (Command::GoToSearch, Argument::Words),
    (Command::SaveSearch, Argument::Words),
    (Command::RenameSearch, Argument::Words),
    (Command::Sort, Argument::Order),
    (Command::SaveToFile, Argument::File),
    (Command::Pipe, Argument::Program),
    (Command::Subscribe, Argument::Address),
    (Command::Rename, Argument::Title),
    (Command::Move, Argument::Folder),
    (Command::Macro, Argument::Letter),
    (Command::Preset, Argument::Preset),
    (Command::Settings, Argument::Setting),
    (Command::Import, Argument::File),
];

impl Argument {
    /// As the command line shows it.
    pub fn usage(self) -> &'static str {
        match self {
            Argument::Count => "[number]",
            Argument::Tags => "+add -remove",
            Argument::Words => "words",
            Argument::Address => "address",
            Argument::Order => "date | title | feed | author | length | unread | tag",
            Argument::Preset => "default | newsboat | elfeed | nnw",
            Argument::Title => "title",
            Argument::Folder => "folder, such as World/Asia",
            Argument::File => "file",
            Argument::Program => "program and its arguments",
            Argument::Letter => "a letter",
            Argument::Setting => "name value",
        }
    }
}

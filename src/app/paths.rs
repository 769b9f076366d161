//! Completing the name of a file while it is typed. The core opens no folder: it asks for the names in one, and offers
//! those that came.

use crate::command::Argument;

use super::prompt::{Prompt, PromptKind};
use super::{App, Effect, command_line};

/// What a folder holds, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Folder {
    /// As it was typed, with the `/` at its end; empty is the folder in which the program was started.
    typed: String,
    /// In order; folders end with `/`.
    names: Vec<String>,
}

/// Where in a prompt's line a path begins, if one is typed there.
pub fn begins_at(prompt: &Prompt) -> Option<usize> {
    match prompt.kind {
        PromptKind::Import | PromptKind::SaveTo => Some(0),
        PromptKind::Command => {
            let before = prompt.line.before();
            let (name, rest) = before.split_once(' ')?;
            let takes_file = command_line::argument_of(name) == Some(Argument::File);
            takes_file.then(|| before.len() - rest.trim_start().len())
        }
        PromptKind::Search
        | PromptKind::Filter
        | PromptKind::EditSearch(_)
        | PromptKind::GoToTag
        | PromptKind::GoToSearch
        | PromptKind::Tag { .. }
        | PromptKind::SaveSearch { .. }
        | PromptKind::RenameSearch(_)
        | PromptKind::Subscribe
        | PromptKind::Pipe
        | PromptKind::Feed { .. }
        | PromptKind::Setting { .. } => None,
    }
}

/// Asks for the names in the folder that is being typed, once.
pub fn settle(app: &mut App) {
    let Some(prompt) = &app.prompt else {
        app.folder = None;
        return;
    };
    let Some(from) = begins_at(prompt) else { return };
    let typed = folder_of(&prompt.line.before()[from..]);
    if app.folder.as_ref().is_none_or(|it| it.typed != typed) {
        let typed = typed.to_owned();
        app.folder = Some(Folder { typed: typed.clone(), names: Vec::new() });
        app.outbox.push(Effect::ListFolder { folder: typed });
    }
}

/// The names in a folder came.
pub fn came(app: &mut App, folder: &str, names: Vec<String>) {
    if let Some(waiting) = app.folder.as_mut().filter(|it| it.typed == folder) {
        waiting.names = names;
    }
}

/// The files in the folder that is being typed, as they would be typed.
pub fn files(app: &App) -> Vec<String> {
    app.folder.as_ref().map_or_else(Vec::new, |it| it.names.iter().map(|name| format!("{}{name}", it.typed)).collect())
}

/// Those of `files` that `typed` may become. Hidden ones only where a dot asks for them.
pub fn candidates(typed: &str, files: &[String]) -> Vec<String> {
    let folder = folder_of(typed);
    let hidden = typed[folder.len()..].starts_with('.');
    let is_meant = |it: &&String| it.starts_with(typed) && (hidden || !it[folder.len()..].starts_with('.'));
    files.iter().filter(is_meant).cloned().collect()
}

fn folder_of(path: &str) -> &str {
    &path[..path.rfind('/').map_or(0, |at| at + 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_become_what_its_folder_holds() {
        let files: Vec<String> = ["~/.newsboat/", "~/feeds.opml", "~/Feuilleton/"].map(str::to_owned).to_vec();
        assert_eq!(candidates("~/fe", &files), ["~/feeds.opml"]);
        assert_eq!(candidates("~/", &files), ["~/feeds.opml", "~/Feuilleton/"]);
        assert_eq!(candidates("~/.n", &files), ["~/.newsboat/"]);
        assert!(candidates("/etc/", &files).is_empty());
        assert_eq!(folder_of("a"), "");
    }
}

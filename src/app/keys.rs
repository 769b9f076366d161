//! Keys to commands: counts, sequences, and what to say about a key that means nothing.

use crate::command::{Key, KeyCode, Lookup};

use super::{App, act, prompting};

/// A count beyond this is held here; no list is longer.
const COUNT_MAX: usize = 9_999_999;

/// A key was pressed.
pub fn pressed(app: &mut App, key: Key) {
    if app.prompt.is_some() {
        prompting::pressed(app, key);
        return;
    }
    let bare = !key.control && !key.alt;
    if let KeyCode::Char(digit @ '0'..='9') = key.code
        && bare
        && app.pending.is_empty()
        && (digit != '0' || app.count.is_some())
    {
        let value = usize::try_from(u32::from(digit) - u32::from('0')).unwrap_or_default();
        app.count = Some((app.count.unwrap_or(0) * 10 + value).min(COUNT_MAX));
        return;
    }
    if key.code == KeyCode::Escape && (app.count.is_some() || !app.pending.is_empty()) {
        app.count = None;
        app.pending.clear();
        return;
    }
    app.pending.push(key);
    match app.settings.keys.lookup(&app.pending) {
        Lookup::Matched(command) => {
            app.pending.clear();
            let count = app.count.take();
            act::perform(app, command, count);
        }
        Lookup::Pending(_) => {}
        Lookup::Unknown { nearest } => {
            let typed: String = app.pending.drain(..).map(|it| it.to_string()).collect();
            app.count = None;
            let help = app.key_for(crate::command::Command::Help);
            match nearest {
                Some((keys, command)) => {
                    app.tell(&format!("{typed} is not bound. {keys}: {}. {help} shows all keys.", command.entry().doc));
                }
                None => app.tell(&format!("{typed} is not bound. {help} shows all keys.")),
            }
        }
    }
}

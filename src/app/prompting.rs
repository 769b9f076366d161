//! Opening a prompt, typing into it, and what entering it does. Pasted text goes into a line and nowhere else.

use crate::command::{Command, Key, KeyCode};
use crate::news::{CleanText, CleanUrl, Limit, TagChanges};
use crate::refresh::parse_pasted;

use super::finding::{self, FoundKind};
use super::history::History;
use super::marks::{self, Mark};
use super::measure::words;
use super::prompt::PromptKey;
use super::{App, Effect, Help, Pane, Prompt, PromptKind, act, argv, command_line, feed_form, import, settings_view};

pub fn open(app: &mut App, kind: PromptKind, text: &str) {
    if kind == PromptKind::Subscribe && app.settings.offline {
        app.tell("Started with --offline: nothing is fetched, so no feed can be added.");
        return;
    }
    app.notice = None;
    let prompt = Prompt::new(kind, text);
    let found = finding::kind_of(&prompt.kind);
    app.prompt = Some(prompt);
    if let Some(kind) = found
        && !text.is_empty()
    {
        finding::typed(app, kind);
    }
}

pub fn pressed(app: &mut App, key: Key) {
    let names = finding::names(app);
    let Some(prompt) = &mut app.prompt else { return };
    let asks_how = key.code == KeyCode::Char('?') && !key.control && prompt.line.text().is_empty();
    if asks_how && finding::kind_of(&prompt.kind).is_some() {
        app.prompt = None;
        app.help = Some(Help::of_language());
        return;
    }
    let history = match prompt.kind {
        PromptKind::Command => Some(&app.keyboard.commands),
        PromptKind::Search | PromptKind::Filter => Some(&app.keyboard.searches),
        PromptKind::Tag { .. }
        | PromptKind::EditSearch(_)
        | PromptKind::GoToTag
        | PromptKind::GoToSearch
        | PromptKind::SaveSearch { .. }
        | PromptKind::RenameSearch(_)
        | PromptKind::Subscribe
        | PromptKind::Import
        | PromptKind::SaveTo
        | PromptKind::Pipe
        | PromptKind::Feed { .. }
        | PromptKind::Setting { .. } => None,
    };
    if let Some(history) = history
        && walked_history(prompt, history, key)
    {
        edited(app);
        return;
    }
    match prompt.key(key, &names) {
        PromptKey::Entered => entered(app),
        PromptKey::Left => left(app),
        PromptKey::Edited => edited(app),
        PromptKey::Nothing => {}
    }
}

/// Text was pasted. Without a prompt an address opens the one that adds feeds; anything else is left alone.
pub fn pasted(app: &mut App, text: &str) {
    if let Some(prompt) = &mut app.prompt {
        prompt.paste(text);
        edited(app);
        return;
    }
    if app.palette.is_some() {
        super::palette::pasted(app, text);
        return;
    }
    if app.help.as_ref().is_some_and(|it| it.is_searching()) {
        super::help::pasted(app, text);
        return;
    }
    app.pending.clear();
    app.count = None;
    // An address is short; a whole book on the clipboard is not looked through for one.
    let trimmed = if text.len() > ADDRESS_BYTES_MAX { "" } else { text.trim() };
    if trimmed.contains("://") && parse_pasted(trimmed).is_ok() {
        open(app, PromptKind::Subscribe, trimmed);
    } else if import::is_file(trimmed) {
        open(app, PromptKind::Import, trimmed);
    } else {
        let search = app.key_for(Command::Search);
        let subscribe = app.key_for(Command::Subscribe);
        app.tell(&format!("Pasted text runs no commands. {search} looks for words, {subscribe} adds an address."));
    }
}

/// Text longer than this is no address that somebody pasted.
const ADDRESS_BYTES_MAX: usize = 16 * 1024;

/// While a query is typed the list already shows what it finds.
fn edited(app: &mut App) {
    if let Some(kind) = app.prompt.as_ref().and_then(|it| finding::kind_of(&it.kind)) {
        finding::typed(app, kind);
    }
}

fn left(app: &mut App) {
    if let Some(kind) = app.prompt.take().and_then(|it| finding::kind_of(&it.kind)) {
        finding::leave(app, kind);
    }
}

fn entered(app: &mut App) {
    let Some(mut prompt) = app.prompt.take() else { return };
    let text = prompt.line.text().trim().to_owned();
    let outcome = match &prompt.kind {
        PromptKind::Tag { articles, .. } => {
            let unsaid = text.trim_matches(|it: char| it.is_whitespace() || matches!(it, '+' | '-' | ','));
            if unsaid.is_empty() {
                return;
            }
            let mut articles = articles.clone();
            if articles.is_empty() {
                articles.extend(app.list.selected_id());
            }
            if articles.is_empty() {
                app.tell(super::act::NOTHING_TO_TAG);
                return;
            }
            TagChanges::parse(&text)
                .map(|changes| marks::mark(app, Mark::Tags(changes), articles, false))
                .map_err(|why| sentence(&why.to_string()))
        }
        PromptKind::Search | PromptKind::Filter | PromptKind::EditSearch(_) if text.is_empty() => {
            if let Some(kind) = finding::kind_of(&prompt.kind) {
                finding::leave(app, kind);
            }
            return;
        }
        PromptKind::Search | PromptKind::Filter => {
            app.keyboard.searches.add(&text);
            let kind = finding::kind_of(&prompt.kind).unwrap_or(FoundKind::Search);
            finding::show(app, kind, &text).map(|()| app.focus = Pane::Articles).map_err(|why| {
                prompt.pointed = Some((why.column - 1, why.length));
                sentence(&why.to_string())
            })
        }
        PromptKind::EditSearch(id) => finding::edited(app, *id, &text).map_err(|why| {
            prompt.pointed = Some((why.column - 1, why.length));
            sentence(&why.to_string())
        }),
        PromptKind::GoToTag | PromptKind::GoToSearch if text.is_empty() => return,
        PromptKind::GoToTag | PromptKind::GoToSearch => finding::chosen(app, &prompt, &text),
        PromptKind::SaveSearch { .. } | PromptKind::RenameSearch(_) if text.is_empty() => return,
        PromptKind::SaveSearch { query } => {
            finding::save(app, &text, query);
            Ok(())
        }
        PromptKind::RenameSearch(id) => {
            finding::rename(app, *id, &text);
            Ok(())
        }
        PromptKind::Command => {
            app.keyboard.commands.add(&text);
            command_line::run(app, &text)
        }
        PromptKind::SaveTo | PromptKind::Pipe if text.is_empty() => return,
        PromptKind::SaveTo => act::save_to(app, &text),
        PromptKind::Pipe => argv::words(&text).map_err(CleanText::own).and_then(|it| act::pipe_to(app, it)),
        PromptKind::Feed { feed, field } => feed_form::entered(app, *feed, *field, &text),
        PromptKind::Setting { name } => settings_view::typed(app, name, &text),
        PromptKind::Subscribe | PromptKind::Import if text.is_empty() => return,
        PromptKind::Import => {
            import::begin(app, &text);
            Ok(())
        }
        // Whoever types a file where an address is asked for means the feeds in it.
        PromptKind::Subscribe if import::is_file(&text) => {
            import::begin(app, &text);
            Ok(())
        }
        PromptKind::Subscribe => {
            parse_pasted(&text).map(|address| subscribe(app, address)).map_err(|why| sentence(&why.to_string()))
        }
    };
    if let Err(why) = outcome {
        prompt.error = Some(why);
        app.prompt = Some(prompt);
    }
}

/// Shows what a query finds.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub fn search(app: &mut App, text: &str) -> Result<(), CleanText> {
    finding::show(app, FoundKind::Search, text).map_err(|why| sentence(&why.to_string()))?;
    app.focus = Pane::Articles;
    Ok(())
}

/// Subscribes to an address that a person typed.
pub fn subscribe(app: &mut App, address: CleanUrl) {
    if app.settings.offline {
        app.tell("Started with --offline: nothing is fetched, so no feed can be added.");
        return;
    }
    app.activity.adding = Some(words(address.host()));
    app.outbox.push(Effect::Add { address });
}

/// Up and Down go through the lines of before that begin like what is typed; below the newest stands that again. Whether
/// the key was one of them.
fn walked_history(prompt: &mut Prompt, history: &History, key: Key) -> bool {
    let older = matches!((key.code, key.control), (KeyCode::Up, false) | (KeyCode::Char('p'), true));
    let newer = matches!((key.code, key.control), (KeyCode::Down, false) | (KeyCode::Char('n'), true));
    if !older && !newer {
        return false;
    }
    let now = prompt.line.text().to_owned();
    let typed = prompt.walked_from.clone().unwrap_or_else(|| now.clone());
    match history.step(older, &now, &typed) {
        Some(line) => prompt.walk_to(line, typed),
        None if newer && prompt.walked_from.is_some() => *prompt = Prompt::new(prompt.kind.clone(), &typed),
        None => {}
    }
    true
}

/// Errors of `news` are halves of sentences; here they stand alone.
pub fn sentence(half: &str) -> CleanText {
    let mut chars = half.chars();
    let first: String = chars.next().map(|it| it.to_uppercase().collect()).unwrap_or_default();
    CleanText::line(&format!("{first}{}", chars.as_str()), Limit::SENTENCE)
}

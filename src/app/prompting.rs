//! Opening a prompt, typing into it, and what entering it does. Pasted text goes into a line and nowhere else.

use crate::command::{Command, Key};
use crate::news::{CleanText, Limit, TagChanges};
use crate::query::Query;
use crate::refresh::parse_pasted;

use super::marks::{self, Mark};
use super::measure::words;
use super::prompt::PromptKey;
use super::{App, Effect, Pane, Prompt, PromptKind, views};

pub fn open(app: &mut App, kind: PromptKind, text: &str) {
    if kind == PromptKind::Subscribe && app.settings.offline {
        app.tell("Started with --offline: nothing is fetched, so no feed can be added.");
        return;
    }
    app.notice = None;
    app.prompt = Some(Prompt::new(kind, text));
}

pub fn pressed(app: &mut App, key: Key) {
    let tags = app.tree.tag_names();
    let Some(prompt) = &mut app.prompt else { return };
    match prompt.key(key, &tags) {
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
    app.pending.clear();
    app.count = None;
    let trimmed = text.trim();
    if trimmed.contains("://") && parse_pasted(trimmed).is_ok() {
        open(app, PromptKind::Subscribe, trimmed);
    } else {
        let search = app.key_for(Command::Search);
        let subscribe = app.key_for(Command::Subscribe);
        app.tell(&format!("Pasted text runs no commands. {search} looks for words, {subscribe} adds an address."));
    }
}

/// While words are typed the list already shows what has them.
fn edited(app: &mut App) {
    let Some(prompt) = &mut app.prompt else { return };
    if prompt.kind != PromptKind::Search {
        return;
    }
    let text = prompt.line.text().trim().to_owned();
    if text.is_empty() {
        prompt.error = None;
        if app.list.is_search() {
            views::leave_search(app);
        }
        return;
    }
    match typed_query(&text) {
        Ok(query) => {
            prompt.error = None;
            views::search(app, query);
        }
        // A broken query hides nothing: the last good one stays.
        Err(why) => prompt.error = Some(why),
    }
}

fn left(app: &mut App) {
    let kind = app.prompt.take().map(|it| it.kind);
    if kind == Some(PromptKind::Search) && app.list.is_search() {
        views::leave_search(app);
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
        PromptKind::Search if text.is_empty() => {
            left(app);
            return;
        }
        PromptKind::Search => typed_query(&text).map(|query| {
            views::search(app, query);
            app.focus = Pane::Articles;
        }),
        PromptKind::Subscribe if text.is_empty() => return,
        PromptKind::Subscribe => parse_pasted(&text)
            .map(|address| {
                app.activity.adding = Some(words(address.host()));
                app.outbox.push(Effect::Add { address });
            })
            .map_err(|why| sentence(&why.to_string())),
    };
    if let Err(why) = outcome {
        prompt.error = Some(why);
        app.prompt = Some(prompt);
    }
}

/// The query as typed; the last word may be the beginning of one, so that entering it shows what typing it showed.
fn typed_query(text: &str) -> Result<Query, CleanText> {
    Query::parse_typing(text).map_err(|why| words(&why.to_string()))
}

/// Errors of `news` are halves of sentences; here they stand alone.
fn sentence(half: &str) -> CleanText {
    let mut chars = half.chars();
    let first: String = chars.next().map(|it| it.to_uppercase().collect()).unwrap_or_default();
    CleanText::line(&format!("{first}{}", chars.as_str()), Limit::SENTENCE)
}

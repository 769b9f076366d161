//! Finding in place: queries that are typed into a prompt and shown at once, tags and saved searches to go to, and where
//! in the text the words stand. A broken query hides nothing: the last good list stays.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::command::Command;
use crate::news::{CleanText, TagName};
use crate::query::{Condition, NamedQuery, Names, Query, QueryError, State, Word};
use crate::store::{Ask, Change, Origin, Scope, SearchCount, SearchId};

use super::list::Found;
use super::measure::{number, words};
use super::prompting::sentence;
use super::tree::Node;
use super::{App, ListState, Pane, Prompt, PromptKind, marks, paths, prompting, views};

/// What a prompt for queries says about what was typed so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Echo {
    /// The query in plain English.
    pub meaning: CleanText,
    /// `212 found`.
    pub count: CleanText,
}

/// Whether lists are found while the line of such a prompt is typed, and of which kind.
pub fn kind_of(prompt: &PromptKind) -> Option<FoundKind> {
    match prompt {
        PromptKind::Search | PromptKind::EditSearch(_) => Some(FoundKind::Search),
        PromptKind::Filter => Some(FoundKind::Filter),
        PromptKind::Tag { .. }
        | PromptKind::GoToTag
        | PromptKind::GoToSearch
        | PromptKind::SaveSearch { .. }
        | PromptKind::RenameSearch(_)
        | PromptKind::Subscribe
        | PromptKind::Command
        | PromptKind::SaveTo
        | PromptKind::Pipe
        | PromptKind::Feed { .. }
        | PromptKind::Import
        | PromptKind::Setting { .. } => None,
    }
}

/// Whether everything was looked through, or the list that was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundKind {
    Search,
    Filter,
}

/// The line of a prompt for queries was changed: the list follows, or the mistake is pointed at.
pub fn typed(app: &mut App, kind: FoundKind) {
    let Some(prompt) = &mut app.prompt else { return };
    let text = prompt.line.text().to_owned();
    prompt.pointed = None;
    prompt.error = None;
    if text.trim().is_empty() {
        leave(app, kind);
        return;
    }
    if let Err(why) = show(app, kind, &text)
        && let Some(prompt) = &mut app.prompt
    {
        prompt.pointed = Some((why.column - 1, why.length));
        prompt.error = Some(sentence(&why.to_string()));
    }
}

/// Shows what a typed query finds.
///
/// # Errors
/// What is wrong with it, and where.
pub fn show(app: &mut App, kind: FoundKind, text: &str) -> Result<(), QueryError> {
    let query = Query::parse_typing(text)?;
    let settled = settled(app, &query)?;
    let found = Found { kind, text: words(text.trim()), query };
    views::find(app, found, settled);
    Ok(())
}

/// Gives back the list that a prompt of this kind has covered.
pub fn leave(app: &mut App, kind: FoundKind) {
    if app.list.found.as_ref().is_some_and(|it| it.kind == kind) {
        views::leave_search(app);
    }
}

/// The query for this moment.
pub fn settled(app: &App, query: &Query) -> Result<Query, QueryError> {
    let searches = &app.tree.tree.searches;
    let saved: Vec<NamedQuery<'_>> =
        searches.iter().map(|it| NamedQuery { name: it.name.as_str(), text: it.query.as_str() }).collect();
    query.settled(&app.now, &saved)
}

/// What a saved search asks for now.
///
/// # Errors
/// It can't be read: a newer Dateline saved it, or it names a search that is gone.
pub fn query_of(app: &App, search: SearchId) -> Result<Query, QueryError> {
    let text = app.tree.search(search).map(|it| it.query.to_string()).unwrap_or_default();
    settled(app, &Query::parse(&text)?)
}

/// The query that a filter adds to: a list of everything is without what is archived, so its filter is too.
pub fn filtered(base: &Query, scope: &Scope, filter: &Query) -> Query {
    let narrowed = base.and(filter);
    if *scope == Scope::All && *base == Query::Everything {
        let put_away = Condition::Not(Box::new(Condition::State(State::Archived)));
        return Query::of(put_away).and(&narrowed);
    }
    narrowed
}

/// What the library has names for, for completion.
pub fn names(app: &App) -> Names {
    let tree = &app.tree.tree;
    let mut folders: Vec<String> =
        tree.feeds.iter().map(|it| it.folder.to_string()).filter(|it| !it.is_empty()).collect();
    folders.dedup();
    Names {
        tags: tree.tags.iter().map(|it| it.name.to_string()).collect(),
        feeds: tree.feeds.iter().map(|it| it.title.to_string()).collect(),
        folders,
        searches: tree.searches.iter().map(|it| it.name.to_string()).collect(),
        files: paths::files(app),
    }
}

/// What is said under a query that is being typed.
pub fn echo(app: &App) -> Option<Echo> {
    let prompt = app.prompt.as_ref()?;
    let kind = kind_of(&prompt.kind)?;
    let found = app.list.found.as_ref().filter(|it| it.kind == kind)?;
    if prompt.line.text().trim().is_empty() {
        return None;
    }
    Some(Echo { meaning: sentence(&found.query.in_words()), count: count(app) })
}

/// How many the list holds, as far as is known.
fn count(app: &App) -> CleanText {
    let ids = number(app.list.ids.len() as i64);
    match &app.list.state {
        ListState::Loading => CleanText::own("searching…"),
        ListState::Begun => words(&format!("{ids}+ found")),
        ListState::Whole if app.list.may_be_more => words(&format!("{ids}+ found in the newest")),
        ListState::Whole if app.list.ids.is_empty() => CleanText::own("nothing found"),
        ListState::Whole => words(&format!("{ids} found")),
        ListState::Failed(_) => CleanText::default(),
    }
}

pub fn go_to_tag(app: &mut App) {
    if app.tree.tree.tags.is_empty() {
        let tag = app.key_for(Command::Tag);
        app.tell(&format!("No tags yet: {tag} tags an article."));
        return;
    }
    prompting::open(app, PromptKind::GoToTag, "");
}

pub fn go_to_search(app: &mut App) {
    if app.tree.tree.searches.is_empty() {
        let (search, save) = (app.key_for(Command::Search), app.key_for(Command::SaveSearch));
        app.tell(&format!("No saved searches yet: {search} searches, then {save} saves."));
        return;
    }
    prompting::open(app, PromptKind::GoToSearch, "");
}

/// Names that have the typed letters in their order, the best first; all of them where nothing is typed.
pub fn fuzzy<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let pattern = Pattern::parse(typed.trim(), CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut letters = Vec::new();
    let mut scored: Vec<(u32, &str)> = names
        .filter_map(|name| pattern.score(Utf32Str::new(name, &mut letters), &mut matcher).map(|it| (it, name)))
        .collect();
    scored.sort_by_key(|it| std::cmp::Reverse(it.0));
    scored.into_iter().map(|(_, name)| name.to_owned()).collect()
}

/// The tag or search of the line, or the first that it may mean.
pub fn chosen(app: &mut App, prompt: &Prompt, text: &str) -> Result<(), CleanText> {
    let first = prompt.choices(&names(app)).into_iter().next();
    let exactly = |name: &str| name.to_lowercase() == text.trim_start_matches('#').to_lowercase();
    if prompt.kind == PromptKind::GoToTag {
        let tags = app.tree.tag_names();
        let tag = tags.iter().find(|it| exactly(it.as_str())).cloned();
        let tag = tag.or_else(|| first.and_then(|it| TagName::parse(&it).ok()));
        let Some(tag) = tag else {
            return Err(words(&format!("No tag is like “{text}”. Take letters away, and Tab shows those there are.")));
        };
        app.tree.select(&Node::Tag(tag.clone()));
        views::open(app, Scope::Tag(tag), app.unread_only);
    } else {
        let searches = &app.tree.tree.searches;
        let wanted = searches.iter().find(|it| exactly(it.name.as_str()));
        let wanted = wanted.or_else(|| searches.iter().find(|it| Some(it.name.to_string()) == first));
        let Some(id) = wanted.map(|it| it.id) else {
            return Err(words(&format!(
                "No saved search is like “{text}”. Take letters away, and Tab shows those there are."
            )));
        };
        open_search(app, id);
    }
    app.focus = Pane::Articles;
    Ok(())
}

pub fn open_search(app: &mut App, id: SearchId) {
    app.tree.select(&Node::Search(id));
    views::open(app, Scope::Search(id), app.unread_only);
}

/// Goes to the tag or the saved search of that name.
///
/// # Errors
/// There is none like it.
pub fn go(app: &mut App, kind: PromptKind, name: &str) -> Result<(), CleanText> {
    chosen(app, &Prompt::new(kind, name), name)
}

/// Keeps what the list shows under a name.
pub fn save_list(app: &mut App, name: &str) {
    let query = words(&text_of_list(app));
    save(app, name, &query);
}

pub fn rename_meant(app: &mut App, name: &str) {
    if let Some(id) = meant(app) {
        rename(app, id, name);
    }
}

/// Asks under which name what the list shows is to be kept.
pub fn save_prompt(app: &mut App) {
    let query = text_of_list(app);
    if query.is_empty() {
        let search = app.key_for(Command::Search);
        app.tell(&format!("This list is everything: {search} searches first, then it can be kept under a name."));
        return;
    }
    prompting::open(app, PromptKind::SaveSearch { query: words(&query) }, "");
}

/// The query that finds what the list shows.
fn text_of_list(app: &App) -> String {
    let view = &app.list.view;
    let mut parts: Vec<String> = Vec::new();
    let quoted = |it: &str| it.replace('"', " ");
    match &view.scope {
        Scope::All => {}
        Scope::Since(_) => parts.push("today".to_owned()),
        Scope::Starred => parts.push("starred".to_owned()),
        Scope::Folder(path) => parts.push(format!("folder:\"{}\"", quoted(&path.to_string()))),
        Scope::Feed(id) => {
            let title = app.tree.feed(*id).map(|it| it.title.to_string()).unwrap_or_default();
            parts.push(format!("feed:\"{}\"", quoted(&title)));
        }
        Scope::Tag(name) => parts.push(format!("#{name}/*")),
        Scope::Untagged => parts.push("untagged".to_owned()),
        Scope::Search(id) => {
            let name = app.tree.search(*id).map(|it| it.name.to_string()).unwrap_or_default();
            parts.push(format!("search:\"{}\"", quoted(&name)));
        }
    }
    if view.unread_only {
        parts.push("unread".to_owned());
    }
    let covered = app.behind.iter().skip(1).chain(std::iter::once(&app.list));
    for query in covered.filter_map(|it| it.found.as_ref()).map(|it| &it.query) {
        // An alternative must not swallow what stands beside it.
        let any = matches!(query.condition(), Some(Condition::Any(_)));
        parts.push(if any { format!("({query})") } else { query.to_string() });
    }
    parts.join(" ")
}

/// The saved search that is meant: under the tree's cursor, or the one that is shown.
fn meant(app: &mut App) -> Option<SearchId> {
    let of_tree = match app.tree.node() {
        Some(Node::Search(id)) if app.focus == Pane::Feeds => Some(*id),
        Some(_) | None => None,
    };
    let of_list = match &app.list.view.scope {
        Scope::Search(id) => Some(*id),
        Scope::All
        | Scope::Since(_)
        | Scope::Starred
        | Scope::Folder(_)
        | Scope::Feed(_)
        | Scope::Tag(_)
        | Scope::Untagged => None,
    };
    let id = of_tree.or(of_list).filter(|id| app.tree.search(*id).is_some());
    if id.is_none() {
        let go = app.key_for(Command::GoToSearch);
        app.tell(&format!("No saved search is shown: {go} goes to one."));
    }
    id
}

pub fn edit_prompt(app: &mut App) {
    let Some(id) = meant(app) else { return };
    let text = app.tree.search(id).map(|it| it.query.to_string()).unwrap_or_default();
    prompting::open(app, PromptKind::EditSearch(id), &text);
}

pub fn rename_prompt(app: &mut App) {
    let Some(id) = meant(app) else { return };
    let name = app.tree.search(id).map(|it| it.name.to_string()).unwrap_or_default();
    prompting::open(app, PromptKind::RenameSearch(id), &name);
}

pub fn delete(app: &mut App) {
    let Some(search) = meant(app) else { return };
    if app.list.view.scope == Scope::Search(search) {
        views::go_home(app);
    }
    marks::change(app, Change::DeleteSearch { search, origin: Origin::Reader });
}

pub fn save(app: &mut App, name: &str, query: &CleanText) {
    let change = Change::SaveSearch { name: words(name), query: query.clone(), origin: Origin::Reader };
    marks::change(app, change);
}

/// The edited query is kept, and its list shown.
pub fn edited(app: &mut App, id: SearchId, text: &str) -> Result<(), QueryError> {
    let query = Query::parse(text)?;
    settled(app, &query)?;
    leave(app, FoundKind::Search);
    if let Some(name) = app.tree.search(id).map(|it| it.name.clone()) {
        save(app, name.as_str(), &words(text));
    }
    Ok(())
}

pub fn rename(app: &mut App, search: SearchId, name: &str) {
    marks::change(app, Change::RenameSearch { search, name: words(name), origin: Origin::Reader });
}

/// Asks how much those saved searches hold whose counts nobody keeps. Counting may take a core for long: rows and a text
/// that are on their way to the screen come first.
pub fn ask_counts(app: &mut App) {
    if app.counts_ticket.is_some() || app.awaits_rows() || app.awaits_text() {
        app.counts_again = true;
        return;
    }
    app.counts_again = false;
    let inexact = app.tree.tree.searches.iter().filter(|it| !it.exact).map(|it| it.id);
    let queries: Vec<_> = inexact.filter_map(|id| query_of(app, id).ok().map(|query| (id, query))).collect();
    if !queries.is_empty() {
        app.counts_ticket = Some(app.ask(Ask::SearchCounts { queries }));
    }
}

/// The counts have come; where something changed meanwhile they are taken again.
pub fn counts_came(app: &mut App, counts: Option<Vec<SearchCount>>) {
    app.counts_ticket = None;
    if let Some(counts) = counts {
        app.tree.take_counts(&counts, !app.counts_again);
    }
    counts_due(app);
}

/// Asks for counts that had to wait.
pub fn counts_due(app: &mut App) {
    if app.counts_again && app.counts_ticket.is_none() {
        ask_counts(app);
    }
}

/// The words that the list was found by.
pub fn looked_for(app: &App) -> Vec<Word> {
    app.list.view.query.looked_for()
}

/// Where in a title those words stand.
pub fn marked_in(app: &App, title: &CleanText) -> Vec<std::ops::Range<usize>> {
    let wanted = looked_for(app);
    if wanted.is_empty() {
        return Vec::new();
    }
    let wanted: Vec<(&str, bool)> = wanted.iter().map(|it| (it.text.as_str(), it.prefix)).collect();
    crate::words::marked(title.as_str(), &wanted, None)
}

/// Goes to the next place of the text at which a word stands that is looked for. `false` where none is.
pub fn step_match(app: &mut App, forwards: bool) -> bool {
    if app.focus != Pane::Text || app.reading.hits.is_empty() {
        return false;
    }
    let height = app.text_height();
    let (at, wrapped) = app.reading.step_hit(forwards, height);
    let of = app.reading.hits.len();
    let around = match (wrapped, forwards) {
        (false, _) => "",
        (true, true) => " · from the top again",
        (true, false) => " · from the end again",
    };
    app.tell(&format!("Match {} of {of}{around}", at + 1));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_their_order_are_enough_for_a_name() {
        let names = ["Morning news", "Later", "Asia morning"];
        assert_eq!(fuzzy("mn", names.into_iter())[0], "Morning news");
        assert_eq!(fuzzy("asmo", names.into_iter()), ["Asia morning"]);
        assert_eq!(fuzzy("", names.into_iter()).len(), 3);
        assert!(fuzzy("xyz", names.into_iter()).is_empty());
    }

    #[test]
    fn a_filter_of_everything_leaves_out_what_is_put_away() {
        let filter = Query::parse("rust or zig").unwrap();
        assert_eq!(filtered(&Query::Everything, &Scope::All, &filter).to_string(), "-archived (rust or zig)");
        assert_eq!(filtered(&Query::Everything, &Scope::Starred, &filter).to_string(), "rust or zig");
        let base = Query::parse("unread").unwrap();
        assert_eq!(filtered(&base, &Scope::All, &filter).to_string(), "unread (rust or zig)");
    }
}

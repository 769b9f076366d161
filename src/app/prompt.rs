//! A line that asks for something: tags, words to look for, an address. While one is open every key is text or a key
//! of the line; nothing typed or pasted here runs a command.

use crate::command::{Key, KeyCode};
use crate::news::{ArticleId, CleanText, FeedId, TagName};
use crate::query::{Names, completions};
use crate::store::SearchId;

use super::feed_form::FeedField;
use super::line_editor::{Edit, LineEditor};
use super::measure::words;
use super::{command_line, finding, paths};

/// An open prompt.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    pub kind: PromptKind,
    pub line: LineEditor,
    /// What was wrong with the last attempt to enter it.
    pub error: Option<CleanText>,
    /// Which characters of the line that is: from, and how many.
    pub pointed: Option<(usize, usize)>,
    completion: Option<Completion>,
    /// What was typed before somebody went through the lines of before.
    pub walked_from: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum PromptKind {
    /// Tags to put on and take off these articles, which carry `carried` now.
    Tag {
        articles: Vec<ArticleId>,
        carried: Vec<TagName>,
    },
    /// A query over everything.
    Search,
    /// A query over the list that is there.
    Filter,
    /// A query that is saved already.
    EditSearch(SearchId),
    /// A tag to go to.
    GoToTag,
    /// A saved search to go to.
    GoToSearch,
    /// A name for this query.
    SaveSearch {
        query: CleanText,
    },
    /// Another name for a saved search.
    RenameSearch(SearchId),
    Subscribe,
    /// A command by its name.
    Command,
    /// The file to save the text to.
    SaveTo,
    /// The program to give the text to.
    Pipe,
    /// The file to import feeds from.
    Import,
    /// One of the things that may be set about a feed.
    Feed {
        feed: FeedId,
        field: FeedField,
    },
    /// The value of a setting.
    Setting {
        name: &'static str,
    },
}

/// What a key did to a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptKey {
    Entered,
    Left,
    Edited,
    Nothing,
}

/// A run of Tab presses over the same beginning.
#[derive(Clone, Debug, PartialEq)]
struct Completion {
    candidates: Vec<String>,
    /// The byte from which each stands in the line; `None` where it stands for the last word.
    from: Option<usize>,
    /// The one that stands in the line.
    at: Option<usize>,
}

const CANDIDATES_MAX: usize = 50;

impl Prompt {
    pub fn new(kind: PromptKind, text: &str) -> Prompt {
        Prompt { kind, line: LineEditor::with(text), error: None, pointed: None, completion: None, walked_from: None }
    }

    /// Puts a line of before in place of what was typed.
    pub fn walk_to(&mut self, line: &str, typed: String) {
        *self = Prompt { walked_from: Some(typed), ..Prompt::new(self.kind.clone(), line) };
    }

    pub fn label(&self) -> &'static str {
        match self.kind {
            PromptKind::Tag { .. } => "Tags",
            PromptKind::Search => "Search",
            PromptKind::Filter => "Filter",
            PromptKind::EditSearch(_) => "Query",
            PromptKind::GoToTag => "Tag",
            PromptKind::GoToSearch => "Search called",
            PromptKind::SaveSearch { .. } => "Save search as",
            PromptKind::RenameSearch(_) => "Rename to",
            PromptKind::Subscribe => "Add feed",
            PromptKind::Command => ":",
            PromptKind::SaveTo => "Save as",
            PromptKind::Pipe => "Give to",
            PromptKind::Import => "Import",
            PromptKind::Feed { field, .. } => field.name(),
            PromptKind::Setting { name } => name,
        }
    }

    /// What the empty line says about itself.
    pub fn hint(&self) -> &'static str {
        match self.kind {
            PromptKind::Tag { .. } => "+later -inbox   Tab completes",
            PromptKind::Search | PromptKind::EditSearch(_) => {
                "words, \"a phrase\", #tag, feed:name, unread, @3d   Tab completes, Up goes back, ? explains"
            }
            PromptKind::Filter => "the same within this list   Enter keeps it, Esc gives the list back",
            PromptKind::GoToTag | PromptKind::GoToSearch => "some of its letters   Tab chooses, Enter goes there",
            PromptKind::SaveSearch { .. } | PromptKind::RenameSearch(_) => "a name, as it stands in the tree then",
            PromptKind::Subscribe => "the address of a feed or of any page, or an OPML file",
            PromptKind::Command => "a command: tag +later, sort title, 3 goes to a line   Tab completes, Up goes back",
            PromptKind::SaveTo => "a file that does not exist yet: .md, or .txt for plain text",
            PromptKind::Pipe => "a program and its arguments, such as wc -w",
            PromptKind::Import => "an OPML file or newsboat's urls, such as ~/feeds.opml",
            PromptKind::Feed { field, .. } => field.hint(),
            PromptKind::Setting { .. } => "empty",
        }
    }

    /// `names` are those of the library, for completion.
    pub fn key(&mut self, key: Key, names: &Names) -> PromptKey {
        match (key.code, key.control) {
            (KeyCode::Enter, false) | (KeyCode::Char('j' | 'm'), true) => return PromptKey::Entered,
            (KeyCode::Escape, _) | (KeyCode::Char('c' | 'g'), true) => return PromptKey::Left,
            (KeyCode::Backspace, false) if self.line.text().is_empty() => return PromptKey::Left,
            (KeyCode::Tab, false) => {
                self.complete(names, key.shift);
                let edits = finding::kind_of(&self.kind).is_some() && self.completion.is_some();
                return if edits { PromptKey::Edited } else { PromptKey::Nothing };
            }
            _ => {}
        }
        match self.line.key(key) {
            Edit::Changed => {
                self.completion = None;
                self.walked_from = None;
                self.error = None;
                self.pointed = None;
                PromptKey::Edited
            }
            Edit::Moved => {
                self.completion = None;
                PromptKey::Nothing
            }
            Edit::Ignored => PromptKey::Nothing,
        }
    }

    pub fn paste(&mut self, text: &str) {
        self.line.insert(text);
        self.completion = None;
        self.error = None;
    }

    /// What the word at the cursor may become, best first: shown beside the line.
    pub fn candidates(&self, names: &Names) -> Vec<CleanText> {
        if let Some(completion) = &self.completion {
            return completion.candidates.iter().map(|it| words(it)).collect();
        }
        if self.kind == PromptKind::Command
            && let Some(doc) = command_line::doc(self.line.before())
        {
            return vec![words(&doc)];
        }
        let unsaid = self.line.word().trim_start_matches(['+', '-']).is_empty();
        if unsaid && matches!(self.kind, PromptKind::Tag { .. }) {
            return Vec::new();
        }
        self.completion(names).candidates.iter().map(|it| words(it)).collect()
    }

    /// Names that the letters of a line that goes somewhere may mean.
    pub fn choices(&self, names: &Names) -> Vec<String> {
        match &self.completion {
            Some(Completion { candidates, at: Some(at), .. }) => candidates.get(*at).cloned().into_iter().collect(),
            Some(_) | None => self.completion(names).candidates,
        }
    }

    fn complete(&mut self, names: &Names, backwards: bool) {
        let mut completion = match self.completion.take() {
            Some(completion) => completion,
            None => self.completion(names),
        };
        let count = completion.candidates.len();
        if count == 0 {
            return;
        }
        let index = match completion.at {
            None if backwards => count - 1,
            None => 0,
            Some(at) if backwards => (at + count - 1) % count,
            Some(at) => (at + 1) % count,
        };
        let chosen = completion.candidates[index].clone();
        match completion.from {
            Some(from) => self.line.replace_from(from, &chosen),
            None => self.line.replace_word(&chosen),
        }
        completion.at = Some(index);
        // A folder that was the only one it could be: the next Tab goes on within it.
        let goes_on = count == 1 && chosen.ends_with('/');
        self.completion = (!goes_on).then_some(completion);
    }

    fn completion(&self, names: &Names) -> Completion {
        if let Some(from) = paths::begins_at(self) {
            let mut candidates = paths::candidates(&self.line.before()[from..], &names.files);
            candidates.truncate(CANDIDATES_MAX);
            return Completion { candidates, from: Some(from), at: None };
        }
        let (candidates, from) = match &self.kind {
            PromptKind::Search | PromptKind::Filter | PromptKind::EditSearch(_) => {
                let found = completions(self.line.before(), names);
                let from = found.first().map(|it| it.0);
                (found.into_iter().map(|it| it.1).collect(), from)
            }
            PromptKind::GoToTag => {
                let typed = self.line.text().trim().trim_start_matches('#');
                (finding::fuzzy(typed, names.tags.iter().map(String::as_str)), Some(0))
            }
            PromptKind::GoToSearch => {
                (finding::fuzzy(self.line.text(), names.searches.iter().map(String::as_str)), Some(0))
            }
            PromptKind::Tag { .. } | PromptKind::Command => {
                let tags: Vec<TagName> = names.tags.iter().filter_map(|it| TagName::parse(it).ok()).collect();
                (self.matching(&tags), None)
            }
            PromptKind::SaveSearch { .. }
            | PromptKind::RenameSearch(_)
            | PromptKind::Subscribe
            | PromptKind::SaveTo
            | PromptKind::Pipe
            | PromptKind::Import
            | PromptKind::Feed { .. }
            | PromptKind::Setting { .. } => (Vec::new(), None),
        };
        Completion { candidates: candidates.into_iter().take(CANDIDATES_MAX).collect(), from, at: None }
    }

    /// Tags that begin like the word at the cursor, then tags one of whose lower levels begins so. Taking off offers
    /// what the article carries.
    fn matching(&self, tags: &[TagName]) -> Vec<String> {
        if self.kind == PromptKind::Command {
            let mut candidates = command_line::candidates(self.line.before(), tags);
            candidates.truncate(CANDIDATES_MAX);
            return candidates;
        }
        let word = self.line.word();
        let (sign, begun) = match word.chars().next() {
            Some(sign @ ('+' | '-')) => (sign.to_string(), &word[1..]),
            _ => (String::new(), word),
        };
        let begun = begun.trim_start_matches('#').to_lowercase();
        let carried: &[TagName] = match &self.kind {
            PromptKind::Tag { carried, .. } => carried,
            PromptKind::Search
            | PromptKind::Filter
            | PromptKind::EditSearch(_)
            | PromptKind::GoToTag
            | PromptKind::GoToSearch
            | PromptKind::SaveSearch { .. }
            | PromptKind::RenameSearch(_)
            | PromptKind::Subscribe
            | PromptKind::Command
            | PromptKind::SaveTo
            | PromptKind::Pipe
            | PromptKind::Import
            | PromptKind::Feed { .. }
            | PromptKind::Setting { .. } => &[],
        };
        let offered = if sign == "-" { carried } else { tags };
        let whole = offered.iter().filter(|it| it.as_str().to_lowercase().starts_with(&begun));
        let level = offered.iter().filter(|it| {
            let name = it.as_str().to_lowercase();
            !name.starts_with(&begun) && name.split('/').skip(1).any(|level| level.starts_with(&begun))
        });
        whole.chain(level).take(CANDIDATES_MAX).map(|it| format!("{sign}{it}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let tags = ["dunia", "dunia/timur-tengah", "later", "tide"].map(str::to_owned).to_vec();
        Names { tags, feeds: vec!["Kabar: Dunia".to_owned()], ..Names::default() }
    }

    fn tag_prompt(text: &str) -> Prompt {
        let carried = vec![TagName::parse("later").unwrap()];
        Prompt::new(PromptKind::Tag { articles: vec![ArticleId(1)], carried }, text)
    }

    fn press(prompt: &mut Prompt, code: KeyCode, shift: bool) -> PromptKey {
        prompt.key(Key { code, control: false, alt: false, shift }, &names())
    }

    #[test]
    fn tab_walks_through_the_tags_that_begin_so_and_back() {
        let mut prompt = tag_prompt("x +ti");
        press(&mut prompt, KeyCode::Tab, false);
        assert_eq!(prompt.line.text(), "x +tide");
        press(&mut prompt, KeyCode::Tab, false);
        assert_eq!(prompt.line.text(), "x +dunia/timur-tengah");
        press(&mut prompt, KeyCode::Tab, true);
        assert_eq!(prompt.line.text(), "x +tide");
    }

    #[test]
    fn going_back_begins_with_the_last_even_where_there_is_only_one() {
        let mut prompt = tag_prompt("+la");
        press(&mut prompt, KeyCode::Tab, true);
        press(&mut prompt, KeyCode::Tab, true);
        assert_eq!(prompt.line.text(), "+later");
        let mut prompt = tag_prompt("+du");
        press(&mut prompt, KeyCode::Tab, true);
        assert_eq!(prompt.line.text(), "+dunia/timur-tengah");
    }

    #[test]
    fn taking_off_offers_what_the_article_carries() {
        let mut prompt = tag_prompt("-");
        press(&mut prompt, KeyCode::Tab, false);
        assert_eq!(prompt.line.text(), "-later");
    }

    #[test]
    fn a_query_is_completed_where_the_cursor_stands_also_by_names_with_spaces() {
        let mut prompt = Prompt::new(PromptKind::Search, "unread feed:k");
        assert_eq!(press(&mut prompt, KeyCode::Tab, false), PromptKey::Edited);
        assert_eq!(prompt.line.text(), "unread feed:\"Kabar: Dunia\"");
        press(&mut prompt, KeyCode::Tab, false);
        assert_eq!(prompt.line.text(), "unread feed:\"Kabar: Dunia\"");
        let mut prompt = Prompt::new(PromptKind::Filter, "x (#du");
        press(&mut prompt, KeyCode::Tab, false);
        press(&mut prompt, KeyCode::Tab, false);
        assert_eq!(prompt.line.text(), "x (#dunia/timur-tengah");
    }

    #[test]
    fn some_letters_of_a_tag_are_enough_to_go_there() {
        let mut prompt = Prompt::new(PromptKind::GoToTag, "#tt");
        assert_eq!(prompt.choices(&names()), ["dunia/timur-tengah"]);
        press(&mut prompt, KeyCode::Tab, false);
        assert_eq!(prompt.line.text(), "dunia/timur-tengah");
    }

    #[test]
    fn backspace_in_an_empty_prompt_leaves_it() {
        assert_eq!(press(&mut tag_prompt(""), KeyCode::Backspace, false), PromptKey::Left);
        assert_eq!(press(&mut tag_prompt("a"), KeyCode::Backspace, false), PromptKey::Edited);
    }
}

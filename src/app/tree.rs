//! The tree of feeds: everything, today, starred, folders with their feeds, saved pages, tags. Keeps its cursor on the
//! same node through every reload.

use std::collections::{BTreeSet, HashSet};

use crate::news::{CleanText, FeedId, FeedKind, FeedRow, FolderPath, TagName};
use crate::store::{SavedSearch, Scope, SearchCount, SearchId, TagCount, Tree};

use super::measure::words;

/// Something in the tree.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    All,
    Today,
    Starred,
    Folder(FolderPath),
    Feed(FeedId),
    /// The heading over all tags.
    Tags,
    Tag(TagName),
    /// The heading over all saved searches.
    Searches,
    Search(SearchId),
}

/// A row as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeRow {
    pub node: Node,
    pub name: CleanText,
    pub depth: usize,
    pub fold: Fold,
    /// Unread articles; for Starred the articles that carry it, for tags those that carry it or one below. Zero is not
    /// shown.
    pub count: i64,
    pub failing: Option<Failing>,
}

/// That a feed fails, and why in a word or a number where it is known: `503`, `no answer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// A feed within this closed folder does.
    Within,
    Status(u16),
    Because(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    Leaf,
    Open,
    Closed,
}

impl TreeRow {
    /// Cells from the pane's edge to the mark that says whether the row is open.
    pub fn indent(&self) -> u16 {
        1 + 2 * self.depth.min(DEPTH_SHOWN_MAX) as u16
    }
}

/// Folders deeper than this are drawn no further in.
const DEPTH_SHOWN_MAX: usize = 6;

/// The state of the pane.
#[derive(Debug, Default)]
pub struct TreePane {
    pub tree: Tree,
    pub rows: Vec<TreeRow>,
    pub cursor: usize,
    pub top: usize,
    pub loaded: bool,
    /// Whether somebody has ever folded by hand; until then a long tree begins closed.
    pub folded: bool,
    /// Turning the wheel looks elsewhere without moving the cursor, which stood here then.
    pub looked_from: Option<usize>,
    closed: HashSet<Node>,
}

/// With more feeds than this, folders are closed at first.
const FEEDS_OPEN_MAX: usize = 60;

impl TreePane {
    /// Takes a new answer; the cursor stays on its node, or on the nearest row if the node is gone.
    pub fn load(&mut self, tree: Tree) {
        if !self.loaded && !self.folded && tree.feeds.len() > FEEDS_OPEN_MAX {
            self.closed.extend(folders_of(&tree).into_iter().map(Node::Folder));
        }
        self.loaded = true;
        let before = std::mem::replace(&mut self.tree, tree);
        // Until they are taken anew the counts of before are the best there are.
        for search in self.tree.searches.iter_mut().filter(|it| !it.exact) {
            if let Some(known) = before.searches.iter().find(|it| it.id == search.id && it.query == search.query) {
                (search.articles, search.unread) = (known.articles, known.unread);
            }
        }
        self.rebuild();
    }

    /// Counts of saved searches have come; `exact` where nothing has changed since they were asked for.
    pub fn take_counts(&mut self, counts: &[SearchCount], exact: bool) {
        for count in counts {
            if let Some(search) = self.tree.searches.iter_mut().find(|it| it.id == count.search) {
                (search.articles, search.unread) = (count.articles, count.unread);
                search.exact = exact && !count.more;
            }
        }
        self.rebuild();
    }

    /// Whether the count of a row is that of this moment.
    pub fn is_exact(&self, node: &Node) -> bool {
        match node {
            Node::Search(id) => self.search(*id).is_none_or(|it| it.exact),
            Node::All
            | Node::Today
            | Node::Starred
            | Node::Folder(_)
            | Node::Feed(_)
            | Node::Tags
            | Node::Tag(_)
            | Node::Searches => true,
        }
    }

    pub fn node(&self) -> Option<&Node> {
        self.rows.get(self.cursor).map(|it| &it.node)
    }

    pub fn search(&self, id: SearchId) -> Option<&SavedSearch> {
        self.tree.searches.iter().find(|it| it.id == id)
    }

    pub fn feed(&self, id: FeedId) -> Option<&FeedRow> {
        self.tree.feeds.iter().find(|it| it.id == id)
    }

    /// Whether anything was ever subscribed to or saved.
    pub fn is_empty(&self) -> bool {
        self.tree.counts.articles == 0 && !self.tree.feeds.iter().any(|it| it.kind == FeedKind::Fetched)
    }

    pub fn tag_names(&self) -> Vec<TagName> {
        self.tree.tags.iter().map(|it| it.name.clone()).collect()
    }

    /// Puts the cursor on `node`, opening what hides it.
    pub fn select(&mut self, node: &Node) {
        let hidden_by: Vec<Node> = match node {
            Node::Feed(id) => {
                let folder = self.feed(*id).map(|it| it.folder.clone()).unwrap_or_default();
                ancestors(&folder).into_iter().map(Node::Folder).collect()
            }
            Node::Folder(path) => ancestors(path).into_iter().filter(|it| it != path).map(Node::Folder).collect(),
            Node::Tag(name) => std::iter::once(Node::Tags)
                .chain(tag_ancestors(name.as_str()).into_iter().filter(|it| it != name).map(Node::Tag))
                .collect(),
            Node::Search(_) => vec![Node::Searches],
            Node::All | Node::Today | Node::Starred | Node::Tags | Node::Searches => Vec::new(),
        };
        for hiding in hidden_by {
            self.closed.remove(&hiding);
        }
        self.rebuild();
        if let Some(at) = self.rows.iter().position(|it| it.node == *node) {
            self.cursor = at;
        }
    }

    /// Opens or closes the node under the cursor. `false` where there is nothing to fold.
    pub fn fold(&mut self, open: bool) -> bool {
        let Some(row) = self.rows.get(self.cursor) else { return false };
        match (row.fold, open) {
            (Fold::Closed, true) => {
                self.closed.remove(&row.node.clone());
            }
            (Fold::Open, false) => {
                self.closed.insert(row.node.clone());
            }
            (Fold::Leaf, _) | (Fold::Open, true) | (Fold::Closed, false) => return false,
        }
        self.folded = true;
        self.rebuild();
        true
    }

    /// Folded as it was left.
    pub fn folded_as(closed: Vec<Node>, folded: bool) -> TreePane {
        TreePane { closed: closed.into_iter().collect(), folded, ..TreePane::default() }
    }

    /// What is closed because somebody closed it.
    pub fn closed_by_hand(&self) -> Vec<Node> {
        if self.folded { self.closed.iter().cloned().collect() } else { Vec::new() }
    }

    /// Shows other rows on a page of `height` and leaves the cursor where it is.
    pub fn look(&mut self, rows: isize, height: usize) {
        self.looked_from = Some(self.cursor);
        self.top = self.top.saturating_add_signed(rows).min(self.rows.len().saturating_sub(height));
    }

    /// The row of the node that holds the one under the cursor.
    pub fn parent(&self) -> Option<usize> {
        let depth = self.rows.get(self.cursor)?.depth;
        (0..self.cursor).rev().find(|at| self.rows[*at].depth < depth)
    }

    /// The next feed in the tree's order after `after`, itself left out, that has unread articles; from the top again
    /// where none is left below.
    pub fn next_feed_with_unread(&self, after: Option<FeedId>) -> Option<&FeedRow> {
        let ordered = self.feeds_in_order();
        let start = after.and_then(|id| ordered.iter().position(|it| it.id == id)).map_or(0, |it| it + 1);
        ordered[start..].iter().chain(&ordered[..start]).find(|it| it.unread > 0 && Some(it.id) != after).copied()
    }

    /// The same towards the top, and from the bottom again.
    pub fn previous_feed_with_unread(&self, before: Option<FeedId>) -> Option<&FeedRow> {
        let ordered = self.feeds_in_order();
        let end = before.and_then(|id| ordered.iter().position(|it| it.id == id)).unwrap_or(0);
        let backwards = ordered[..end].iter().rev().chain(ordered[end..].iter().rev());
        backwards.copied().find(|it| it.unread > 0 && Some(it.id) != before)
    }

    /// Articles that a scope holds, as far as counts tell; a list uses it to know of arrivals.
    pub fn articles_in(&self, scope: &Scope) -> Option<i64> {
        match scope {
            Scope::All => Some(self.tree.counts.articles),
            Scope::Since(_) => Some(self.tree.counts.today),
            Scope::Folder(path) => {
                let within = self.tree.feeds.iter().filter(|it| it.folder.is_within(path));
                Some(within.map(|it| it.articles).sum())
            }
            Scope::Feed(id) => self.feed(*id).map(|it| it.articles),
            Scope::Starred | Scope::Tag(_) | Scope::Untagged | Scope::Search(_) => None,
        }
    }

    /// What a scope is called.
    pub fn scope_name(&self, scope: &Scope) -> CleanText {
        match scope {
            Scope::All => CleanText::own("All"),
            Scope::Since(_) => CleanText::own("Today"),
            Scope::Starred => CleanText::own("Starred"),
            Scope::Folder(path) => words(&path.levels().collect::<Vec<_>>().join(" ▸ ")),
            Scope::Feed(id) => self.feed(*id).map_or(CleanText::own("Feed"), |it| it.title.clone()),
            Scope::Tag(name) => words(&format!("#{name}")),
            Scope::Untagged => CleanText::own("Untagged"),
            Scope::Search(id) => self.search(*id).map_or(CleanText::own("Search"), |it| it.name.clone()),
        }
    }

    /// Scrolls so that the cursor is on a page of `height` rows.
    pub fn keep_visible(&mut self, height: usize) {
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        if self.looked_from == Some(self.cursor) {
            self.top = self.top.min(self.rows.len().saturating_sub(height));
            return;
        }
        self.looked_from = None;
        self.top = page_top(self.top, self.cursor, self.rows.len(), height);
    }

    fn feeds_in_order(&self) -> Vec<&FeedRow> {
        let mut ordered = Vec::new();
        self.collect_feeds(&folders_of(&self.tree), &FolderPath::default(), &mut ordered);
        ordered
    }

    fn collect_feeds<'a>(&'a self, folders: &BTreeSet<FolderPath>, folder: &FolderPath, into: &mut Vec<&'a FeedRow>) {
        for child in children_of(folders, folder) {
            self.collect_feeds(folders, child, into);
        }
        into.extend(self.tree.feeds.iter().filter(|it| it.folder == *folder));
    }

    fn rebuild(&mut self) {
        let before = self.node().cloned();
        self.rows = rows_of(&self.tree, &self.closed);
        if let Some(at) = before.and_then(|node| self.rows.iter().position(|it| it.node == node)) {
            self.cursor = at;
        }
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
    }
}

/// The first row of a page of `height` rows, moved no further from `top` than the cursor demands.
pub fn page_top(top: usize, cursor: usize, length: usize, height: usize) -> usize {
    let height = height.max(1);
    let top = top.min(cursor).max((cursor + 1).saturating_sub(height));
    top.min(length.saturating_sub(height))
}

fn rows_of(tree: &Tree, closed: &HashSet<Node>) -> Vec<TreeRow> {
    let leaf = |node, name, count| TreeRow { node, name, depth: 0, fold: Fold::Leaf, count, failing: None };
    let counts = &tree.counts;
    let mut rows = vec![
        leaf(Node::All, CleanText::own("All"), counts.unread),
        leaf(Node::Today, CleanText::own("Today"), counts.today_unread),
        leaf(Node::Starred, CleanText::own("Starred"), counts.starred),
    ];
    if !tree.searches.is_empty() {
        let open = !closed.contains(&Node::Searches);
        let fold = if open { Fold::Open } else { Fold::Closed };
        rows.push(TreeRow { fold, ..leaf(Node::Searches, CleanText::own("Searches"), 0) });
        let shown = tree.searches.iter().filter(|_| open);
        rows.extend(shown.map(|it| TreeRow { depth: 1, ..leaf(Node::Search(it.id), it.name.clone(), it.articles) }));
    }
    folder_rows(tree, &folders_of(tree), closed, &FolderPath::default(), 0, &mut rows);
    rows.extend(
        tree.feeds
            .iter()
            .filter(|it| it.kind == FeedKind::Saved && it.articles > 0)
            .map(|it| leaf(Node::Feed(it.id), it.title.clone(), it.unread)),
    );
    if !tree.tags.is_empty() {
        let open = !closed.contains(&Node::Tags);
        let fold = if open { Fold::Open } else { Fold::Closed };
        rows.push(TreeRow { fold, ..leaf(Node::Tags, CleanText::own("Tags"), 0) });
        if open {
            tag_rows(&tree.tags, closed, &mut rows);
        }
    }
    rows
}

fn folder_rows(
    tree: &Tree,
    folders: &BTreeSet<FolderPath>,
    closed: &HashSet<Node>,
    folder: &FolderPath,
    depth: usize,
    rows: &mut Vec<TreeRow>,
) {
    for child in children_of(folders, folder) {
        let within = tree.feeds.iter().filter(|it| it.folder.is_within(child));
        let (unread, failing) =
            within.fold((0, false), |(unread, failing), it| (unread + it.unread, failing || it.problem.is_some()));
        let node = Node::Folder(child.clone());
        let open = !closed.contains(&node);
        rows.push(TreeRow {
            node,
            name: words(child.levels().last().unwrap_or_default()),
            depth,
            fold: if open { Fold::Open } else { Fold::Closed },
            count: unread,
            // An open folder shows the mark at the feed itself.
            failing: (failing && !open).then_some(Failing::Within),
        });
        if open {
            folder_rows(tree, folders, closed, child, depth + 1, rows);
        }
    }
    for feed in tree.feeds.iter().filter(|it| it.folder == *folder && it.kind == FeedKind::Fetched) {
        rows.push(TreeRow {
            node: Node::Feed(feed.id),
            name: feed.title.clone(),
            depth,
            fold: Fold::Leaf,
            count: feed.unread,
            failing: feed.problem.as_ref().map(|it| why_in_a_word(it.as_str())),
        });
    }
}

/// The gist of a problem's sentence.
fn why_in_a_word(sentence: &str) -> Failing {
    let after = sentence.split(" answered ").nth(1).unwrap_or_default();
    if let Some(Ok(status)) = after.split(' ').next().map(str::parse) {
        return Failing::Status(status);
    }
    let known = GISTS.iter().find(|(words, _)| sentence.contains(words));
    Failing::Because(known.map_or("", |(_, gist)| gist))
}

/// What a problem's sentence says, and its gist; the first that fits counts. A test holds them against the sentences.
const GISTS: [(&str, &str); 14] = [
    ("There is no host", "no host"),
    ("refused the connection", "refused"),
    ("can't be reached", "no route"),
    ("did not answer within", "no answer"),
    ("did not answer like", "no web"),
    ("closed the connection", "cut off"),
    ("is not secure", "insecure"),
    ("never arrived", "redirects"),
    ("asks to be left alone", "later"),
    ("more than is read", "too large"),
    ("empty reply", "empty"),
    ("not a feed", "no feed"),
    ("no password", "password"),
    ("proxy", "proxy"),
];

/// Tags under their levels; a level that no article carries itself is still a row.
fn tag_rows(tags: &[TagCount], closed: &HashSet<Node>, rows: &mut Vec<TreeRow>) {
    let mut names: BTreeSet<TagName> = BTreeSet::new();
    for tag in tags {
        names.extend(tag_ancestors(tag.name.as_str()));
    }
    // By level, so that `a/b` stands under `a` and not behind `a-c`.
    let mut names: Vec<TagName> = names.into_iter().collect();
    names.sort_by(|one, other| one.as_str().split('/').cmp(other.as_str().split('/')));
    for name in &names {
        let ancestors = tag_ancestors(name.as_str());
        let above = &ancestors[..ancestors.len() - 1];
        if above.iter().any(|it| closed.contains(&Node::Tag(it.clone()))) {
            continue;
        }
        let below = format!("{name}/");
        let has_children = names.iter().any(|it| it.as_str().starts_with(&below));
        let fold = match (has_children, closed.contains(&Node::Tag(name.clone()))) {
            (false, _) => Fold::Leaf,
            (true, false) => Fold::Open,
            (true, true) => Fold::Closed,
        };
        rows.push(TreeRow {
            node: Node::Tag(name.clone()),
            name: words(name.as_str().rsplit('/').next().unwrap_or_default()),
            depth: ancestors.len(),
            fold,
            count: tags.iter().find(|it| it.name == *name).map_or(0, |it| it.articles_within),
            failing: None,
        });
    }
}

fn folders_of(tree: &Tree) -> BTreeSet<FolderPath> {
    tree.feeds.iter().flat_map(|it| ancestors(&it.folder)).collect()
}

fn children_of<'a>(folders: &'a BTreeSet<FolderPath>, folder: &FolderPath) -> impl Iterator<Item = &'a FolderPath> {
    let depth = folder.levels().count() + 1;
    folders.iter().filter(move |it| it.levels().count() == depth && it.is_within(folder))
}

/// A folder and all that hold it, the outermost first; none for the top.
fn ancestors(folder: &FolderPath) -> Vec<FolderPath> {
    let levels: Vec<&str> = folder.levels().collect();
    (1..=levels.len()).map(|count| FolderPath::from_levels(levels[..count].iter().copied())).collect()
}

/// A tag and all above it, the outermost first.
fn tag_ancestors(name: &str) -> Vec<TagName> {
    let ends = name.match_indices('/').map(|(at, _)| at).chain([name.len()]);
    ends.filter_map(|end| TagName::parse(&name[..end]).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::{Problem, Timestamp, Zone};
    use crate::store::Counts;

    fn feed(id: i64, title: &str, folder: &str, unread: i64) -> FeedRow {
        FeedRow {
            id: FeedId(id),
            kind: FeedKind::Fetched,
            title: words(title),
            url: None,
            site: None,
            folder: FolderPath::parse(folder),
            tags: Vec::new(),
            unread,
            articles: 10,
            last_success: None,
            next_due: None,
            problem: None,
            failing_since: None,
            complaints: Vec::new(),
            pause: Default::default(),
            because: Default::default(),
        }
    }

    fn tag(name: &str) -> TagCount {
        TagCount { name: TagName::parse(name).unwrap(), articles: 1, unread: 0, articles_within: 1, unread_within: 0 }
    }

    fn pane() -> TreePane {
        let mut pane = TreePane::default();
        pane.load(Tree {
            feeds: vec![feed(1, "Loose", "", 0), feed(2, "BBC", "World", 3), feed(3, "Kabar", "World/Asia", 4)],
            tags: vec![tag("a-c"), tag("a/b"), tag("later")],
            searches: Vec::new(),
            counts: Counts::default(),
        });
        pane
    }

    fn names(pane: &TreePane) -> Vec<String> {
        pane.rows.iter().map(|it| format!("{}{} {}", " ".repeat(it.depth), it.name, it.count)).collect()
    }

    #[test]
    fn folders_nest_and_count_what_lies_below() {
        let shown = names(&pane());
        assert_eq!(shown[3..8], ["World 7", " Asia 4", "  Kabar 4", " BBC 3", "Loose 0"]);
    }

    #[test]
    fn tags_stand_under_their_levels_even_where_no_article_carries_the_level() {
        let shown = names(&pane());
        assert_eq!(shown[8..], ["Tags 0", " a 0", "  b 1", " a-c 1", " later 1"]);
    }

    #[test]
    fn the_cursor_stays_on_its_node_through_a_reload() {
        let mut pane = pane();
        pane.select(&Node::Feed(FeedId(3)));
        let mut tree = pane.tree.clone();
        tree.feeds.insert(0, feed(9, "Another", "Aaa", 1));
        pane.load(tree);
        assert_eq!(pane.node(), Some(&Node::Feed(FeedId(3))));
    }

    #[test]
    fn a_closed_folder_hides_its_feeds_and_selecting_one_opens_it() {
        let mut pane = pane();
        pane.select(&Node::Folder(FolderPath::parse("World")));
        assert!(pane.fold(false));
        assert!(!names(&pane).iter().any(|it| it.contains("Kabar")));
        pane.select(&Node::Feed(FeedId(3)));
        assert_eq!(pane.node(), Some(&Node::Feed(FeedId(3))));
    }

    #[test]
    fn the_gist_of_every_sentence_about_a_feed_is_known() {
        let host = || "feeds.example".to_owned();
        let gist = |problem: Problem| why_in_a_word(problem.sentence(&Zone::utc()).as_str());
        assert_eq!(gist(Problem::Status { host: host(), status: 503, retry_at: None }), Failing::Status(503));
        let told = [
            (Problem::UnknownHost { host: host() }, "no host"),
            (Problem::Refused { host: host() }, "refused"),
            (Problem::Unreachable { host: host() }, "no route"),
            (Problem::TimedOut { host: host(), seconds: 20 }, "no answer"),
            (Problem::NotHttp { host: host() }, "no web"),
            (Problem::ClosedEarly { host: host() }, "cut off"),
            (Problem::Insecure { host: host(), detail: "it expired".into() }, "insecure"),
            (Problem::TooManyRedirects { redirects_max: 5 }, "redirects"),
            (Problem::NotBefore { host: host(), moment: Timestamp::default() }, "later"),
            (Problem::TooLarge { host: host(), bytes_max: 1 << 24 }, "too large"),
            (Problem::Empty { host: host() }, "empty"),
            (Problem::PageNotFeed { host: host() }, "no feed"),
            (Problem::NotAFeed { detail: "no root".into() }, "no feed"),
            (Problem::NoPassword { detail: "pass failed".into() }, "password"),
            (Problem::Proxy { proxy: "p.example".into(), detail: "refused".into() }, "proxy"),
        ];
        for (problem, word) in told {
            assert_eq!(gist(problem), Failing::Because(word));
        }
    }

    #[test]
    fn the_next_feed_with_unread_comes_in_the_order_of_the_tree_and_wraps() {
        let pane = pane();
        let next = |after| pane.next_feed_with_unread(after).map(|it| it.id.0);
        assert_eq!(next(None), Some(3));
        assert_eq!(next(Some(FeedId(3))), Some(2));
        assert_eq!(next(Some(FeedId(2))), Some(3));
        assert_eq!(next(Some(FeedId(1))), Some(3));
        let previous = |before| pane.previous_feed_with_unread(before).map(|it| it.id.0);
        assert_eq!(previous(None), Some(2));
        assert_eq!(previous(Some(FeedId(3))), Some(2));
        assert_eq!(previous(Some(FeedId(2))), Some(3));
    }
}

//! The store beside a model of it: whatever is done in whatever order, with restarts in between, both say the same.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Act {
    Read(Vec<usize>, bool),
    Star(Vec<usize>, bool),
    Tag(Vec<usize>, usize, bool),
    Arrive { feed: usize, guids: BTreeSet<u8>, edition: u8 },
    Unsubscribe(usize),
    Subscribe(usize),
    Undo,
    Redo,
    Reopen,
}

const TAGS: [&str; 4] = ["dunia", "dunia/asia", "dunia/asia/timur", "pagi"];
const FEEDS: [&str; 2] = ["https://a.example/feed", "https://b.example/feed"];

/// What a person sees of an article.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
struct Marks {
    unread: bool,
    starred: bool,
    tags: BTreeSet<&'static str>,
}

/// Marks by feed and guid; what was done, as states before and after.
#[derive(Clone, Debug, Default)]
struct Model {
    marks: BTreeMap<(usize, u8), Marks>,
    subscribed: [bool; 2],
    done: Vec<Step>,
    undone: Vec<Step>,
}

#[derive(Clone, Debug)]
struct Step {
    before: BTreeMap<(usize, u8), Marks>,
    after: BTreeMap<(usize, u8), Marks>,
    subscribed: ([bool; 2], [bool; 2]),
}

impl Model {
    fn person(&mut self, change: impl FnOnce(&mut Model)) {
        let (marks, subscribed) = (self.marks.clone(), self.subscribed);
        change(self);
        if marks == self.marks && subscribed == self.subscribed {
            return;
        }
        let differs = |it: &&(usize, u8)| marks.get(*it) != self.marks.get(*it);
        let changed: Vec<(usize, u8)> = self.marks.keys().filter(differs).copied().collect();
        let of = |marks: &BTreeMap<(usize, u8), Marks>| changed.iter().map(|it| (*it, marks[it].clone())).collect();
        let step = Step { before: of(&marks), after: of(&self.marks), subscribed: (subscribed, self.subscribed) };
        self.done.push(step);
        self.undone.clear();
    }

    fn undo(&mut self) {
        if let Some(step) = self.done.pop() {
            self.marks.extend(step.before.clone());
            self.subscribed = step.subscribed.0;
            self.undone.push(step);
        }
    }

    fn redo(&mut self) {
        if let Some(step) = self.undone.pop() {
            self.marks.extend(step.after.clone());
            self.subscribed = step.subscribed.1;
            self.done.push(step);
        }
    }

    fn visible(&self) -> BTreeMap<(usize, u8), Marks> {
        let is_visible =
            |(at, marks): &(&(usize, u8), &Marks)| self.subscribed[at.0] || marks.starred || !marks.tags.is_empty();
        self.marks.iter().filter(is_visible).map(|(at, marks)| (*at, marks.clone())).collect()
    }
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let some = || proptest::collection::vec(0..12_usize, 0..5);
    let act = prop_oneof![
        3 => (some(), any::<bool>()).prop_map(|(some, read)| Act::Read(some, read)),
        3 => (some(), any::<bool>()).prop_map(|(some, starred)| Act::Star(some, starred)),
        3 => (some(), 0..TAGS.len(), any::<bool>()).prop_map(|(some, tag, on)| Act::Tag(some, tag, on)),
        3 => (0..2_usize, proptest::collection::btree_set(0..6_u8, 0..5), 0..3_u8)
            .prop_map(|(feed, guids, edition)| Act::Arrive { feed, guids, edition }),
        1 => (0..2_usize).prop_map(Act::Unsubscribe),
        1 => (0..2_usize).prop_map(Act::Subscribe),
        4 => Just(Act::Undo),
        2 => Just(Act::Redo),
        1 => Just(Act::Reopen),
    ];
    proptest::collection::vec(act, 1..30)
}

/// The articles that an act means: those seen, by their place in the list.
fn meant(shelf: &Shelf, places: &[usize]) -> Vec<ArticleId> {
    let ids = shelf.ids(Scope::All);
    places.iter().filter_map(|it| ids.get(*it)).copied().collect()
}

fn key_of(row: &ArticleRow, feeds: &[FeedId; 2]) -> (usize, u8) {
    let feed = feeds.iter().position(|it| *it == row.feed).unwrap();
    let guid = row.title.as_str().split(' ').nth(1).unwrap().parse().unwrap();
    (feed, guid)
}

fn subscription(feed: usize) -> Change {
    let feed = NewFeed {
        url: url(FEEDS[feed]),
        title: CleanText::default(),
        folder: FolderPath::default(),
        // The second feed gives its articles a tag.
        tags: if feed == 1 { vec![tag("pagi")] } else { Vec::new() },
    };
    Change::Subscribe { feeds: vec![feed], origin: Origin::Reader }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_library_and_its_model_agree_whatever_is_done(acts in acts()) {
        let mut shelf = shelf();
        let mut feeds = [FeedId(0); 2];
        for (number, feed) in feeds.iter_mut().enumerate() {
            match shelf.done(subscription(number)) {
                Done::Subscribed { added, .. } => *feed = added[0],
                other => panic!("{other:?}"),
            }
        }
        let mut model = Model { subscribed: [true; 2], ..Model::default() };
        // The two subscriptions stand at the bottom of both journals.
        let nothing = BTreeMap::new();
        for before in [[false, false], [true, false]] {
            let mut after = before;
            after[if before[0] { 1 } else { 0 }] = true;
            model.done.push(Step { before: nothing.clone(), after: nothing.clone(), subscribed: (before, after) });
        }
        for act in acts {
            match &act {
                Act::Read(places, read) => {
                    let ids = meant(&shelf, places);
                    let keys = keys_of(&shelf, &ids, &feeds);
                    shelf.read(&ids, *read);
                    model.person(|it| keys.iter().for_each(|key| it.marks.get_mut(key).unwrap().unread = !read));
                }
                Act::Star(places, starred) => {
                    let ids = meant(&shelf, places);
                    let keys = keys_of(&shelf, &ids, &feeds);
                    shelf.star(&ids, *starred);
                    model.person(|it| keys.iter().for_each(|key| it.marks.get_mut(key).unwrap().starred = *starred));
                }
                Act::Tag(places, which, on) => {
                    let ids = meant(&shelf, places);
                    let keys = keys_of(&shelf, &ids, &feeds);
                    let name = TAGS[*which];
                    if *on { shelf.tag(&ids, &[name], &[]) } else { shelf.tag(&ids, &[], &[name]) };
                    model.person(|it| {
                        for key in &keys {
                            let tags = &mut it.marks.get_mut(key).unwrap().tags;
                            if *on { tags.insert(name) } else { tags.remove(name) };
                        }
                    });
                }
                Act::Arrive { feed, guids, edition } => {
                    if !model.subscribed[*feed] {
                        continue;
                    }
                    let articles: Vec<ParsedArticle> = guids
                        .iter()
                        .map(|it| parsed(&[&format!("g{it}")], &format!("T {it} {edition}"), "<p>x</p>"))
                        .collect();
                    shelf.arrive(feeds[*feed], articles);
                    // Undone, the subscription of the second feed takes its tag with it.
                    let inherits = shelf.tree().feeds.iter().any(|it| it.id == feeds[*feed] && !it.tags.is_empty());
                    for guid in guids {
                        model.marks.entry((*feed, *guid)).or_insert_with(|| Marks {
                            unread: true,
                            starred: false,
                            tags: if inherits { BTreeSet::from(["pagi"]) } else { BTreeSet::new() },
                        });
                    }
                }
                Act::Unsubscribe(feed) => {
                    shelf.done(Change::Unsubscribe { feed: feeds[*feed], origin: Origin::Reader });
                    model.person(|it| it.subscribed[*feed] = false);
                }
                Act::Subscribe(feed) => {
                    let before = model.subscribed[*feed];
                    let journal = shelf.health().journal_steps;
                    shelf.done(subscription(*feed));
                    if before && shelf.health().journal_steps != journal {
                        // Only its tag came back, which no article shows.
                        model.done.push(Step {
                            before: BTreeMap::new(),
                            after: BTreeMap::new(),
                            subscribed: (model.subscribed, model.subscribed),
                        });
                        model.undone.clear();
                    }
                    model.person(|it| it.subscribed[*feed] = true);
                }
                Act::Undo => {
                    shelf.undo();
                    model.undo();
                }
                Act::Redo => {
                    shelf.redo();
                    model.redo();
                }
                Act::Reopen => shelf = shelf.reopen(),
            }
            let stored: BTreeMap<(usize, u8), Marks> = shelf
                .rows(Scope::All)
                .iter()
                .map(|row| {
                    let name = |it: &TagName| TAGS.into_iter().find(|tag| *tag == it.as_str()).unwrap();
                    let marks = Marks {
                        unread: row.state.unread,
                        starred: row.state.starred,
                        tags: row.tags.iter().map(name).collect(),
                    };
                    (key_of(row, &feeds), marks)
                })
                .collect();
            let visible = model.visible();
            prop_assert_eq!(&stored, &visible, "after {:?}", act);
            let counts = shelf.tree().counts;
            prop_assert_eq!(counts.articles, visible.len() as i64);
            prop_assert_eq!(counts.unread, visible.values().filter(|it| it.unread).count() as i64);
            prop_assert_eq!(counts.starred, visible.values().filter(|it| it.starred).count() as i64);
            prop_assert_eq!(shelf.health().faults, vec![]);
        }
    }
}

fn keys_of(shelf: &Shelf, ids: &[ArticleId], feeds: &[FeedId; 2]) -> Vec<(usize, u8)> {
    match shelf.library.ask(Ask::RowsOf(ids.to_vec())).unwrap() {
        Answer::Rows { rows } => rows.iter().map(|row| key_of(row, feeds)).collect(),
        other => panic!("{other:?}"),
    }
}

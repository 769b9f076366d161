//! A library in memory: answers questions and makes changes as the real one promises to, and no more.

use std::collections::{HashMap, HashSet};

use dateline::news::{
    Article, ArticleId, ArticleRow, Body, CleanText, CleanUrl, Enclosure, FeedEdit, FeedId, FeedKind, FeedRow,
    FeedSettings, FeedWorth, FolderPath, Html, Limit, Metadata, PageText, Pause, ReadingState, TagName, Timestamp,
    WEEKS,
};
use dateline::query::{Condition, Grouping, Query, State, TagWanted};
use dateline::store::{
    Answer, Ask, Change, Changed, Counts, Done, SavedSearch, Scope, SearchCount, SearchId, SortBy, TagCount, Touched,
    Tree, View,
};

pub const NOW: &str = "2026-11-22T09:14:30Z";

/// The library. Articles are kept newest first.
#[derive(Clone, Default)]
pub struct World {
    searches: Vec<SavedSearch>,
    pub articles: Vec<Article>,
    pub feeds: Vec<FeedRow>,
    /// What undo puts back: the articles as they were, and what is said.
    pub journal: Vec<(Vec<Article>, String)>,
    pub deleted: HashSet<ArticleId>,
    /// What a feed's worth has beyond what is counted here.
    pub worth: HashMap<FeedId, FeedWorth>,
}

pub fn clean(text: &str) -> CleanText {
    CleanText::line(text, Limit::TITLE)
}

pub fn now() -> Timestamp {
    Timestamp::parse_rfc3339(NOW).unwrap()
}

impl World {
    pub fn feed(mut self, title: &str, folder: &str) -> World {
        let id = FeedId(self.feeds.len() as i64 + 1);
        self.feeds.push(FeedRow {
            id,
            kind: FeedKind::Fetched,
            title: clean(title),
            url: CleanUrl::parse("https://feeds.example/feed.xml").ok(),
            site: CleanUrl::parse("https://feeds.example/").ok(),
            folder: FolderPath::parse(folder),
            tags: Vec::new(),
            unread: 0,
            articles: 0,
            last_success: Some(now().plus(-3_600)),
            next_due: Some(now().plus(600)),
            problem: None,
            failing_since: None,
            complaints: Vec::new(),
            pause: Default::default(),
            because: Default::default(),
        });
        self.feeds.sort_by(|one, other| (&one.folder, &one.title).cmp(&(&other.folder, &other.title)));
        self
    }

    pub fn failing(mut self, title: &str, problem: &str) -> World {
        self.feeds.iter_mut().find(|it| it.title.as_str() == title).unwrap().problem = Some(clean(problem));
        self
    }

    /// An unread article of the feed named, `age` seconds old.
    pub fn article(mut self, feed: &str, age: i64, title: &str, html: &str) -> World {
        let feed = self.feeds.iter().find(|it| it.title.as_str() == feed).unwrap();
        let moment = now().plus(-age);
        let id = ArticleId::new(moment, self.articles.len() as i64);
        let words = html.split_whitespace().count() as i64;
        let older = self.articles.partition_point(|it| (it.row.sort, it.row.id) > (moment, id));
        self.articles.insert(
            older,
            Article {
                row: ArticleRow {
                    id,
                    feed: feed.id,
                    feed_title: feed.title.clone(),
                    title: clean(title),
                    url: CleanUrl::parse(&format!("https://news.example/{}", id.sequence())).ok(),
                    author: CleanText::default(),
                    published: Some(moment),
                    sort: moment,
                    state: ReadingState { unread: true, starred: false, archived: false },
                    tags: Vec::new(),
                    has_page: false,
                    changed: false,
                },
                feed_site: feed.site.clone(),
                updated: None,
                fetched: moment.plus(1_800),
                topics: Vec::new(),
                enclosures: Vec::new(),
                comments: None,
                body: Body { feed: Html(html.to_owned()), page: None },
                metadata: Metadata { words, minutes: (words / 200).max(1), ..Metadata::default() },
            },
        );
        self
    }

    /// Changes the article whose title begins so.
    pub fn with(mut self, title: &str, change: impl Fn(&mut Article)) -> World {
        change(self.articles.iter_mut().find(|it| it.row.title.as_str().starts_with(title)).unwrap());
        self
    }

    pub fn get(&self, title: &str) -> &Article {
        self.articles.iter().find(|it| it.row.title.as_str().starts_with(title)).unwrap()
    }

    pub fn answer(&self, ask: &Ask) -> Answer {
        match ask {
            Ask::Tree { today } => Answer::Tree(Box::new(self.tree(*today))),
            Ask::Rows { view, limit } => {
                Answer::Rows { rows: self.in_view(view).into_iter().take(*limit).map(|it| it.row.clone()).collect() }
            }
            Ask::Ids { view } => Answer::Ids(self.in_view(view).into_iter().map(|it| it.row.id).collect()),
            Ask::IdsInOrder { view, order } => {
                let mut rows: Vec<&ArticleRow> = self.matching(view).map(|it| &it.row).collect();
                match order.by {
                    SortBy::Date | SortBy::Length => {}
                    SortBy::Title => rows.sort_by_key(|it| it.title.as_str().to_lowercase()),
                    SortBy::Feed => rows.sort_by_key(|it| it.feed_title.as_str().to_lowercase()),
                    SortBy::Author => rows.sort_by_key(|it| it.author.as_str().to_lowercase()),
                    SortBy::Tag => rows.sort_by_key(|it| (it.tags.is_empty(), it.tags.first().cloned())),
                    SortBy::Unread => rows.sort_by_key(|it| !it.state.unread),
                }
                if order.reversed {
                    rows.reverse();
                }
                Answer::Ids(rows.into_iter().map(|it| it.id).collect())
            }
            Ask::SearchCounts { queries } => Answer::SearchCounts(
                queries
                    .iter()
                    .map(|(search, query)| {
                        let view = View { scope: Scope::All, unread_only: false, query: query.clone() };
                        let rows: Vec<&Article> = self.matching(&view).collect();
                        let unread = rows.iter().filter(|it| it.row.state.unread).count() as i64;
                        SearchCount { search: *search, articles: rows.len() as i64, unread, more: false }
                    })
                    .collect(),
            ),
            Ask::RowsOf(ids) => {
                let places: HashMap<ArticleId, usize> =
                    self.articles.iter().enumerate().map(|(at, it)| (it.row.id, at)).collect();
                let known = ids.iter().filter_map(|id| places.get(id));
                Answer::Rows { rows: known.map(|at| self.articles[*at].row.clone()).collect() }
            }
            Ask::Article(id) => {
                Answer::Article(self.articles.iter().find(|it| it.row.id == *id).cloned().map(Box::new))
            }
            Ask::Worth { .. } => Answer::Worth(self.feeds.iter().map(|it| self.worth_of(it.id)).collect()),
            other => panic!("the core never asks {other:?}"),
        }
    }

    pub fn change(&mut self, change: &Change) -> Changed {
        match change {
            Change::SaveSearch { name, query, .. } => {
                let id = SearchId(self.searches.len() as i64 + 1);
                let known = self.searches.iter_mut().find(|it| it.name == *name);
                let new = known.is_none();
                let search = match known {
                    Some(search) => {
                        search.query = query.clone();
                        search.id
                    }
                    None => {
                        let (name, query) = (name.clone(), query.clone());
                        self.searches.push(SavedSearch { id, name, query, articles: 0, unread: 0, exact: false });
                        id
                    }
                };
                self.changed(&[], Done::SearchSaved { search, name: name.clone(), new })
            }
            Change::RenameSearch { search, name, .. } => {
                for it in self.searches.iter_mut().filter(|it| it.id == *search) {
                    it.name = name.clone();
                }
                self.changed(&[], Done::SearchRenamed { name: name.clone() })
            }
            Change::DeleteSearch { search, .. } => {
                self.searches.retain(|it| it.id != *search);
                self.changed(&[], Done::SearchDeleted { name: clean("it") })
            }
            Change::SetRead { articles, read, .. } => {
                let sentence = format!("{} marked {}", articles.len(), if *read { "read" } else { "unread" });
                let count = self.set(articles, &sentence, |row| row.state.unread = !read);
                self.changed(articles, if *read { Done::Read { count } } else { Done::Unread { count } })
            }
            Change::SetStarred { articles, starred, .. } => {
                let count = self.set(articles, "1 starred", |row| row.state.starred = *starred);
                self.changed(articles, if *starred { Done::Starred { count } } else { Done::Unstarred { count } })
            }
            Change::SetArchived { articles, archived, .. } => {
                let count = self.set(articles, &format!("{} archived", articles.len()), |row| {
                    row.state.archived = *archived;
                    row.state.unread &= !archived;
                });
                self.changed(articles, if *archived { Done::Archived { count } } else { Done::Unarchived { count } })
            }
            Change::SetDeleted { articles, .. } => {
                let count = self.set(articles, &format!("{} deleted", articles.len()), |_| {});
                self.deleted.extend(articles);
                self.changed(articles, Done::Deleted { count })
            }
            Change::Tag { articles, add, remove, .. } => {
                let sentence = format!("{} tagged", articles.len());
                let count = self.set(articles, &sentence, |row| {
                    row.tags.retain(|it| !remove.contains(it) && !add.contains(it));
                    row.tags.extend(add.iter().cloned());
                });
                self.changed(articles, Done::Tagged { count, add: add.clone(), remove: remove.clone() })
            }
            Change::Undo { .. } => match self.journal.pop() {
                Some((before, sentence)) => {
                    let ids: Vec<ArticleId> = before.iter().map(|it| it.row.id).collect();
                    for article in before {
                        self.deleted.remove(&article.row.id);
                        let at = self.articles.iter().position(|it| it.row.id == article.row.id).unwrap();
                        self.articles[at] = article;
                    }
                    self.changed(&ids, Done::Undone { sentence: clean(&sentence), origin: None })
                }
                None => self.changed(&[], Done::NothingToUndo),
            },
            Change::EditFeed { feed, edit, .. } => {
                let mut worth = self.worth_of(*feed);
                let Some(row) = self.feeds.iter_mut().find(|it| it.id == *feed) else {
                    return self.changed(&[], Done::Dropped);
                };
                match edit {
                    FeedEdit::Title(title) => row.title = title.clone(),
                    FeedEdit::Folder(folder) => row.folder = folder.clone(),
                    FeedEdit::Tags { add, .. } => row.tags = add.clone(),
                    FeedEdit::Address(url) => row.url = Some(url.clone()),
                    FeedEdit::Settings(settings) => worth.settings = settings.clone(),
                    FeedEdit::Paused(paused) => row.pause = if *paused { Pause::ByPerson } else { Pause::No },
                }
                self.worth.insert(*feed, worth);
                self.changed(&[], Done::FeedEdited { what: clean("feed changed") })
            }
            Change::Unsubscribe { feed, .. } => {
                let Some(at) = self.feeds.iter().position(|it| it.id == *feed) else {
                    return self.changed(&[], Done::Dropped);
                };
                let title = self.feeds.remove(at).title;
                self.changed(&[], Done::Unsubscribed { title })
            }
            Change::Subscribe { feeds, .. } => {
                let added = feeds.iter().enumerate().map(|(at, _)| FeedId(100 + at as i64)).collect();
                self.changed(&[], Done::Subscribed { added, already: 0 })
            }
            Change::Import { feeds, searches, .. } => {
                let added = feeds.iter().enumerate().map(|(at, _)| FeedId(100 + at as i64)).collect();
                self.changed(&[], Done::Imported { added, already: 0, searches: searches.len() })
            }
            Change::Redo { .. } => self.changed(&[], Done::NothingToRedo),
            other => panic!("the core never asks for {other:?}"),
        }
    }

    fn worth_of(&self, id: FeedId) -> FeedWorth {
        let articles: Vec<&Article> = self.articles.iter().filter(|it| it.row.feed == id).collect();
        let count = |counts: &dyn Fn(&Article) -> bool| articles.iter().filter(|it| counts(it)).count() as i64;
        let counted = FeedWorth {
            feed: id,
            weeks: [0; WEEKS],
            newest: articles.iter().map(|it| it.row.sort).max(),
            articles: articles.len() as i64,
            unread: count(&|it| it.row.state.unread),
            starred: count(&|it| it.row.state.starred),
            settings: FeedSettings::default(),
            last_attempt: None,
            moved_to: None,
        };
        self.worth.get(&id).cloned().unwrap_or(counted)
    }

    fn set(&mut self, ids: &[ArticleId], sentence: &str, change: impl Fn(&mut ArticleRow)) -> usize {
        let touched = |it: &Article| ids.contains(&it.row.id);
        let before: Vec<Article> = self.articles.iter().filter(|it| touched(it)).cloned().collect();
        self.articles.iter_mut().filter(|it| touched(it)).for_each(|it| change(&mut it.row));
        let count = before.len();
        self.journal.push((before, sentence.to_owned()));
        count
    }

    fn changed(&self, ids: &[ArticleId], done: Done) -> Changed {
        Changed { done, touched: Touched { articles: ids.to_vec(), many: false, feeds: true, tags: true } }
    }

    fn matching(&self, view: &View) -> impl Iterator<Item = &Article> {
        let view = view.clone();
        self.articles.iter().filter(|it| !self.deleted.contains(&it.row.id)).filter(move |it| {
            let put_away = it.row.state.archived
                && matches!(view.scope, Scope::All | Scope::Since(_) | Scope::Folder(_) | Scope::Feed(_));
            if put_away {
                return false;
            }
            let folder = self.feeds.iter().find(|feed| feed.id == it.row.feed).map(|feed| feed.folder.clone());
            let within = |tag: &TagName, of: &TagName| {
                tag == of || tag.as_str().strip_prefix(of.as_str()).is_some_and(|rest| rest.starts_with('/'))
            };
            let in_scope = match &view.scope {
                Scope::All => true,
                Scope::Since(moment) => it.row.sort >= *moment,
                Scope::Starred => it.row.state.starred,
                Scope::Folder(path) => folder.is_some_and(|it| it.is_within(path)),
                Scope::Feed(id) => it.row.feed == *id,
                Scope::Tag(name) => it.row.tags.iter().any(|tag| within(tag, name)),
                Scope::Untagged => it.row.tags.is_empty(),
                Scope::Search(_) => true,
            };
            let in_query = match &view.query {
                Query::Everything => true,
                Query::Where(wanted) => wanted.condition.as_ref().is_none_or(|condition| answers(it, condition)),
            };
            in_scope && in_query && (it.row.state.unread || !view.unread_only)
        })
    }

    /// In the order that the view's query asks for: newest first, or feed by feed.
    fn in_view(&self, view: &View) -> Vec<&Article> {
        let mut found: Vec<&Article> = self.matching(view).collect();
        if view.query.wanted().is_some_and(|it| it.group == Some(Grouping::Feed) && it.sort.is_none()) {
            found.sort_by_key(|it| it.row.feed_title.as_str().to_lowercase());
        }
        if view.query.wanted().is_some_and(|it| it.group == Some(Grouping::Tag) && it.sort.is_none()) {
            found.sort_by_key(|it| (it.row.tags.is_empty(), it.row.tags.first().cloned()));
        }
        found
    }

    fn tree(&self, today: Timestamp) -> Tree {
        let count = |matches: &dyn Fn(&Article) -> bool| self.articles.iter().filter(|it| matches(it)).count() as i64;
        let mut feeds = self.feeds.clone();
        for feed in &mut feeds {
            feed.articles = count(&|it| it.row.feed == feed.id);
            feed.unread = count(&|it| it.row.feed == feed.id && it.row.state.unread);
        }
        let levels = |it: &TagName| -> Vec<TagName> {
            let ends = it.as_str().match_indices('/').map(|(at, _)| at).chain([it.as_str().len()]);
            ends.map(|end| TagName::parse(&it.as_str()[..end]).unwrap()).collect()
        };
        let mut names: Vec<TagName> = self.articles.iter().flat_map(|it| it.row.tags.iter().flat_map(levels)).collect();
        names.sort();
        names.dedup();
        let tags = names
            .into_iter()
            .map(|name| TagCount {
                articles: count(&|it| it.row.tags.contains(&name)),
                unread: count(&|it| it.row.tags.contains(&name) && it.row.state.unread),
                articles_within: count(&|it| it.row.tags.iter().any(|it| levels(it).contains(&name))),
                unread_within: count(&|it| {
                    it.row.tags.iter().any(|it| levels(it).contains(&name)) && it.row.state.unread
                }),
                name,
            })
            .collect();
        let counts = Counts {
            articles: self.articles.len() as i64,
            unread: count(&|it| it.row.state.unread),
            starred: count(&|it| it.row.state.starred),
            today: count(&|it| it.row.sort >= today),
            today_unread: count(&|it| it.row.sort >= today && it.row.state.unread),
        };
        Tree { feeds, tags, searches: self.searches.clone(), counts }
    }
}

/// As far as scenes ask: words in the title, states, tags and number.
fn answers(article: &Article, condition: &Condition) -> bool {
    let title = article.row.title.as_str().to_lowercase();
    match condition {
        Condition::All(inner) => inner.iter().all(|it| answers(article, it)),
        Condition::Any(inner) => inner.iter().any(|it| answers(article, it)),
        Condition::Not(inner) => !answers(article, inner),
        Condition::Word(word) => title.contains(&word.text.as_str().to_lowercase()),
        Condition::Phrase(text) => title.contains(&text.as_str().to_lowercase()),
        Condition::Id(ids) => ids.contains(&article.row.id),
        Condition::State(State::Unread) => article.row.state.unread,
        Condition::State(State::Read) => !article.row.state.unread,
        Condition::State(State::Starred) => article.row.state.starred,
        Condition::State(State::Archived) => article.row.state.archived,
        Condition::Tag(TagWanted::Exactly(name)) => article.row.tags.contains(name),
        Condition::Untagged => article.row.tags.is_empty(),
        // Whatever fingers type is answered.
        _ => false,
    }
}

pub fn tag(name: &str) -> TagName {
    TagName::parse(name).unwrap()
}

pub fn empty_world() -> World {
    World::default()
}

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// An ordinary morning: six feeds in four languages, one of them failing.
pub fn morning() -> World {
    World::default()
        .feed("Harbour Post", "World")
        .feed("Gulf Wire", "World")
        .feed("Kabar Pagi", "World/Asia")
        .feed("晨报", "World/Asia")
        .feed("Feuilleton", "Long reads")
        .feed("Tinker's Notes", "")
        .failing("Gulf Wire", "gulf.example answered 503 (the server is busy or down). It is tried again later.")
        .article(
            "Kabar Pagi",
            40 * 60,
            "Pasar ikan di pelabuhan lama dibuka kembali setelah dua tahun perbaikan dan perdebatan",
            FISH,
        )
        .article("Harbour Post", 2 * HOUR, "What the tide left behind", TIDE)
        .article("晨报", 3 * HOUR, "北京：新线路今日开通，早高峰班次加密", METRO)
        .article(
            "Harbour Post",
            5 * HOUR,
            "Council votes to keep the night ferry",
            "<p>The night ferry stays. The vote was nine to two.</p>",
        )
        .article("Tinker's Notes", 8 * HOUR, "A clock that runs on rainwater", "<p>It is slow in May.</p>")
        .article("Feuilleton", DAY + HOUR, "Ein Abend im Lesesaal", "<p>Die Lampen sind grün, die Stühle hart.</p>")
        .article("Kabar Pagi", 2 * DAY, "Kota tua menata kembali alun-alunnya", "<p>Alun-alun itu kini teduh.</p>")
        .article("Gulf Wire", 3 * DAY, "Dredging resumes in the northern channel", "<p>Work began at dawn.</p>")
        .article("Feuilleton", 40 * DAY, "Das Haus am Deich", "<p>Es steht noch.</p>")
        .article("Harbour Post", 400 * DAY, "", "<p>A note without a headline.</p>")
        .with("What the tide", |it| {
            it.row.tags = vec![tag("coast/erosion"), tag("later")];
            it.row.author = clean("Ida Marsh");
            it.topics = vec![clean("Coast"), clean("Weather")];
            it.metadata.language = Some("en".into());
        })
        .with("Pasar ikan", |it| {
            it.metadata = Metadata {
                language: Some("id".into()),
                dateline: Some("SEMARANG".into()),
                attribution: vec!["Antara Laut".into()],
                caption: Some("Pedagang menata ikan di hari pertama.".into()),
                credit: Some("Foto: Rini W.".into()),
                words: 96,
                minutes: 1,
                links: 2,
            };
            it.enclosures = vec![Enclosure {
                url: "https://media.example/pasar.mp3".into(),
                media_type: "audio/mpeg".into(),
                bytes: Some(12_582_912),
            }];
        })
        .with("北京", |it| it.metadata.language = Some("zh".into()))
        .with("Council", |it| {
            it.row.state.unread = false;
            it.row.changed = true;
        })
        .with("Ein Abend", |it| {
            it.row.state = ReadingState { unread: false, starred: true, archived: false };
            it.row.tags = vec![tag("later")];
            it.body.page = Some(PageText {
                html: Html("<p>Die Lampen sind grün, die Stühle hart, und niemand geht vor zehn.</p>".into()),
                fetched: now(),
                url: CleanUrl::parse("https://feuilleton.example/lesesaal").unwrap(),
                words: 12,
            });
        })
        .with("Kota tua", |it| it.row.tags = vec![tag("coast")])
}

/// Titles, feeds and tags of double width, and clusters of many characters.
pub fn wide_world() -> World {
    let mut world = World::default().feed("新闻晨报与晚报联合版", "亚洲").feed("ﾊﾟﾋﾟﾌﾟ通信", "亚洲/日本");
    for index in 0..40 {
        let (feed, title) = match index % 4 {
            0 => ("新闻晨报与晚报联合版", "北京：新线路今日开通，早高峰班次加密，市民纷纷前往体验首日运行"),
            1 => ("ﾊﾟﾋﾟﾌﾟ通信", "ｶﾞｷﾞｸﾞｹﾞｺﾞの半角カナと全角カナが混ざった見出しは列をずらさない"),
            2 => ("新闻晨报与晚报联合版", "👩‍👩‍👧 家族 🇮🇩🇯🇵 and 👍🏽 emoji in a headline that goes on and on for ever"),
            _ => ("ﾊﾟﾋﾟﾌﾟ通信", "हिन्दी में क्षत्रिय और e\u{301}e\u{301}e\u{301} combining ﷽"),
        };
        world = world.article(feed, 600 * (index + 1), &format!("{index} {title}"), METRO);
    }
    world.with("0 ", |it| it.row.tags = vec![tag("交通/地铁"), tag("北京")])
}

const FISH: &str = "<p>SEMARANG (Antara Laut) - Pasar ikan di pelabuhan lama dibuka kembali pada hari Minggu, setelah \
dua tahun perbaikan yang lebih lama dari rencana. Para pedagang datang sebelum fajar dan menata lapak mereka menurut \
undian.</p><p>\"Kami sudah lama menunggu,\" kata seorang pedagang udang. Ia berjualan di sana sejak <a \
href=\"https://arsip.example/1987\">tahun 1987</a>.</p><h2>Es dan lampu</h2><p>Yang baru adalah rumah es, lampu, dan \
saluran air. Yang lama adalah tawar-menawar, yang dimulai pada jam lima dan selesai sebelum matahari naik.</p>\
<blockquote><p>Ikan tidak menunggu siapa pun.</p></blockquote><p>Pemerintah kota akan <a href=\"/jadwal\">mengumumkan \
jadwal</a> bulan depan.</p>";

const TIDE: &str = "<p>After the storm the beach was a list of things: rope, one shoe, a door with its number still on. \
People came down with their dogs and read it.</p><p>The harbour master keeps a ledger of what the sea brings. He has \
kept it for <em>thirty-one years</em>, and it fills nine volumes.</p><ul><li>rope, mostly green</li><li>bottles, of \
which four had letters</li><li>one piano lid</li></ul><p>He does not know why he began. \"Somebody ought to,\" he \
said, and wrote down the door.</p>";

const METRO: &str = "<p>北京地铁新线路今日正式开通运营，全长二十六公里，设车站十九座。早高峰期间，列车最小间隔缩短至两分钟。</p>\
<p>记者在现场看到，不少市民早早来到车站，等候首班列车。</p>";

//! What goes on beside the reading: refreshing, fetching pages, subscribing, importing, writing, indexing. Counted, never
//! guessed; nothing here waits. All of it goes on whatever a person does meanwhile, and one key leaves it off: that asks
//! nothing, and what is stored by then is kept.

use std::collections::BTreeSet;

use crate::command::Command;
use crate::news::{ArticleId, CleanText, CleanUrl, FeedId, Timestamp};
use crate::refresh::{Added, FullText, Progress, RefreshRequest, Summary};

use super::measure::{counted, number, words};
use super::reading::ReadingPane;
use super::tree::Node;
use super::{App, Effect, linear, views};

/// What is under way.
#[derive(Debug, Default)]
pub struct Activity {
    pub refresh: Option<Refreshing>,
    /// There is no network, or it was asked not to use it.
    pub offline: bool,
    /// Articles that can be read but not yet found by their words.
    pub indexing: usize,
    /// A person has asked for indexing to wait.
    pub indexing_waits: bool,
    /// Articles whose pages are being fetched, because somebody asked.
    pub pages: BTreeSet<ArticleId>,
    /// Whose address is being looked at for a feed.
    pub adding: Option<CleanText>,
    /// The file that is being read for a list of feeds.
    pub reading_list: Option<CleanText>,
    /// Texts that are being written out.
    pub writing: Option<Writing>,
    /// When a person last asked for a refresh.
    asked_last: Option<Timestamp>,
}

#[derive(Debug, Default)]
pub struct Refreshing {
    pub done: usize,
    /// 0 until it is known.
    pub feeds: usize,
    pub stopping: bool,
    /// Articles that have come so far, and feeds that could not be fetched.
    pub new: usize,
    pub failed: usize,
    /// Full texts that came along: how many of how many pages have been asked for.
    pub pages: Option<(usize, usize)>,
    /// Whether a person asked for it, who then wants to hear how it went.
    asked_for: bool,
    /// Whether the person has been told that asking again stops it.
    stop_offered: bool,
    offline_said: bool,
    /// What was said of the feeds that it fetches; what becomes of them is said behind it, not instead.
    pub after: Option<CleanText>,
    failures: Vec<(FeedId, CleanText)>,
}

/// Articles that are being written to a file or given to a program.
#[derive(Debug)]
pub struct Writing {
    /// `saving`, or the program's name.
    pub what: CleanText,
    pub done: usize,
    pub articles: usize,
}

/// What can be left off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    Refresh,
    /// Pages that somebody asked for.
    Pages,
    Adding,
    ReadingList,
    Writing,
}

/// Keys that come this close upon each other are one that is held down; it repeats some thirty times a second.
const HELD_SECONDS: i64 = 1;
/// Failures whose feed is remembered by name; more are only counted.
const FAILURES_MAX: usize = 50;

/// Who can't glance at the top line hears at each quarter how far a refresh is; a short one is done as soon as it is told.
const QUARTERS: usize = 4;
const FEEDS_IN_QUARTERS_MIN: usize = 40;

impl Refreshing {
    /// How many quarters of the feeds are done.
    fn quarter(&self) -> usize {
        (self.done * QUARTERS).checked_div(self.feeds).unwrap_or(0)
    }
}

impl Activity {
    pub fn new(offline: bool) -> Activity {
        Activity { offline, ..Activity::default() }
    }

    /// Whether there is anything that Esc would leave off, indexing apart.
    pub fn can_be_left(&self) -> bool {
        self.refresh.as_ref().is_some_and(|it| !it.stopping)
            || !self.pages.is_empty()
            || self.adding.is_some()
            || self.reading_list.is_some()
            || self.writing.is_some()
    }
}

/// Leaves off whatever long work runs; where only indexing does, it waits from then on.
pub fn cancel(app: &mut App) {
    let mut said = Vec::new();
    let refresh = app.key_for(Command::RefreshAll);
    if let Some(running) = &mut app.activity.refresh {
        if running.stopping {
            said.push("Stopping; what is under way comes to its end.".to_owned());
        } else {
            running.stopping = true;
            app.outbox.push(Effect::Cancel(Work::Refresh));
            said.push(format!("The refresh stops; what has arrived is kept, and {refresh} goes on with the rest."));
        }
    }
    let pages = std::mem::take(&mut app.activity.pages).len();
    if pages > 0 {
        app.keyboard.pages = super::together::Pages::default();
        app.outbox.push(Effect::Cancel(Work::Pages));
        let key = app.key_for(Command::FullText);
        said.push(match pages {
            1 => format!("The page is left where it is; {key} fetches it after all."),
            _ => format!("{} are left where they are; {key} fetches one after all.", counted(pages, "page", "pages")),
        });
    }
    if let Some(host) = app.activity.adding.take() {
        app.outbox.push(Effect::Cancel(Work::Adding));
        let key = app.key_for(Command::Subscribe);
        said.push(format!("{host} is left alone and nothing was added; {key} tries again."));
    }
    if let Some(file) = app.activity.reading_list.take() {
        app.outbox.push(Effect::Cancel(Work::ReadingList));
        let key = app.key_for(Command::Import);
        said.push(format!("Nothing was imported from {file}; {key} tries again."));
    }
    if app.activity.writing.take().is_some() {
        app.outbox.push(Effect::Cancel(Work::Writing));
        let key = app.key_for(Command::SaveToFile);
        said.push(format!("Nothing was written; {key} saves after all."));
    }
    if said.is_empty() && app.activity.indexing > 0 && !app.activity.indexing_waits {
        pause_indexing(app);
    } else if !said.is_empty() {
        app.tell(&said.join(" "));
    }
}

/// Lets indexing wait, or go on.
pub fn pause_indexing(app: &mut App) {
    let activity = &mut app.activity;
    activity.indexing_waits = !activity.indexing_waits;
    let (waits, left) = (activity.indexing_waits, activity.indexing);
    app.outbox.push(Effect::Index { on: !waits });
    let articles = counted(left, "article", "articles");
    let key = app.key_for(Command::PauseIndexing);
    app.tell(&match (waits, left) {
        (true, 0) => format!("Indexing waits from now on. {key} lets it go on, and so does the next start."),
        (true, _) => format!(
            "Indexing waits: {articles} can be read, but not found by their words yet. {key} goes on, and so does the \
             next start."
        ),
        (false, 0) => "Indexing goes on as articles arrive.".to_owned(),
        (false, _) => format!("Indexing goes on: {articles} left."),
    });
}

/// Starts a refresh. A key that is held down asks once, however long it is held. While one runs, asking once more says
/// so, and asking again stops it.
pub fn refresh(app: &mut App, request: RefreshRequest, asked_for: bool) {
    if app.settings.offline {
        app.tell("Started with --offline: nothing is fetched. What is stored can be read.");
        return;
    }
    if asked_for {
        let before = app.activity.asked_last.replace(app.now.utc);
        if before.is_some_and(|it| (0..=HELD_SECONDS).contains(&app.now.utc.since(it))) {
            return;
        }
    }
    if let Some(running) = &mut app.activity.refresh {
        let key = app.settings.keys.keys_of(Command::RefreshAll).into_iter().next().unwrap_or_default();
        if running.stop_offered && !running.stopping {
            running.stopping = true;
            app.outbox.push(Effect::Cancel(Work::Refresh));
            app.tell("Stopping; what has arrived is kept.");
        } else if running.stopping {
            app.tell("Stopping; what is under way comes to its end.");
        } else {
            running.stop_offered = true;
            app.tell(&format!("Refreshing already; {key} again stops it."));
        }
        return;
    }
    app.activity.refresh = Some(Refreshing { asked_for, ..Refreshing::default() });
    app.outbox.push(Effect::Refresh(request));
}

/// Takes the progress of a refresh.
pub fn progressed(app: &mut App, progress: Progress) {
    match progress {
        Progress::Moved { title, to } => {
            let undo = app.key_for(Command::Undo);
            app.tree_stale = true;
            app.tell(&format!("{title} has moved to {}, and is fetched from there now · {undo} undoes", to.host()));
        }
        Progress::Started { feeds } => {
            let running = app.activity.refresh.get_or_insert_default();
            running.feeds = feeds;
            running.done = 0;
        }
        Progress::FeedDone { feed, title, new, changed, problem, done, feeds } => {
            let running = app.activity.refresh.get_or_insert_default();
            let quarter = running.quarter();
            running.done = done;
            running.feeds = feeds;
            running.new += new;
            running.failed += usize::from(problem.is_some());
            if let Some(problem) = problem
                && running.failures.len() < FAILURES_MAX
            {
                // A feed that has never been read is named by its host, with which most sentences begin.
                let named = problem.as_str().starts_with(title.as_str());
                let sentence = if named { problem } else { words(&format!("{title}: {problem}")) };
                running.failures.push((feed, sentence));
                app.tree_stale = true;
            }
            let passed = running.quarter();
            if passed > quarter && passed < QUARTERS && feeds >= FEEDS_IN_QUARTERS_MIN {
                let (done, feeds) = (number(done as i64), number(feeds as i64));
                let new = counted(running.new, "new article", "new articles");
                let sentence = words(&format!("Refreshing: {done} of {feeds} feeds, {new}."));
                linear::announce(app, &sentence);
            }
            if new > 0 || changed > 0 {
                app.tree_stale = true;
            }
        }
        Progress::Pages { done, pages } => {
            app.activity.refresh.get_or_insert_default().pages = Some((done, pages));
        }
        Progress::Busy => {
            app.activity.refresh = None;
            app.tell("Another program is refreshing this library. What arrives is announced here.");
        }
        Progress::Offline => {
            app.activity.offline = true;
            let running = app.activity.refresh.get_or_insert_default();
            if !running.offline_said {
                running.offline_said = true;
                let after = running.after.take().map(|it| format!("{it}. ")).unwrap_or_default();
                let key = app.key_for(Command::RefreshAll);
                app.tell(&format!("{after}No network. Everything stored can be read; {key} tries again."));
            }
        }
        Progress::Finished(summary) => {
            finished(app, &summary);
            super::offer::fetch_waiting(app);
        }
        Progress::Indexing { left } => {
            app.activity.indexing = left;
            // What was read in the text of the open article meanwhile is to be seen beside it.
            if left == 0 && matches!(&app.reading.state, ReadingPane::Shown(it) if it.metadata.words == 0) {
                app.reading.stale = true;
            }
        }
    }
}

pub fn refresh_failed(app: &mut App, why: &CleanText) {
    app.activity.refresh = None;
    app.tell_problem(why);
}

/// How far writing articles out is.
pub fn written(app: &mut App, done: usize, articles: usize) {
    if let Some(writing) = &mut app.activity.writing {
        (writing.done, writing.articles) = (done, articles);
    }
}

/// What became of fetching an article's page.
pub fn full_text_came(app: &mut App, id: ArticleId, outcome: Result<FullText, CleanText>) {
    app.activity.pages.remove(&id);
    if super::together::page_came(app, id, &outcome) {
        app.reading.stale |= app.reading.wanted == Some(id);
        app.list.window.stale |= app.list.rows.contains_key(&id);
        return;
    }
    match outcome {
        Ok(FullText::Stored { words, .. }) => {
            if app.reading.wanted == Some(id) {
                app.reading.stale = true;
                app.tell(&format!("The page's text, {}", counted(words.max(0) as usize, "word", "words")));
            }
            if app.list.rows.contains_key(&id) {
                app.list.window.stale = true;
            }
        }
        Ok(FullText::NotBetter { words, feed_words }) => {
            app.tell(&format!(
                "The page has {}, the feed's own text {}: that stays.",
                counted(words.max(0) as usize, "word", "words"),
                number(feed_words)
            ));
        }
        Err(why) => app.tell_problem(&why),
    }
}

/// What became of subscribing.
pub fn added(app: &mut App, outcome: Result<Added, CleanText>) {
    app.activity.adding = None;
    let added = match outcome {
        Ok(added) => added,
        Err(why) => {
            app.tell_problem(&why);
            return;
        }
    };
    app.tree_stale = true;
    let undo = app.key_for(Command::Undo);
    let mut sentence = if added.already {
        format!("You are subscribed to {} already.", added.title)
    } else {
        format!("Added {}: {} · {undo} undoes", added.title, counted(added.articles, "article", "articles"))
    };
    sentence.push_str(&super::offer::made(app, added.others));
    app.tell(&sentence);
    // Somebody who is reading is not taken elsewhere; somebody before an empty list is shown what has come.
    if app.list.ids.is_empty() && !app.list.is_search() {
        app.tree.select(&Node::Feed(added.feed));
        views::open_feed(app, added.feed);
    }
}

/// An address without a feed became an article of the feed “Saved”.
pub fn page_saved(app: &mut App, url: &CleanUrl) {
    app.activity.adding = None;
    app.tree_stale = true;
    let undo = app.key_for(Command::Undo);
    app.tell(&format!("{} names no feed, so its page was saved to read later · {undo} undoes", url.host()));
}

fn finished(app: &mut App, summary: &Summary) {
    let running = app.activity.refresh.take().unwrap_or_default();
    app.tree_stale = true;
    if summary.fetched + summary.not_modified > 0 {
        app.activity.offline = false;
    } else if running.offline_said {
        return;
    }
    let new = counted(summary.articles_new, "new article", "new articles");
    if running.stopping {
        let feeds = counted(running.feeds, "feed", "feeds");
        let failed = match summary.failed {
            0 => String::new(),
            count => format!(" {} failed.", counted(count, "feed", "feeds")),
        };
        let key = app.key_for(Command::RefreshAll);
        app.tell(&format!(
            "Stopped after {} of {feeds}. {new}.{failed} {key} goes on with the rest.",
            number(running.done as i64),
        ));
    } else if summary.failed > 0 {
        let first = running.failures.first().map(|(_, sentence)| sentence.clone());
        let first = first.or_else(|| summary.problems.first().map(|it| it.problem.clone())).unwrap_or_default();
        let sentence = match summary.failed {
            1 => format!("✗ {first}"),
            count => format!("✗ {} failed. {first}", counted(count, "feed", "feeds")),
        };
        let sentence = match &running.after {
            Some(after) => format!("{after}. {sentence}"),
            None => sentence,
        };
        let sentence = if summary.articles_new > 0 { format!("{new}. {sentence}") } else { sentence };
        app.tell(&sentence);
    } else if running.asked_for {
        app.tell(&match summary.articles_new {
            0 => "Refreshed: nothing new.".to_owned(),
            _ => format!("Refreshed: {new}."),
        });
    }
}

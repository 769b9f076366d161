//! `dateline refresh`: the pipeline with a progress bar, or with one summary object.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::counted;
use crate::news::{CleanUrl, FeedId, Problem};
use crate::refresh::{Progress, RefreshRequest};
use crate::store::Tree;

use super::arguments::RefreshArguments;
use super::print::{Out, say};
use super::{Failure, Surroundings, show, waiting};

pub fn run(surroundings: &Surroundings, arguments: &RefreshArguments) -> Result<ExitCode, Failure> {
    let library = surroundings.library()?;
    let only = if arguments.feeds.is_empty() {
        None
    } else {
        let tree = show::tree(surroundings, &library)?;
        Some(arguments.feeds.iter().map(|it| feed_named(&tree, it)).collect::<Result<Vec<_>, _>>()?)
    };
    let pipeline = surroundings.pipeline(&library)?;
    let request = RefreshRequest { everything: arguments.all, only, no_index: true };
    let mut bar = Bar::new();
    let cancel = waiting::interrupted();
    let (mut busy, mut offline, mut asked) = (false, false, 0);
    let summary = pipeline.refresh(&request, &cancel, &mut |progress| {
        busy |= progress == Progress::Busy;
        offline |= progress == Progress::Offline;
        if let Progress::FeedDone { done, .. } = &progress {
            asked = *done;
        }
        bar.show(&progress);
    })?;
    bar.finish();
    // The summary comes when all is readable; indexing follows.
    if arguments.json {
        Out::new().json(&summary);
    }
    if busy {
        say("Another Dateline is refreshing this library; its articles will be there in a moment.");
        return Ok(ExitCode::SUCCESS);
    }
    if offline {
        say(Problem::Offline.sentence(&surroundings.zone).as_str());
    } else if !arguments.json {
        for problem in &summary.problems {
            say(&format!("{}: {}", problem.url.in_words(), problem.problem));
        }
        say(&format!(
            "{}, {} changed, from {} ({} not modified, {} failed) in {:.1} s.",
            counted(summary.articles_new, "new article", "new articles"),
            summary.articles_changed,
            counted(summary.feeds, "feed", "feeds"),
            summary.not_modified,
            summary.failed,
            summary.seconds
        ));
    }
    if asked < summary.feeds && cancel.load(Ordering::Relaxed) {
        let feeds = counted(summary.feeds, "feed", "feeds");
        say(&format!("Stopped after {asked} of {feeds}. What has arrived is kept; `dateline refresh` goes on."));
    }
    if !arguments.no_index {
        waiting::index(&library, &cancel)?;
        waiting::keep_house(&library, &cancel)?;
    }
    if cancel.load(Ordering::Relaxed) {
        if asked == summary.feeds {
            say("Stopped. Everything that has arrived is kept; the next start indexes the rest.");
        }
        // Whoever runs us (a script, `make`) is to know that it was Ctrl-C.
        drop((pipeline, library));
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGINT)?;
    }
    let nothing_fetched = offline || (summary.feeds > 0 && summary.failed == summary.feeds);
    Ok(if nothing_fetched { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn feed_named(tree: &Tree, name: &str) -> Result<FeedId, Failure> {
    let by_number = name.parse::<i64>().ok().map(FeedId);
    let by_address = CleanUrl::parse_typed(name).ok();
    tree.feeds
        .iter()
        .find(|row| Some(row.id) == by_number || (by_address.is_some() && row.url == by_address))
        .map(|row| row.id)
        .ok_or_else(|| Failure::new(&format!("There is no feed {name}. `dateline feeds` shows numbers and addresses.")))
}

/// A progress bar on stderr where that is a terminal, nothing elsewhere.
struct Bar {
    bar: ProgressBar,
}

impl Bar {
    fn new() -> Bar {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style.progress_chars("▮▮▯"));
        }
        Bar { bar }
    }

    fn show(&mut self, progress: &Progress) {
        match progress {
            Progress::Started { feeds } => self.bar.set_length(*feeds as u64),
            Progress::FeedDone { title, done, .. } => {
                self.bar.set_position(*done as u64);
                self.bar.set_message(title.to_string());
            }
            Progress::Pages { done, pages } => {
                self.bar.set_length(*pages as u64);
                self.bar.set_position(*done as u64);
                self.bar.set_message("full texts");
            }
            Progress::Moved { title, to } => {
                self.bar.suspend(|| {
                    super::print::say(&format!(
                        "{title} has moved to {}. `dateline undo` takes it back.",
                        to.without_secrets()
                    ));
                });
            }
            // Indexing has a line of its own.
            Progress::Indexing { .. } | Progress::Offline | Progress::Busy | Progress::Finished(_) => {}
        }
    }

    fn finish(self) {
        self.bar.finish_and_clear();
    }
}

//! The command line: the same library and pipeline without a screen. A contract: scripts rely on it.
//!
//! JSON goes to stdout, one object a line; progress and notices go to stderr. Exit 0 done, 1 something failed (said in
//! words), 2 wrong usage. All that is printed passes through [`print`].

mod arguments;
mod change;
mod demo;
mod generate;
mod inspect;
mod json;
mod lists;
mod log;
mod print;
mod reader;
mod refresh;
mod show;
mod typed;
mod waiting;

pub use arguments::Arguments;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use clap::error::ErrorKind;

use crate::config::{Colors, Config, ConfigError, Depth, Flags, Paths, Value, Wanted, config_file};
use crate::fetch::{Fetcher, Network, SystemResolver};
use crate::news::{CleanText, Clock, Limit, Problem, Timestamp, Zone};
use crate::refresh::{Pipeline, PipelineError};
use crate::store::{Library, StoreError};
use arguments::{Action, Inspect};
use waiting::Waiting;

/// Why a command ended without having done what it was asked: a sentence for a person.
#[derive(Debug)]
pub struct Failure(pub CleanText);

impl Failure {
    fn new(sentence: &str) -> Failure {
        Failure(CleanText::line(sentence, Limit::SENTENCE))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::new(&error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure::new(&format!("{error}. Check the path and its permissions."))
    }
}

/// What every command is given: where the library is, the present, the person's zone.
struct Surroundings {
    data: Option<PathBuf>,
    clock: Clock,
    zone: Zone,
    offline: bool,
    colour: print::Colour,
    config: Config,
}

impl Surroundings {
    fn library(&self) -> Result<Library, Failure> {
        let paths = Paths::resolve(self.data.clone()).map_err(|sentence| Failure::new(&sentence))?;
        self.library_in(&paths)
    }

    fn library_in(&self, paths: &Paths) -> Result<Library, Failure> {
        let mut waiting = Waiting::new(
            "Bringing the library up to date, which may take minutes for a large one. It is copied first; Ctrl-C loses nothing.",
        );
        let library = Library::open_telling(&paths.data, self.clock.clone(), &mut |it| waiting.upgrade(it))?;
        drop(waiting);
        log::start(&paths.data);
        Ok(library)
    }

    fn pipeline(&self, library: &Library) -> Result<Pipeline, Failure> {
        let fetcher = self.fetcher()?;
        Ok(Pipeline { library: library.clone(), fetcher, clock: self.clock.clone(), zone: self.zone.clone() })
    }

    fn fetcher(&self) -> Result<Fetcher, Failure> {
        let limits = crate::shell::limits(&self.config.settings.fetch);
        let network = Network { limits, ..Network::standard() };
        Fetcher::start_with(self.clock.clone(), Arc::new(SystemResolver), self.offline, network)
            .map_err(|problem| self.problem(&problem))
    }

    fn problem(&self, problem: &Problem) -> Failure {
        Failure(problem.sentence(&self.zone))
    }

    fn failure(&self, error: &PipelineError) -> Failure {
        Failure(error.sentence(&self.zone))
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    // A panic's message may quote what was being read; it is cleaned like everything else that is printed.
    std::panic::set_hook(Box::new(|info| print::say(&format!("{info}"))));
    let words = typed::ordered(std::env::args_os());
    let arguments = match Arguments::try_parse_from(&words) {
        Ok(arguments) => arguments,
        Err(answer) => return usage(&answer, typed::ask_something(&words)),
    };
    let config = match settings(&arguments) {
        Ok(config) => config,
        Err(error) => return refused(&error),
    };
    let surroundings = Surroundings {
        data: arguments.data,
        clock: Arc::new(system_clock),
        zone: Zone::of_this_machine(),
        offline: arguments.offline,
        colour: colour(arguments.color, &config),
        config,
    };
    if needs_a_library(arguments.action.as_ref())
        && let Err(sentence) = Paths::resolve(surroundings.data.clone())
    {
        print::say(&sentence);
        return ExitCode::from(EXIT_WRONG_USAGE);
    }
    let done = match arguments.action {
        None => reader::run(&surroundings),
        Some(action) => perform(&surroundings, action),
    };
    match done {
        Ok(code) => code,
        Err(Failure(sentence)) => {
            print::notice(&sentence);
            ExitCode::FAILURE
        }
    }
}

/// The person's settings. What makes documents does without: it may be what helps to mend them.
fn settings(arguments: &Arguments) -> Result<Config, ConfigError> {
    if matches!(arguments.action, Some(Action::Generate { .. })) {
        return Ok(Config::shipped());
    }
    let named = arguments.config.as_ref().is_some_and(|it| !it.as_os_str().is_empty());
    let wanted = if named { Wanted::Named } else { Wanted::Usual };
    let mut flags = Flags::default();
    if arguments.color == print::Colour::Never {
        flags.set.push(("color", Value::Word("none".to_owned()), "--color never"));
    }
    crate::config::load(config_file(arguments.config.clone()).as_deref(), wanted, &flags)
}

/// Whether it has to be known where the library is.
fn needs_a_library(action: Option<&Action>) -> bool {
    !matches!(action, Some(Action::Demo | Action::Inspect { .. } | Action::Generate { .. }))
}

/// What is typed goes before what is set.
fn colour(typed: print::Colour, config: &Config) -> print::Colour {
    let none = config.settings.color == Colors::Exactly(Depth::None);
    if none && typed == print::Colour::Auto { print::Colour::Never } else { typed }
}

/// Says every mistake in the settings, each on a line of its own. Nothing has been opened or made by then.
fn refused(error: &ConfigError) -> ExitCode {
    match error {
        ConfigError::Unreadable(sentence) => print::notice(sentence),
        ConfigError::Mistakes(mistakes) => {
            for mistake in mistakes {
                print::notice(&CleanText::line(&mistake.to_string(), Limit::SENTENCE));
            }
        }
    }
    ExitCode::from(EXIT_WRONG_USAGE)
}

const EXIT_WRONG_USAGE: u8 = 2;

/// Help, the version, or what was wrong with the words typed: those come back in the answer and are cleaned like any.
fn usage(answer: &clap::Error, asked_something: bool) -> ExitCode {
    let text = answer.render().to_string();
    if answer.use_stderr() {
        for line in text.trim_end().lines() {
            print::notice(&CleanText::preformatted(line, Limit::SENTENCE));
        }
        if asked_something && answer.kind() == ErrorKind::UnknownArgument {
            print::say(
                "In a query one dash leaves a word out: -unread. Two dashes begin an option; --help lists them.",
            );
        }
    } else {
        print::Out::new().line(text.trim_end());
    }
    ExitCode::from(u8::try_from(answer.exit_code()).unwrap_or(EXIT_WRONG_USAGE))
}

fn perform(surroundings: &Surroundings, action: Action) -> Result<ExitCode, Failure> {
    match action {
        Action::Demo => demo::run(surroundings),
        Action::Add(arguments) => change::add(surroundings, &arguments),
        Action::Import(arguments) => lists::import(surroundings, &arguments),
        Action::Export(arguments) => lists::export(surroundings, &arguments),
        Action::Refresh(arguments) => refresh::run(surroundings, &arguments),
        Action::Feeds(arguments) => show::feeds(surroundings, &arguments),
        Action::List(arguments) => show::list(surroundings, &arguments),
        Action::Show(arguments) => show::article(surroundings, &arguments),
        Action::Tag(arguments) => change::tag(surroundings, &arguments),
        Action::Save(arguments) => change::save(surroundings, &arguments),
        Action::Inspect { what: Inspect::Feed(arguments) } => inspect::feed(surroundings, &arguments),
        Action::Inspect { what: Inspect::Page(arguments) } => inspect::page(surroundings, &arguments),
        Action::Undo(arguments) => change::undo(surroundings, &arguments),
        Action::Doctor(arguments) => show::doctor(surroundings, &arguments),
        Action::Generate { what } => generate::run(&what),
    }
}

fn system_clock() -> Timestamp {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    // A clock set before 1970 reads as 1970: dates look odd, nothing breaks.
    Timestamp::from_seconds(since_epoch.map_or(0, |it| i64::try_from(it.as_secs()).unwrap_or(i64::MAX)))
}

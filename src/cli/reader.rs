//! Opening the reader: refuses politely where there is no terminal, ends by the signal that ended it.

use std::io::IsTerminal;
use std::process::ExitCode;

use crate::app::{Remembered, Settings};
use crate::config::{ColorWish, Paths, TerminalKind};
use crate::shell::{self, Ended, MEMORY_FILE, Start, remembered_in};
use crate::store::Library;

use super::print::Colour;
use super::{Failure, Surroundings};

pub fn run(surroundings: &Surroundings) -> Result<ExitCode, Failure> {
    need_a_terminal()?;
    let library = surroundings.library()?;
    end(open(surroundings, library, Edition::Own)?)
}

/// Whose articles are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edition {
    Own,
    Demo,
}

/// Both ends must be a terminal, one that can move its cursor.
pub(super) fn need_a_terminal() -> Result<(), Failure> {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Err(Failure::new("The reader needs a terminal. `dateline list` and `dateline show` work without one."));
    }
    if std::env::var_os("TERM").is_some_and(|it| it == "dumb") {
        return Err(Failure::new(
            "This terminal (TERM=dumb) can't show the reader. `dateline list` and `dateline show` work here.",
        ));
    }
    Ok(())
}

pub(super) fn open(surroundings: &Surroundings, library: Library, edition: Edition) -> Result<Ended, Failure> {
    let wish = match surroundings.colour {
        Colour::Auto => ColorWish::Auto,
        Colour::Always => ColorWish::Always,
        Colour::Never => ColorWish::Never,
    };
    let terminal = TerminalKind::of(|name| std::env::var(name).ok());
    let settings = Settings {
        demo: edition == Edition::Demo,
        offline: surroundings.offline,
        ..Settings::new(surroundings.config.clone(), terminal, wish)
    };
    let paths = Paths::resolve(surroundings.data.clone()).map_err(|sentence| Failure::new(&sentence))?;
    // A demo is the same every time; only one's own library remembers how one left it.
    let memory = (edition == Edition::Own).then(|| paths.data.join(MEMORY_FILE));
    let remembered = memory.as_deref().map(|it| Remembered::parse(&remembered_in(it))).unwrap_or_default();
    let settings = Settings { reorders: !terminal_reorders(), remembered, ..settings };
    let mouse = settings.config.settings.mouse;
    let (clock, zone) = (surroundings.clock.clone(), surroundings.zone.clone());
    let start = Start { library, clock, zone, settings, memory, mouse };
    shell::run(start)
        .map_err(|error| Failure::new(&format!("The terminal could not be used: {error}. Try another terminal.")))
}

/// Whether the terminal itself puts right-to-left text in order, and would undo what is ordered already. VTE's would too,
/// but can be told not to (see `shell`); these can't. Within tmux or screen cells stay where they are.
fn terminal_reorders() -> bool {
    let is = |name: &str, value: &str| std::env::var_os(name).is_some_and(|it| it == value);
    let within = std::env::var_os("TMUX").is_some() || std::env::var_os("STY").is_some();
    let known = is("TERM", "xterm-kitty")
        || is("TERM", "mlterm")
        || is("TERM_PROGRAM", "Apple_Terminal")
        || std::env::var_os("KONSOLE_VERSION").is_some();
    known && !within
}

/// What the program does once the reader has ended: a signal that ended it ends the program too.
pub(super) fn end(ended: Ended) -> Result<ExitCode, Failure> {
    match ended {
        Ended::Quit => Ok(ExitCode::SUCCESS),
        Ended::HungUp => Ok(ExitCode::from(129)),
        Ended::Signal(signal) => {
            signal_hook::low_level::emulate_default_handler(signal)?;
            Ok(ExitCode::FAILURE)
        }
    }
}

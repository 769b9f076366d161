//! Opening the reader: refuses politely where there is no terminal, ends by the signal that ended it.

use std::io::IsTerminal;
use std::process::ExitCode;

use crate::app::Settings;
use crate::config::{ColorWish, TerminalKind};
use crate::shell::{self, Ended, Start};
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
    let start = Start { library, clock: surroundings.clock.clone(), zone: surroundings.zone.clone(), settings };
    shell::run(start)
        .map_err(|error| Failure::new(&format!("The terminal could not be used: {error}. Try another terminal.")))
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

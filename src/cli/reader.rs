//! Opening the reader: refuses politely where there is no terminal, ends by the signal that ended it.

use std::io::IsTerminal;
use std::process::ExitCode;

use crate::app::{Remembered, Settings};
use crate::config::{ColorWish, Paths, TerminalKind};
use crate::shell::{self, Ended, MEMORY_FILE, Start, remembered_in};
use crate::store::Library;
use crate::text::Arranging;

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
    let settings = Settings { arranging: arranging(|name| std::env::var(name).ok()), remembered, ..settings };
    let mouse = settings.config.settings.mouse;
    let (clock, zone) = (surroundings.clock.clone(), surroundings.zone.clone());
    let start = Start { library, clock, zone, settings, memory, mouse };
    shell::run(start)
        .map_err(|error| Failure::new(&format!("The terminal could not be used: {error}. Try another terminal.")))
}

/// What of right-to-left text is arranged here, by what the terminal says of itself in the environment.
///
/// VTE's terminals would arrange all of it, but can be told not to (see `shell`). kitty arranges letters only
/// (sw.kovidgoyal.net/kitty/conf, `force_ltr`), within tmux too, which passes cells on as they stand; Konsole, mlterm and
/// Apple's Terminal arrange a line as a whole, but not one that tmux or screen draws piece by piece.
fn arranging(variable: impl Fn(&str) -> Option<String>) -> Arranging {
    let said = |name: &str| variable(name).filter(|it| !it.is_empty());
    let is = |name: &str, value: &str| said(name).is_some_and(|it| it == value);
    if is("TERM", "xterm-kitty") || said("KITTY_WINDOW_ID").is_some() {
        return Arranging::Words;
    }
    let within = said("TMUX").is_some() || said("STY").is_some();
    let known = is("TERM", "mlterm") || is("TERM_PROGRAM", "Apple_Terminal") || said("KONSOLE_VERSION").is_some();
    if known && !within { Arranging::Nothing } else { Arranging::All }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_terminal_is_left_what_it_arranges_itself() {
        let of =
            |said: &[(&str, &str)]| arranging(|name| said.iter().find(|it| it.0 == name).map(|it| it.1.to_owned()));
        assert_eq!(of(&[("TERM", "foot")]), Arranging::All);
        assert_eq!(of(&[("TERM", "xterm-256color")]), Arranging::All);
        assert_eq!(of(&[("TERM", "xterm-kitty")]), Arranging::Words);
        assert_eq!(of(&[("TERM", "tmux-256color"), ("TMUX", "/tmp/t"), ("KITTY_WINDOW_ID", "1")]), Arranging::Words);
        assert_eq!(of(&[("TERM", "xterm-256color"), ("KONSOLE_VERSION", "230400")]), Arranging::Nothing);
        assert_eq!(of(&[("TERM", "screen"), ("STY", "1.x"), ("KONSOLE_VERSION", "230400")]), Arranging::All);
        assert_eq!(of(&[("TERM", "mlterm")]), Arranging::Nothing);
    }
}

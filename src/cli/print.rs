//! The door to stdout and stderr: only clean text, numbers and the program's own words go out. A reader of stdout that
//! ends early (`| head`) ends us quietly.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;

use crate::news::{CleanText, clean_char};

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    Auto,
    Always,
    Never,
}

impl Colour {
    /// Whether stdout gets colour: asked for, or a terminal without `NO_COLOR` (no-color.org: set and not empty).
    pub fn on_stdout(self) -> bool {
        match self {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => io::stdout().is_terminal() && !no_colour_wanted(),
        }
    }
}

/// Whether the person's environment says `NO_COLOR`.
pub fn no_colour_wanted() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty())
}

/// Lines for stdout. Each may be several lines long; what may not be shown is taken out once more here.
pub struct Out {
    stdout: io::BufWriter<io::StdoutLock<'static>>,
}

impl Out {
    pub fn new() -> Out {
        Out { stdout: io::BufWriter::new(io::stdout().lock()) }
    }

    /// Prints one line, or several parted by `\n`.
    pub fn line(&mut self, text: &str) {
        let safe: String = text.chars().filter(|it| *it == '\n' || clean_char(*it)).collect();
        self.raw(&safe);
    }

    /// Prints one JSON object on a line. JSON escapes what a terminal must not see, but for DEL and C1.
    pub fn json(&mut self, value: &impl serde::Serialize) {
        match serde_json::to_string(value) {
            Ok(text) => self.line(&text),
            Err(error) => notice(&CleanText::line(&error.to_string(), crate::news::Limit::SENTENCE)),
        }
    }

    /// A line that carries our own styling.
    pub fn styled(&mut self, before: &'static str, text: &str, after: &'static str) {
        let safe: String = text.chars().filter(|it| clean_char(*it)).collect();
        self.raw(&format!("{before}{safe}{after}"));
    }

    fn raw(&mut self, text: &str) {
        if writeln!(self.stdout, "{text}").is_err() {
            gone();
        }
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        if self.stdout.flush().is_err() {
            gone();
        }
    }
}

/// Whoever read our output has ended; there is nobody to tell.
fn gone() -> ! {
    std::process::exit(0)
}

/// Says a sentence on stderr.
pub fn notice(sentence: &CleanText) {
    // With stderr closed there is nowhere left to say it.
    let _ = writeln!(io::stderr(), "{sentence}");
}

/// Says the program's own words on stderr, with clean values in them.
pub fn say(sentence: &str) {
    notice(&CleanText::line(sentence, crate::news::Limit::SENTENCE));
}

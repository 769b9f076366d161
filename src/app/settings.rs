//! The settings in force, and taking up those that a person has just saved. Where they have mistakes, those in force stay
//! and a notice points at the first.

use crate::command::KeyMap;
use crate::config::{ColorWish, Config, ConfigError, Depth, Rgb, TerminalKind, Theme};
use crate::news::{CleanText, Limit};
use crate::text::Arranging;

use super::{App, Remembered};

/// What the program was started with, and what has been set since.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The theme in force: what is set, with as many colours as the terminal has.
    pub theme: Theme,
    /// The keys in force.
    pub keys: KeyMap,
    pub demo: bool,
    pub offline: bool,
    /// Everything that is set, by name: `config.settings.reader.measure`.
    pub config: Config,
    pub terminal: TerminalKind,
    pub color: ColorWish,
    /// What of right-to-left text is put in order here; the rest the terminal does.
    pub arranging: Arranging,
    /// What the last start left: layout, sizes, folds.
    pub remembered: Remembered,
    /// The terminal's own, once it has said so.
    pub background: Option<Rgb>,
}

impl Settings {
    pub fn new(config: Config, terminal: TerminalKind, color: ColorWish) -> Settings {
        let mut settings = Settings {
            theme: Theme::terminal(),
            keys: config.key_map(),
            demo: false,
            offline: false,
            config,
            terminal,
            color,
            arranging: Arranging::All,
            remembered: Remembered::default(),
            background: None,
        };
        settings.choose_theme();
        settings
    }

    /// How many colours the terminal is given.
    pub fn depth(&self) -> Depth {
        self.terminal.depth(self.color, self.config.settings.color)
    }

    /// Whether marks and lines are plain ASCII.
    pub fn ascii(&self) -> bool {
        self.terminal.ascii(self.config.settings.symbols)
    }

    /// Whether the reader is drawn for a screen reader.
    pub fn linear(&self) -> bool {
        self.config.settings.linear
    }

    pub fn background_is(&mut self, rgb: Rgb) {
        self.background = Some(rgb);
        self.choose_theme();
    }

    fn choose_theme(&mut self) {
        self.theme = self.config.theme(self.depth(), self.background);
    }
}

/// The person's settings were read again.
pub fn configured(app: &mut App, outcome: Result<Box<Config>, ConfigError>) {
    match outcome {
        Ok(config) => {
            let info = config.settings.layout.info;
            if info != app.settings.config.settings.layout.info {
                app.info_beside = info;
            }
            // Another preset that is being tried out stays, unless it is keys that were changed.
            if config.settings.keys != app.settings.config.settings.keys {
                app.settings.keys = config.key_map();
            }
            app.settings.config = *config;
            app.settings.choose_theme();
            app.pending.clear();
            if app.notice.as_ref().is_some_and(|it| it.sentence.as_str().ends_with(STAYS)) {
                app.tell("The settings are mended and in force.");
            }
        }
        Err(error) => app.tell_problem(&why_not_taken(&error)),
    }
}

const STAYS: &str = "Until it is mended everything stays as it was.";

/// `config.toml:3:1: … (and 2 more). The settings in force stay.`
fn why_not_taken(error: &ConfigError) -> CleanText {
    let first = match error {
        ConfigError::Unreadable(sentence) => sentence.to_string(),
        ConfigError::Mistakes(mistakes) => {
            let first = mistakes.first().map_or_else(String::new, ToString::to_string);
            let ended = if first.ends_with(['.', '?']) { "" } else { "." };
            match mistakes.len() {
                0 | 1 => format!("{first}{ended}"),
                count => format!("{first}{ended} And {} more.", count - 1),
            }
        }
    };
    CleanText::line(&format!("{first} {STAYS}"), Limit::SENTENCE)
}

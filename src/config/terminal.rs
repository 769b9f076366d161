//! What a terminal can show, told from the environment alone: how many colours, whether its letters are UTF-8, whether
//! it may be asked anything.
//!
//! Asks nothing itself, and reads no environment: it is given one.

use super::color::Depth;
use super::settings::{Colors, Symbols};

/// What the environment says of the terminal. An empty variable counts as unset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TerminalKind {
    pub term: String,
    pub colorterm: String,
    pub term_program: String,
    /// The first of LC_ALL, LC_CTYPE and LANG that says anything (POSIX 8.2).
    pub locale: String,
    /// NO_COLOR is set (no-color.org).
    pub no_color: bool,
}

/// What the command line says of colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorWish {
    #[default]
    Auto,
    Always,
    Never,
}

/// Terminals that speak the kitty keyboard protocol. They are known by name: to ask and wait would hold up the first
/// key where nobody answers.
const KEYBOARD_PROTOCOL: &[&str] = &["kitty", "foot", "ghostty", "wezterm", "alacritty", "rio", "contour", "iterm"];
/// Terminals that show 24-bit colours and do not always say so in COLORTERM.
const TRUE_COLOR: &[&str] = &["kitty", "foot", "ghostty", "wezterm", "alacritty", "rio", "contour", "direct"];
/// Terminals without any colour, or that would misread a colour given by number.
const COLOURLESS: &[&str] =
    &["dumb", "vt52", "vt100", "vt102", "vt220", "vt320", "vt420", "ansi-m", "ansi", "cygwin", "sun"];

impl TerminalKind {
    /// Reads the environment through `variable`.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> TerminalKind {
        let said = |name: &str| variable(name).filter(|it| !it.is_empty());
        TerminalKind {
            term: said("TERM").unwrap_or_default(),
            colorterm: said("COLORTERM").unwrap_or_default(),
            term_program: said("TERM_PROGRAM").unwrap_or_default(),
            locale: ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(said).unwrap_or_default(),
            no_color: said("NO_COLOR").is_some(),
        }
    }

    /// How many colours it is given. The command line goes before the settings, and both before NO_COLOR, which is for
    /// programs that nobody has told anything (no-color.org).
    pub fn depth(&self, wish: ColorWish, settings: Colors) -> Depth {
        match (wish, settings) {
            (ColorWish::Never, _) => Depth::None,
            (ColorWish::Always, Colors::Exactly(Depth::None)) => self.depth_of_terminal().max(Depth::Sixteen),
            (ColorWish::Auto | ColorWish::Always, Colors::Exactly(depth)) => depth,
            (ColorWish::Always, Colors::Auto) => self.depth_of_terminal().max(Depth::Sixteen),
            (ColorWish::Auto, Colors::Auto) if self.no_color => Depth::None,
            (ColorWish::Auto, Colors::Auto) => self.depth_of_terminal(),
        }
    }

    /// Whether marks and lines are plain ASCII: in the C and POSIX locales, and in one that names a character set other
    /// than UTF-8. A locale that names none says nothing, and nearly all terminals show UTF-8 by now.
    pub fn ascii(&self, settings: Symbols) -> bool {
        match settings {
            Symbols::Unicode => false,
            Symbols::Ascii => true,
            Symbols::Auto => {
                let locale = self.locale.to_ascii_lowercase();
                let (name, set) = locale.split_once('.').unwrap_or((&locale, ""));
                let utf8 = set.starts_with("utf-8") || set.starts_with("utf8");
                if set.is_empty() { matches!(name, "c" | "posix") } else { !utf8 }
            }
        }
    }

    /// Whether it may be asked for its background (OSC 11). One that does not know the question would show it; those
    /// that are known to do so, and those that say nothing of themselves, are not asked.
    pub fn may_be_asked(&self) -> bool {
        !self.term.is_empty() && self.term != "linux" && !self.is_colourless() && !self.term.starts_with("screen.linux")
    }

    /// Whether it speaks the kitty keyboard protocol.
    pub fn has_keyboard_protocol(&self) -> bool {
        let program = self.term_program.to_ascii_lowercase();
        // Within tmux and screen the outer terminal's name says nothing of the inner one.
        let within = self.term.starts_with("tmux") || self.term.starts_with("screen") || program == "tmux";
        !within && KEYBOARD_PROTOCOL.iter().any(|it| self.term.contains(it) || program.contains(it))
    }

    fn depth_of_terminal(&self) -> Depth {
        if self.is_colourless() {
            Depth::None
        } else if matches!(self.colorterm.as_str(), "truecolor" | "24bit")
            || TRUE_COLOR.iter().any(|it| self.term.contains(it))
        {
            Depth::True
        } else if self.term.contains("256color") {
            Depth::TwoHundred
        } else {
            Depth::Sixteen
        }
    }

    fn is_colourless(&self) -> bool {
        let base = self.term.strip_suffix("-mono");
        base.is_some()
            || self.term.is_empty()
            || COLOURLESS
                .iter()
                .any(|it| self.term.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(pairs: &[(&str, &str)]) -> TerminalKind {
        TerminalKind::of(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn colours_are_counted_from_the_environment() {
        for (pairs, depth) in [
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")][..], Depth::True),
            (&[("TERM", "tmux-256color"), ("COLORTERM", "24bit")], Depth::True),
            (&[("TERM", "xterm-256color"), ("COLORTERM", "yes")], Depth::TwoHundred),
            (&[("TERM", "xterm-kitty")], Depth::True),
            (&[("TERM", "xterm-direct")], Depth::True),
            (&[("TERM", "xterm")], Depth::Sixteen),
            (&[("TERM", "linux")], Depth::Sixteen),
            (&[("TERM", "screen")], Depth::Sixteen),
            (&[("TERM", "something-unheard-of")], Depth::Sixteen),
            (&[("TERM", "vt100")], Depth::None),
            (&[("TERM", "vt220-8bit")], Depth::None),
            (&[("TERM", "xterm-mono")], Depth::None),
            (&[("TERM", "")], Depth::None),
            (&[], Depth::None),
            (&[("TERM", "xterm-256color"), ("NO_COLOR", "1")], Depth::None),
            (&[("TERM", "xterm-256color"), ("NO_COLOR", "")], Depth::TwoHundred),
        ] {
            assert_eq!(terminal(pairs).depth(ColorWish::Auto, Colors::Auto), depth, "{pairs:?}");
        }
    }

    #[test]
    fn what_is_typed_goes_before_what_is_set_and_both_before_no_color() {
        let kind = terminal(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")]);
        let sixteen = Colors::Exactly(Depth::Sixteen);
        assert_eq!(kind.depth(ColorWish::Auto, sixteen), Depth::Sixteen);
        assert_eq!(kind.depth(ColorWish::Never, sixteen), Depth::None);
        assert_eq!(kind.depth(ColorWish::Always, Colors::Auto), Depth::TwoHundred);
        assert_eq!(kind.depth(ColorWish::Always, Colors::Exactly(Depth::None)), Depth::TwoHundred);
        assert_eq!(terminal(&[("TERM", "vt100")]).depth(ColorWish::Always, Colors::Auto), Depth::Sixteen);
    }

    #[test]
    fn the_first_locale_that_is_set_decides_about_symbols() {
        for (pairs, ascii) in [
            (&[("LANG", "en_GB.UTF-8")][..], false),
            (&[("LANG", "C.utf8")], false),
            (&[("LANG", "C")], true),
            (&[("LANG", "POSIX")], true),
            (&[], false),
            (&[("LANG", "sv_SE")], false),
            (&[("LANG", "de_DE.ISO-8859-1")], true),
            (&[("LC_ALL", "C"), ("LANG", "en_GB.UTF-8")], true),
            (&[("LC_ALL", ""), ("LC_CTYPE", "en_GB.UTF-8"), ("LANG", "C")], false),
        ] {
            assert_eq!(terminal(pairs).ascii(Symbols::Auto), ascii, "{pairs:?}");
        }
        assert!(terminal(&[("LANG", "en_GB.UTF-8")]).ascii(Symbols::Ascii));
        assert!(!terminal(&[]).ascii(Symbols::Unicode));
    }

    #[test]
    fn only_terminals_that_can_answer_are_asked() {
        for (term, asked) in [
            ("xterm-256color", true),
            ("tmux-256color", true),
            ("something-unheard-of", true),
            ("linux", false),
            ("dumb", false),
            ("vt100", false),
            ("", false),
        ] {
            assert_eq!(terminal(&[("TERM", term)]).may_be_asked(), asked, "{term}");
        }
    }

    #[test]
    fn the_keyboard_protocol_is_used_where_it_is_spoken() {
        assert!(terminal(&[("TERM", "xterm-kitty")]).has_keyboard_protocol());
        assert!(terminal(&[("TERM", "foot")]).has_keyboard_protocol());
        assert!(terminal(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "WezTerm")]).has_keyboard_protocol());
        assert!(!terminal(&[("TERM", "xterm-256color")]).has_keyboard_protocol());
        assert!(!terminal(&[("TERM", "tmux-256color"), ("TERM_PROGRAM", "ghostty")]).has_keyboard_protocol());
    }
}

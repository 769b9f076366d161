//! What a person may set about one feed, a line each: name, place, address, how often and with what it is asked. Each
//! value that is entered is checked and becomes one change that can be undone.

use crate::command::Command;
use crate::news::{
    CleanText, FeedEdit, FeedId, FeedRow, FeedSettings, FolderPath, INTERVAL_MINUTES_MAX, INTERVAL_MINUTES_MIN, Limit,
    Pause, TagChanges,
};
use crate::refresh::parse_pasted;

use super::health::{self, Health};
use super::measure::{counted, words};
use super::prompting::{self, sentence};
use super::{App, PromptKind, argv};

/// The form of a feed.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedForm {
    pub feed: FeedId,
    pub cursor: usize,
    /// Whether leaving it goes back to the list of feeds.
    pub from_list: bool,
}

/// A line of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedField {
    Title,
    Folder,
    Tags,
    Address,
    Paused,
    Interval,
    FullText,
    ArticlesMax,
    UserAgent,
    Cookie,
    Headers,
    Proxy,
    PasswordCommand,
}

/// Requests carry a header's value whole, so it has a limit.
const VALUE_CHARS_MAX: usize = 2_000;
const ARTICLES_MAX_MAX: u32 = 100_000;

impl FeedField {
    pub const ALL: [FeedField; 13] = [
        FeedField::Title,
        FeedField::Folder,
        FeedField::Tags,
        FeedField::Address,
        FeedField::Paused,
        FeedField::Interval,
        FeedField::FullText,
        FeedField::ArticlesMax,
        FeedField::UserAgent,
        FeedField::Cookie,
        FeedField::Headers,
        FeedField::Proxy,
        FeedField::PasswordCommand,
    ];

    pub fn name(self) -> &'static str {
        match self {
            FeedField::Title => "Title",
            FeedField::Folder => "Folder",
            FeedField::Tags => "Tags",
            FeedField::Address => "Address",
            FeedField::Paused => "Paused",
            FeedField::Interval => "Interval",
            FeedField::FullText => "Full text",
            FeedField::ArticlesMax => "Articles",
            FeedField::UserAgent => "User agent",
            FeedField::Cookie => "Cookie",
            FeedField::Headers => "Headers",
            FeedField::Proxy => "Proxy",
            FeedField::PasswordCommand => "Password",
        }
    }

    /// What may be entered.
    pub fn hint(self) -> &'static str {
        match self {
            FeedField::Title => "what you call it; empty lets the feed name itself",
            FeedField::Folder => "World/Asia; empty is the top of the tree",
            FeedField::Tags => "+add -remove: tags for all that will arrive",
            FeedField::Address => "where it is fetched from; articles, reads and tags stay",
            FeedField::Paused => "whether it is left alone",
            FeedField::Interval => "minutes between requests, 15 to 10080 (7 days); 2 h or 1 d do too",
            FeedField::FullText => "whether each new article's page is fetched too",
            FeedField::ArticlesMax => "how many of the newest are taken; empty takes all",
            FeedField::UserAgent => "what it is asked as; empty is Dateline's own name",
            FeedField::Cookie => "name=value, sent to this feed's host alone",
            FeedField::Headers => "Name: value; Other: value",
            FeedField::Proxy => "http://, https:// or socks5:// and a host",
            FeedField::PasswordCommand => "a program and its arguments that prints user:password",
        }
    }
}

/// The form of the feed in view.
pub fn open(app: &mut App) {
    let Some(feed) = health::feed_to_change(app) else { return };
    let from_list = app.health.is_some();
    if !from_list {
        health::open(app);
    }
    if let Some(health) = &mut app.health {
        health.form = Some(FeedForm { feed, cursor: 0, from_list });
    }
}

/// The prompt of one line, with what is set now.
pub fn ask(app: &mut App, field: FeedField) {
    let Some(feed) = health::feed_to_change(app) else { return };
    let stands_in = app.tree.feed(feed).and_then(|it| it.url.as_ref()).is_some_and(|it| it.is_stand_in());
    if stands_in && field == FeedField::Address {
        app.tell("This feed has no address to change: remove it, and add what a program prints or a file holds anew.");
        return;
    }
    let present = app.tree.feed(feed).map(|row| value(row, settings(app, feed), field, false)).unwrap_or_default();
    let present = if field == FeedField::Tags { String::new() } else { present };
    prompting::open(app, PromptKind::Feed { feed, field }, &present);
}

/// What the form shows of a line. What is secret is only said to be there.
pub fn shown(app: &App, field: FeedField) -> CleanText {
    let Some(feed) = app.health.as_ref().and_then(|it| it.form.as_ref()).map(|it| it.feed) else {
        return CleanText::default();
    };
    let Some(row) = app.tree.feed(feed) else { return CleanText::default() };
    words(&value(row, settings(app, feed), field, true))
}

/// What a feed's own settings are, in words and without secrets.
pub fn in_words(set: &FeedSettings) -> Vec<String> {
    let mut out = Vec::new();
    out.extend(set.interval_minutes.map(|it| format!("every {it} minutes")));
    if set.full_text {
        out.push("full text at fetch".to_owned());
    }
    out.extend(set.articles_max.map(|it| format!("the newest {}", counted(it as usize, "article", "articles"))));
    out.extend(set.user_agent.as_ref().map(|it| format!("asked as {it}")));
    for (name, is_set) in [
        ("a cookie", set.cookie.is_some()),
        ("headers", !set.headers.is_empty()),
        ("a proxy", set.proxy.is_some()),
        ("a password", !set.password_command.is_empty()),
    ] {
        if is_set {
            out.push(name.to_owned());
        }
    }
    out
}

/// What was typed for a line becomes a change.
///
/// # Errors
/// What is wrong with it and what is allowed, in a sentence.
pub fn entered(app: &mut App, feed: FeedId, field: FeedField, text: &str) -> Result<(), CleanText> {
    let text = text.trim();
    let settings = settings(app, feed).cloned();
    let edit = match field {
        FeedField::Title => FeedEdit::Title(CleanText::line(text, Limit::TITLE)),
        FeedField::Folder => FeedEdit::Folder(FolderPath::parse(text)),
        FeedField::Tags if text.is_empty() => return Ok(()),
        FeedField::Tags => {
            let changes = TagChanges::parse(text).map_err(|why| sentence(&why.to_string()))?;
            FeedEdit::Tags { add: changes.add, remove: changes.remove }
        }
        FeedField::Address => FeedEdit::Address(parse_pasted(text).map_err(|why| sentence(&why.to_string()))?),
        FeedField::Paused
        | FeedField::Interval
        | FeedField::FullText
        | FeedField::ArticlesMax
        | FeedField::UserAgent
        | FeedField::Cookie
        | FeedField::Headers
        | FeedField::Proxy
        | FeedField::PasswordCommand => {
            let Some(mut settings) = settings else {
                return Err(CleanText::own("The feed's settings are still being loaded. Enter tries again."));
            };
            set(&mut settings, field, text).map_err(|why| words(&why))?;
            FeedEdit::Settings(settings)
        }
    };
    health::edit(app, feed, edit);
    Ok(())
}

/// What a command means while the form is open. `true` where it means what it always means.
pub fn perform(app: &mut App, command: Command, count: Option<usize>) -> bool {
    let Some(health) = &mut app.health else { return true };
    let Some(form) = &mut health.form else { return true };
    let times = count.unwrap_or(1);
    let last = FeedField::ALL.len() - 1;
    if command == Command::Down {
        form.cursor = form.cursor.saturating_add(times).min(last);
    } else if command == Command::Up {
        form.cursor = form.cursor.saturating_sub(times);
    } else if command == Command::Top {
        form.cursor = 0;
    } else if command == Command::Bottom {
        form.cursor = last;
    } else if matches!(command, Command::Back | Command::Cancel) {
        if form.from_list { health.form = None } else { app.health = None }
    } else if matches!(command, Command::Open | Command::EditFeed) {
        let field = FeedField::ALL[form.cursor.min(last)];
        change(app, field);
    } else if MEANT_AS_EVER.contains(&command) {
        return true;
    } else {
        let (open, back) = (app.key_for(Command::Open), app.key_for(Command::Back));
        app.tell(&format!("{open} changes this line, {back} leaves."));
    }
    false
}

/// What means the same over the form as it does elsewhere.
const MEANT_AS_EVER: &[Command] = &[
    Command::Quit,
    Command::Suspend,
    Command::Redraw,
    Command::Help,
    Command::Undo,
    Command::Redo,
    Command::CommandLine,
    Command::Macro,
    Command::Rename,
    Command::Move,
    Command::Pause,
    Command::Unsubscribe,
];

/// A form whose feed is no longer there closes.
pub fn settle(health: &mut Health) {
    if let Some(form) = &health.form {
        match health.rows.iter().position(|it| it.feed.id == form.feed) {
            Some(at) => health.cursor = at,
            None => health.form = None,
        }
    }
}

fn change(app: &mut App, field: FeedField) {
    match field {
        FeedField::Paused => health::pause(app),
        FeedField::FullText => {
            let Some(feed) = health::feed_to_change(app) else { return };
            let Some(mut changed) = settings(app, feed).cloned() else { return };
            changed.full_text = !changed.full_text;
            health::edit(app, feed, FeedEdit::Settings(changed));
        }
        FeedField::Title
        | FeedField::Folder
        | FeedField::Tags
        | FeedField::Address
        | FeedField::Interval
        | FeedField::ArticlesMax
        | FeedField::UserAgent
        | FeedField::Cookie
        | FeedField::Headers
        | FeedField::Proxy
        | FeedField::PasswordCommand => ask(app, field),
    }
}

fn settings(app: &App, feed: FeedId) -> Option<&FeedSettings> {
    let health = app.health.as_ref().filter(|it| !it.is_loading())?;
    health.rows.iter().find(|it| it.feed.id == feed).map(|it| &it.worth.settings)
}

/// What is set, as it would be typed; or, `shown`, as it may be seen by whoever looks over a shoulder.
fn value(row: &FeedRow, set: Option<&FeedSettings>, field: FeedField, shown: bool) -> String {
    let Some(set) = set.cloned().or_else(|| (!shown).then(FeedSettings::default)) else { return "…".to_owned() };
    let yes = |it: bool| if it { "yes".to_owned() } else { "no".to_owned() };
    let number = |it: Option<u32>| it.map(|it| it.to_string()).unwrap_or_default();
    let hidden = |it: String| if shown && !it.is_empty() { "set, not shown".to_owned() } else { it };
    match field {
        FeedField::Title => row.title.to_string(),
        FeedField::Folder => row.folder.to_string(),
        FeedField::Tags => row.tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        FeedField::Address if shown && set.source.is_some() => {
            set.source.map(|it| it.as_typed(row.url.as_ref()).to_string()).unwrap_or_default()
        }
        FeedField::Address => {
            let url = row.url.clone();
            url.map(|it| if shown { it.without_secrets().to_string() } else { it.to_string() }).unwrap_or_default()
        }
        FeedField::Paused => match row.pause {
            Pause::No => yes(false),
            Pause::ByPerson => yes(true),
            Pause::Gone => "gone".to_owned(),
        },
        FeedField::Interval if shown => set.interval_minutes.map(minutes_in_words).unwrap_or_default(),
        FeedField::Interval => number(set.interval_minutes),
        FeedField::FullText => yes(set.full_text),
        FeedField::ArticlesMax => number(set.articles_max),
        FeedField::UserAgent => set.user_agent.unwrap_or_default(),
        FeedField::Cookie => hidden(set.cookie.unwrap_or_default()),
        FeedField::Headers if shown => set.headers.iter().map(|it| it.0.clone()).collect::<Vec<_>>().join(", "),
        FeedField::Headers => {
            set.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("; ")
        }
        FeedField::Proxy => match set.proxy {
            // An address with a password in it is not for everybody's eyes.
            Some(proxy) if shown && proxy.contains('@') => "set, not shown".to_owned(),
            proxy => proxy.unwrap_or_default(),
        },
        FeedField::PasswordCommand => {
            let quoted = set.password_command.iter().map(|it| quoted(it));
            quoted.collect::<Vec<_>>().join(" ")
        }
    }
}

fn quoted(word: &str) -> String {
    let plain = !word.is_empty() && !word.contains([' ', '"', '\'', '\\']);
    if plain { word.to_owned() } else { format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"")) }
}

fn minutes_in_words(minutes: u32) -> String {
    match minutes {
        _ if minutes.is_multiple_of(1_440) => format!("every {} d", minutes / 1_440),
        _ if minutes.is_multiple_of(60) => format!("every {} h", minutes / 60),
        _ => format!("every {minutes} minutes"),
    }
}

/// Puts what was typed into the settings, where it is allowed.
fn set(settings: &mut FeedSettings, field: FeedField, text: &str) -> Result<(), String> {
    if text.chars().count() > VALUE_CHARS_MAX {
        return Err(format!("That is too long: {VALUE_CHARS_MAX} letters are allowed."));
    }
    let some = (!text.is_empty()).then(|| text.to_owned());
    match field {
        FeedField::Title
        | FeedField::Folder
        | FeedField::Tags
        | FeedField::Address
        | FeedField::Paused
        | FeedField::FullText => {}
        FeedField::Interval => settings.interval_minutes = some.as_deref().map(interval).transpose()?,
        FeedField::ArticlesMax => settings.articles_max = some.as_deref().map(articles_max).transpose()?,
        FeedField::UserAgent => settings.user_agent = some,
        FeedField::Cookie if some.as_ref().is_some_and(|it| !it.contains('=')) => {
            return Err("A cookie reads name=value; several are parted by semicolons.".to_owned());
        }
        FeedField::Cookie => settings.cookie = some,
        FeedField::Headers => settings.headers = headers(text)?,
        FeedField::Proxy => {
            let known = ["http://", "https://", "socks5://"];
            if let Some(proxy) = &some
                && !known.iter().any(|it| proxy.strip_prefix(it).is_some_and(|host| !host.is_empty()))
            {
                return Err("A proxy begins with http://, https:// or socks5:// and names a host.".to_owned());
            }
            settings.proxy = some;
        }
        FeedField::PasswordCommand => {
            settings.password_command =
                if text.is_empty() { Vec::new() } else { argv::words(text).map_err(str::to_owned)? };
        }
    }
    Ok(())
}

/// `90`, `90 min`, `2 h`, `1 d`, in minutes.
fn interval(text: &str) -> Result<u32, String> {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let factor = match text[digits..].trim() {
        "" | "m" | "min" | "minutes" => Some(1),
        "h" | "hours" => Some(60),
        "d" | "days" => Some(24 * 60),
        _ => None,
    };
    let minutes = text[..digits].parse::<u32>().ok().zip(factor).and_then(|(it, factor)| it.checked_mul(factor));
    minutes.filter(|it| (INTERVAL_MINUTES_MIN..=INTERVAL_MINUTES_MAX).contains(it)).ok_or_else(|| {
        format!(
            "An interval is {INTERVAL_MINUTES_MIN} minutes to 7 days: 90, 2 h or 1 d. \
             Empty leaves it to how often the feed publishes."
        )
    })
}

fn articles_max(text: &str) -> Result<u32, String> {
    text.parse().ok().filter(|it| (1..=ARTICLES_MAX_MAX).contains(it)).ok_or_else(|| {
        format!("A number from 1 to {ARTICLES_MAX_MAX} says how many of the newest are taken. Empty takes all.")
    })
}

fn headers(text: &str) -> Result<Vec<(String, String)>, String> {
    // RFC 9110, section 5.6.2: what the name of a header is made of.
    let is_token =
        |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(it));
    let mut out: Vec<(String, String)> = Vec::new();
    for part in text.split(';').map(str::trim).filter(|it| !it.is_empty()) {
        let header = part.split_once(':').map(|(name, value)| (name.trim(), value.trim()));
        match (header.filter(|(name, value)| is_token(name) && !value.is_empty()), out.last_mut()) {
            (Some((name, value)), _) => out.push((name.to_owned(), value.to_owned())),
            // A value may have semicolons of its own: `Accept: text/xml; q=0.5`.
            (None, Some((_, value))) => *value = format!("{value}; {part}"),
            (None, None) => return Err(format!("“{part}” is no header. They read Name: value; Other: value.")),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_a_quarter_of_an_hour_to_a_week() {
        for (typed, minutes) in [("15", 15), ("90 min", 90), ("2h", 120), ("7 d", 10_080)] {
            assert_eq!(interval(typed), Ok(minutes), "{typed}");
        }
        for wrong in ["14", "8 d", "-5", "soon", "99999999999", "h"] {
            assert!(interval(wrong).unwrap_err().contains("15 minutes to 7 days"), "{wrong}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_is_allowed_and_changes_nothing() {
        let mut settings = FeedSettings::default();
        for (field, typed, allowed) in [
            (FeedField::Proxy, "ftp://a", "socks5://"),
            (FeedField::Headers, "no header", "Name: value"),
            (FeedField::Headers, "a b: c", "Name: value"),
            (FeedField::Cookie, "crumbs", "name=value"),
            (FeedField::ArticlesMax, "0", "from 1"),
            (FeedField::PasswordCommand, "pass \"show", "quote"),
        ] {
            let why = set(&mut settings, field, typed).unwrap_err();
            assert!(why.contains(allowed), "{why}");
        }
        assert_eq!(settings, FeedSettings::default());
    }

    #[test]
    fn what_is_set_reads_back_as_it_was_typed() {
        let mut settings = FeedSettings::default();
        set(&mut settings, FeedField::PasswordCommand, "pass show \"my feed\"").unwrap();
        assert_eq!(settings.password_command, ["pass", "show", "my feed"]);
        let again: Vec<String> = settings.password_command.iter().map(|it| quoted(it)).collect();
        assert_eq!(argv::words(&again.join(" ")), Ok(settings.password_command.clone()));
        set(&mut settings, FeedField::Headers, "X-One: a:b; Accept: text/xml; q=0.5").unwrap();
        assert_eq!(settings.headers[0], ("X-One".to_owned(), "a:b".to_owned()));
        assert_eq!(settings.headers[1], ("Accept".to_owned(), "text/xml; q=0.5".to_owned()));
        set(&mut settings, FeedField::PasswordCommand, "").unwrap();
        assert!(settings.password_command.is_empty());
    }
}

//! What may be typed after `dateline`. Man page and completions are made from this.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::print::Colour;

/// A newsreader for the terminal: every article with its full text, tagged, searched and read offline.
#[derive(Debug, Parser)]
#[command(name = "dateline", version, about, long_about = None, disable_help_subcommand = true)]
#[command(after_help = "Without a command the reader opens; the foot of its screen names its keys.")]
pub struct Arguments {
    /// Keep the library in this folder instead of the usual one
    #[arg(long, value_name = "DIR", env = "DATELINE_DATA", global = true)]
    pub data: Option<PathBuf>,
    /// Read the settings from this file instead of the usual one
    #[arg(long, value_name = "FILE", env = "DATELINE_CONFIG", global = true)]
    pub config: Option<PathBuf>,
    /// Make no network request
    #[arg(long, global = true)]
    pub offline: bool,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN", global = true)]
    pub color: Colour,
    #[command(subcommand)]
    pub action: Option<Action>,
}

#[derive(Debug, Subcommand)]
pub enum Action {
    /// Open the reader on a bundled edition, without any network, leaving nothing behind
    Demo,
    /// Subscribe to a feed, or to the feed that a page names
    Add(AddArguments),
    /// Subscribe to all feeds of an OPML file or of newsboat's urls
    Import(ImportArguments),
    /// Write the subscriptions as a list that other readers take
    Export(ExportArguments),
    /// Fetch what is due
    Refresh(RefreshArguments),
    /// List the feeds with their health and counts
    Feeds(JsonArguments),
    /// List articles, newest first
    List(ListArguments),
    /// Show an article
    Show(ShowArguments),
    /// Put tags on articles and take them off
    Tag(TagArguments),
    /// Keep a web page or a file as an article
    Save(SaveArguments),
    /// Show what Dateline sees in a feed or page, without storing anything
    Inspect {
        #[command(subcommand)]
        what: Inspect,
    },
    /// Undo the newest change
    Undo(UndoArguments),
    /// Check the library: integrity, sizes, what is wrong and how to mend it
    Doctor(JsonArguments),
    /// Print the man page, completions for a shell, the key table, or all settings
    Generate {
        #[command(subcommand)]
        what: Generate,
    },
}

#[derive(Debug, Args)]
pub struct AddArguments {
    /// Addresses of feeds, or of pages that name one; also exec:PROGRAM, filter:PROGRAM:URL and file:PATH
    /// (what begins with / or ./ is a path)
    #[arg(required = true, value_name = "URL")]
    pub urls: Vec<String>,
    /// Tag that its articles get as they arrive; may be given several times
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// Folder to put it in, levels parted by /
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<String>,
    /// Title to show instead of the feed's own
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
}

#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The file, or - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Only say what would be added and what can't be carried
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct ExportArguments {
    /// Only feeds with articles that answer this query
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// The form to write
    #[arg(long, value_name = "FORMAT")]
    pub format: ExportFormat,
    /// The file to write, replaced as a whole, or - for standard output
    #[arg(long, value_name = "PATH", default_value = "-")]
    pub to: PathBuf,
    /// Write names and passwords that stand in addresses, too
    #[arg(long)]
    pub with_secrets: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// Feeds, folders and their tags
    Opml,
}

#[derive(Debug, Args)]
pub struct RefreshArguments {
    /// Only these feeds: numbers as `dateline feeds` shows them, or addresses
    #[arg(value_name = "FEED")]
    pub feeds: Vec<String>,
    /// Everything now, not only what is due
    #[arg(long)]
    pub all: bool,
    /// Leave indexing to whoever opens the library next
    #[arg(long)]
    pub no_index: bool,
    /// End with one summary object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct JsonArguments {
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ListArguments {
    /// Words, "phrases", fields, states, #tags, @days, -not: 'unread (#rust or #zig) -feed:heise @7d'; all of it in README
    /// and man page
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// At most this many
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ShowArguments {
    /// The article's number, as `dateline list` shows it
    #[arg(value_name = "ID")]
    pub id: i64,
    /// Fetch the linked page first, for its full text
    #[arg(long)]
    pub full: bool,
    #[command(flatten)]
    pub form: ShowForm,
    /// Wrap text at this many columns
    #[arg(long, value_name = "N")]
    pub width: Option<usize>,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct ShowForm {
    /// One JSON object with everything that is known
    #[arg(long)]
    pub json: bool,
    /// Plain text alone
    #[arg(long)]
    pub text: bool,
    /// CommonMark
    #[arg(long)]
    pub markdown: bool,
    /// The stored HTML
    #[arg(long)]
    pub html: bool,
}

#[derive(Debug, Args)]
pub struct TagArguments {
    /// For example '+later -inbox'
    #[arg(value_name = "CHANGES", allow_hyphen_values = true)]
    pub changes: String,
    /// What the articles answer to, as for `list`
    #[arg(value_name = "QUERY", required = true)]
    pub query: Vec<String>,
}

#[derive(Debug, Args)]
pub struct SaveArguments {
    /// An address, a file of text or HTML, or - for standard input
    #[arg(value_name = "URL|FILE|-")]
    pub what: String,
    /// Print the saved article as one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Inspect {
    /// What the parser sees in a feed, and its complaints
    Feed(InspectFeedArguments),
    /// What extraction sees in a web page
    Page(InspectPageArguments),
}

#[derive(Debug, Args)]
pub struct InspectFeedArguments {
    /// A file, an address, or - for standard input
    #[arg(value_name = "FILE|URL|-")]
    pub what: String,
    /// Address that relative links are relative to
    #[arg(long, value_name = "URL")]
    pub base: Option<String>,
    /// Content-Type header to take into account
    #[arg(long, value_name = "TYPE")]
    pub content_type: Option<String>,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct InspectPageArguments {
    /// A file, an address, or - for standard input
    #[arg(value_name = "FILE|URL|-")]
    pub what: String,
    /// Address that relative links are relative to
    #[arg(long, value_name = "URL")]
    pub base: Option<String>,
    /// One JSON object
    #[arg(long, conflicts_with = "text")]
    pub json: bool,
    /// The plain text alone
    #[arg(long)]
    pub text: bool,
}

#[derive(Debug, Args)]
pub struct UndoArguments {
    /// List the newest changes instead
    #[arg(long)]
    pub list: bool,
}

#[derive(Debug, Subcommand)]
pub enum Generate {
    /// The man page
    Man,
    /// Completions for a shell
    Completions { shell: Shell },
    /// The reader's key table
    Keys,
    /// All settings with what each does, as a file to begin with
    Config,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
}

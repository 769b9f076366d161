//! The language in one table: README, help and man page are made from it, and a test reads every example.

/// A row: what one may ask for, how it is written, and what it means.
#[derive(Clone, Copy, Debug)]
pub struct Guide {
    pub heading: &'static str,
    /// Each is a whole query.
    pub examples: &'static [&'static str],
    pub meaning: &'static str,
}

pub static GUIDE: &[Guide] = &[
    Guide {
        heading: "words",
        examples: &["rust async", "rus*"],
        meaning: "all of them, in title, text, author or feed; other forms of a word count; * is how it begins",
    },
    Guide { heading: "phrase", examples: &["\"menahan diri\""], meaning: "exactly so, in title or text" },
    Guide {
        heading: "pattern",
        examples: &["/rust [0-9.]+/", "title:/release/i", "text:/v[0-9]+/"],
        meaning: "a regular expression, of the title if nothing else is said; i ignores case",
    },
    Guide {
        heading: "field",
        examples: &[
            "title:release",
            "text:\"due diligence\"",
            "author:lee",
            "feed:kabar,heise",
            "folder:world",
            "url:example.org",
            "lang:id",
            "via:tass",
            "place:jakarta",
            "topic:sport",
            "type:audio",
            "id:20431",
        ],
        meaning: "there and nowhere else; a comma means or",
    },
    Guide {
        heading: "state",
        examples: &["unread", "read", "starred", "archived", "fulltext", "changed", "today", "is:new"],
        meaning: "full text is stored; changed by its publisher; published today; arrived today",
    },
    Guide {
        heading: "tag",
        examples: &["#linux", "#world/asia", "#world/*", "untagged", "tag:linux,zig"],
        meaning: "that very tag; /* also those below it",
    },
    Guide {
        heading: "not, or",
        examples: &["-#politics", "not (a or b)", "(#rust or #zig) -title:/release/"],
        meaning: "a space means and, which binds closer than or",
    },
    Guide {
        heading: "day",
        examples: &[
            "@today",
            "@yesterday",
            "@3d",
            "@2w",
            "@2026-08",
            "@2026-08-01..2026-08-15",
            "@2w..1w",
            "fetched@1h",
            "changed@2d",
        ],
        meaning: "your days: @3d is today and the two before; h d w m y; two dots are from..to",
    },
    Guide {
        heading: "number",
        examples: &["words>1500", "minutes<5", "links>=10"],
        meaning: "of the text; < <= = >= >",
    },
    Guide {
        heading: "view",
        examples: &[
            "sort:date",
            "sort:-date",
            "sort:length",
            "group:day",
            "group:tag",
            "limit:50",
            "search:\"morning\"",
        ],
        meaning: "by date, feed, title, author or length, - the other way; what a saved search asks for",
    },
];

/// The table for README.
pub fn guide_markdown() -> String {
    let mut out = String::from("| | Written | Finds |\n|---|---|---|\n");
    for row in GUIDE {
        let examples: Vec<String> = row.examples.iter().map(|it| format!("`{it}`")).collect();
        out.push_str(&format!(
            "| **{}** | {} | {} |\n",
            row.heading,
            examples.join(" "),
            row.meaning.replace('|', "\\|")
        ));
    }
    out
}

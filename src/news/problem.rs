//! What can go wrong with a feed or a page, in the words that a person reads. Each sentence says what happened
//! and what to do next; all of them stand in this file.

use super::{CleanText, Limit, Timestamp, Zone};

/// Something that was wrong with data and was mended or left out. Kept beside the data, shown in details.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint(pub CleanText);

impl Complaint {
    pub fn new(text: &str) -> Complaint {
        Complaint(CleanText::line(text, Limit::SENTENCE))
    }
}

/// Why a fetch or a parse came to nothing. `host` is shown as dialled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No network at all: said once, never per feed.
    Offline,
    /// The name could not be resolved while others could.
    UnknownHost {
        host: String,
    },
    Refused {
        host: String,
    },
    /// The name could not be looked up, or no way leads to its address, from where this machine is now.
    Unreachable {
        host: String,
    },
    /// Nothing came within the time allowed.
    TimedOut {
        host: String,
        seconds: u64,
    },
    ClosedEarly {
        host: String,
    },
    /// TLS: the certificate or the handshake.
    Insecure {
        host: String,
        detail: String,
    },
    NotHttp {
        host: String,
    },
    TooManyRedirects {
        redirects_max: usize,
    },
    /// A redirect to something other than http or https.
    RedirectScheme {
        scheme: String,
    },
    /// An address that a feed or a redirect named lies in a private network.
    PrivateAddress {
        host: String,
    },
    Status {
        host: String,
        status: u16,
        retry_at: Option<Timestamp>,
    },
    /// Asked by a person, but the server said when it may be asked again.
    NotBefore {
        host: String,
        moment: Timestamp,
    },
    TooLarge {
        host: String,
        bytes_max: u64,
    },
    Empty {
        host: String,
    },
    /// A web page where a feed was expected.
    PageNotFeed {
        host: String,
    },
    NotAFeed {
        detail: String,
    },
    /// A page was expected and something else came, `application/pdf`.
    NotAPage {
        content_type: String,
    },
    /// Nesting, size or time beyond what a page of news needs.
    TooComplex,
    /// Extraction found nothing that reads like an article.
    NoArticle,
    NoFeedFound {
        host: String,
    },
    /// The program that is to give a feed's password did not.
    NoPassword {
        detail: String,
    },
    /// A feed's own proxy can't be used.
    Proxy {
        proxy: String,
        detail: String,
    },
    /// A program that a person has put in a feed's way failed.
    Program {
        program: String,
        detail: String,
    },
    /// An address that only stands for a program or a file, which it has no more.
    NoSource,
    /// A site that has feeds, though not of what an address shows.
    NoFeedOf {
        site: &'static str,
        what: &'static str,
        instead: &'static str,
    },
    /// The person who asked for it has left it off.
    LeftOff,
    /// The article names no address to fetch.
    NoAddress,
    /// A part of the program failed on this input and was contained.
    Contained {
        detail: String,
    },
    File {
        detail: String,
    },
}

/// How a sentence ends that says nothing is to be done. The reader adds the key that does it now.
pub const TRIED_AGAIN: &str = "It is tried again later.";
/// How a sentence ends that sends its reader to the browser. The reader names the key.
pub const IN_THE_BROWSER: &str = "Open it in the browser.";
/// The same where the browser is what failed.
pub const COPY_THE_ADDRESS: &str = "Copy the address instead.";

impl Problem {
    /// The sentence a person reads about a feed or an article of theirs. It names no key: whoever reads it may be on the
    /// command line, or have keys of their own.
    pub fn sentence(&self, zone: &Zone) -> CleanText {
        self.words(zone, TRIED_AGAIN)
    }

    /// The same about an address that was to be subscribed to: nobody tries that again but the person.
    pub fn sentence_of_adding(&self, zone: &Zone) -> CleanText {
        self.words(zone, "Nothing was added; try the address again later.")
    }

    fn words(&self, zone: &Zone, again: &str) -> CleanText {
        let at = |moment: &Timestamp| zone.format(*moment, "%H:%M on %-d %b");
        let text = match self {
            Problem::Offline => {
                "Offline: nothing was fetched; what is stored can be read. Refresh again once the network is back."
                    .to_owned()
            }
            Problem::UnknownHost { host } => {
                format!("There is no host named {host}. Check the address, or try again later.")
            }
            Problem::Refused { host } => {
                format!("{host} refused the connection. {again}")
            }
            Problem::Unreachable { host } => {
                format!("{host} can't be reached from this network. {again}")
            }
            Problem::TimedOut { host, seconds } => {
                format!("{host} did not answer within {seconds} s. {again}")
            }
            Problem::ClosedEarly { host } => {
                format!("{host} closed the connection early. What was stored is kept. {again}")
            }
            // Whoever types an address without its scheme means what the server speaks.
            Problem::Insecure { host, detail } if again != TRIED_AGAIN && detail.contains("does not speak TLS") => {
                format!("{host} does not speak https there. Nothing was added; write http:// before the address to ask without, and check that it is the right one.")
            }
            Problem::Insecure { host, detail } => format!(
                "The connection to {host} is not secure: {detail}. Nothing was fetched; ask the publisher, or try again later."
            ),
            Problem::NotHttp { host } => {
                format!("{host} did not answer like a web server. Check the address and its port.")
            }
            Problem::TooManyRedirects { redirects_max } => {
                format!(
                    "It was sent on more than {redirects_max} times and never arrived. Check the address in a browser."
                )
            }
            Problem::RedirectScheme { scheme } => {
                format!("It sends on to a {scheme}: address, which is not followed. Check the address in a browser.")
            }
            Problem::PrivateAddress { host } => format!(
                "It leads to a private address ({host}), which is not fetched. Subscribe to that address yourself if you trust it."
            ),
            Problem::Status { host, status, retry_at } => {
                let what = status_in_words(*status);
                match retry_at {
                    Some(moment) => {
                        format!("{host} answered {status} ({what}). It may be asked again at {}.", at(moment))
                    }
                    None => format!("{host} answered {status} ({what}). {}", status_next_step(*status, again)),
                }
            }
            Problem::NotBefore { host, moment } => {
                format!("{host} asks to be left alone until {}. It is fetched then.", at(moment))
            }
            Problem::TooLarge { host, bytes_max } => {
                format!(
                    "{host} sent more than {} MB, which is more than is read. What you have is kept; check the address in a browser.",
                    bytes_max / 1_048_576
                )
            }
            Problem::Empty { host } => {
                format!("{host} sent an empty reply. The articles you have are kept. {again}")
            }
            Problem::PageNotFeed { host } => {
                format!("{host} returned a web page, not a feed. Open the address in a browser to find its feed.")
            }
            Problem::NotAFeed { detail } => format!(
                "That is not a feed that can be read ({detail}). The articles you have are kept; `dateline inspect feed` shows more."
            ),
            Problem::NotAPage { content_type } => {
                format!("That is not a web page ({content_type}). {IN_THE_BROWSER}")
            }
            Problem::TooComplex => {
                format!("That page is too complex to be read here; the feed's own text is shown. {IN_THE_BROWSER}")
            }
            Problem::NoArticle => {
                format!("No article was found on that page; the feed's own text is shown. {IN_THE_BROWSER}")
            }
            Problem::NoFeedFound { host } => {
                format!("{host} names no feed. Paste the feed's own address, or use `dateline save` to keep the page.")
            }
            Problem::NoPassword { detail } => {
                format!("There is no password: {detail}. Correct password_command in the feed's settings.")
            }
            Problem::Proxy { proxy, detail } => {
                format!(
                    "The proxy {proxy} can't be used: {detail}. Check it in the feed's settings, or what https_proxy, http_proxy and no_proxy say."
                )
            }
            Problem::Program { program, detail } => {
                format!("The program {program} gave no feed: {detail}. Run it in a terminal to see more.")
            }
            Problem::NoSource => {
                "This feed came from a program or a file that it no longer names. Add it again with `dateline add`, or remove it."
                    .to_owned()
            }
            Problem::NoFeedOf { site, what, instead } => format!("{site} has no feed of {what}. {instead}."),
            Problem::LeftOff => "That was left off, and nothing was changed. Ask again when you like.".to_owned(),
            Problem::NoAddress => "This article names no address. There is nothing to fetch.".to_owned(),
            Problem::Contained { detail } => format!(
                "Reading it failed inside Dateline ({detail}). What was stored is kept; please report the address."
            ),
            Problem::File { detail } => {
                format!("The file could not be read: {detail}. Check its name and permissions.")
            }
        };
        CleanText::line(&text, Limit::SENTENCE)
    }
}

fn status_in_words(status: u16) -> &'static str {
    match status {
        400 => "bad request",
        401 => "a password is needed",
        403 => "forbidden",
        404 => "not found",
        407 => "the proxy wants a password",
        410 => "gone",
        418 => "it will not serve feeds",
        429 => "too many requests",
        451 => "withheld for legal reasons",
        500 => "the server failed",
        502..=504 => "the server is busy or down",
        200..=299 => "an answer without a feed",
        304 => "nothing new, though nothing is stored here",
        300..=399 => "it sends on to nowhere",
        _ => "an error",
    }
}

fn status_next_step(status: u16, again: &str) -> &str {
    match status {
        401 | 403 | 451 => "Check in a browser whether the address still works for you.",
        404 => "Check the address; the feed may have moved.",
        410 => "The publisher removed this feed. Its articles are kept; remove the feed when you like.",
        _ => again,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_what_happened_and_what_next() {
        let zone = Zone::utc();
        let problem = Problem::Status {
            host: "lwn.net".into(),
            status: 503,
            retry_at: Timestamp::parse_rfc3339("2026-11-22T14:05:00Z"),
        };
        assert_eq!(
            problem.sentence(&zone).as_str(),
            "lwn.net answered 503 (the server is busy or down). It may be asked again at 14:05 on 22 Nov."
        );
    }

    /// One of each; a new one does not compile until it is here.
    fn all() -> Vec<Problem> {
        let (host, detail) = (|| "lwn.net".to_owned(), || "it failed".to_owned());
        let retry_at = Timestamp::parse_rfc3339("2026-11-22T14:05:00Z");
        let listed = |problem: Problem| match &problem {
            Problem::Offline
            | Problem::UnknownHost { .. }
            | Problem::Refused { .. }
            | Problem::Unreachable { .. }
            | Problem::TimedOut { .. }
            | Problem::ClosedEarly { .. }
            | Problem::Insecure { .. }
            | Problem::NotHttp { .. }
            | Problem::TooManyRedirects { .. }
            | Problem::RedirectScheme { .. }
            | Problem::PrivateAddress { .. }
            | Problem::Status { .. }
            | Problem::NotBefore { .. }
            | Problem::TooLarge { .. }
            | Problem::Empty { .. }
            | Problem::PageNotFeed { .. }
            | Problem::NotAFeed { .. }
            | Problem::NotAPage { .. }
            | Problem::TooComplex
            | Problem::NoArticle
            | Problem::NoFeedFound { .. }
            | Problem::NoPassword { .. }
            | Problem::Proxy { .. }
            | Problem::Program { .. }
            | Problem::NoSource
            | Problem::NoFeedOf { .. }
            | Problem::LeftOff
            | Problem::NoAddress
            | Problem::Contained { .. }
            | Problem::File { .. } => problem,
        };
        let mut all: Vec<Problem> = [400, 401, 403, 404, 407, 410, 418, 429, 451, 500, 503, 204, 304, 302, 599]
            .into_iter()
            .flat_map(|status| [None, retry_at].map(|retry_at| Problem::Status { host: host(), status, retry_at }))
            .collect();
        all.extend([
            Problem::Offline,
            Problem::UnknownHost { host: host() },
            Problem::Refused { host: host() },
            Problem::Unreachable { host: host() },
            Problem::TimedOut { host: host(), seconds: 1 },
            Problem::ClosedEarly { host: host() },
            Problem::Insecure { host: host(), detail: detail() },
            Problem::NotHttp { host: host() },
            Problem::TooManyRedirects { redirects_max: 5 },
            Problem::RedirectScheme { scheme: "gopher".to_owned() },
            Problem::PrivateAddress { host: host() },
            Problem::NotBefore { host: host(), moment: Timestamp::default() },
            Problem::TooLarge { host: host(), bytes_max: 10 * 1_048_576 },
            Problem::Empty { host: host() },
            Problem::PageNotFeed { host: host() },
            Problem::NotAFeed { detail: detail() },
            Problem::NotAPage { content_type: "application/pdf".to_owned() },
            Problem::TooComplex,
            Problem::NoArticle,
            Problem::NoFeedFound { host: host() },
            Problem::NoPassword { detail: detail() },
            Problem::Proxy { proxy: host(), detail: detail() },
            Problem::Program { program: "cat".to_owned(), detail: detail() },
            Problem::NoSource,
            Problem::NoFeedOf { site: "A site", what: "searches", instead: "Paste a profile's address" },
            Problem::LeftOff,
            Problem::NoAddress,
            Problem::Contained { detail: detail() },
            Problem::File { detail: detail() },
        ]);
        all.into_iter().map(listed).collect()
    }

    #[test]
    fn every_problem_ends_with_what_to_do_or_what_happens_next_and_fits_a_screen() {
        let next = [
            "again",
            "Check",
            "check",
            "Open ",
            "ask ",
            "Ask ",
            "fetched then",
            "remove",
            "Paste",
            "Correct",
            "Run ",
            "shows more",
            "report",
            "nothing to fetch",
            "Subscribe",
        ];
        for problem in all() {
            for sentence in [problem.sentence(&Zone::utc()), problem.sentence_of_adding(&Zone::utc())] {
                let sentence = sentence.as_str();
                let step = sentence.rsplit(". ").next().unwrap_or_default();
                assert!(next.iter().any(|it| step.contains(it)), "{problem:?} ends with no next step: {sentence}");
                assert!(sentence.ends_with('.') && !sentence.contains(".."), "{sentence}");
                assert!(sentence.chars().count() <= 230, "three lines of 80 cells hold no more: {sentence}");
            }
        }
    }

    #[test]
    fn what_a_server_said_is_cleaned() {
        let problem = Problem::NotAPage { content_type: "text/\u{1b}[2Jhtml".into() };
        assert!(!problem.sentence(&Zone::utc()).as_str().contains('\u{1b}'));
    }
}

//! The vocabularies that feeds are written in, and by which names documents call them.

/// The vocabulary an element belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vocabulary {
    /// RSS of every version: elements without a namespace and those of RSS 0.90, 1.0 and 2.0.
    Rss,
    Atom,
    /// Atom 0.3, which has other names and types.
    Atom03,
    Rdf,
    Dc,
    DcTerms,
    Content,
    Media,
    Itunes,
    Comments,
    /// The syndication module: how often a feed changes.
    Syndication,
    /// `slash:comments`.
    Slash,
    /// `thr:total`.
    Thread,
    FeedBurner,
    /// GeoRSS.
    Geo,
    Xhtml,
    /// Any other: its elements are passed over.
    Other,
}

/// The vocabulary of a namespace's address; case, `www.`, scheme and a trailing slash do not matter.
pub fn of_address(address: &str) -> Vocabulary {
    let lower = address.trim().to_ascii_lowercase();
    let bare = lower.strip_prefix("http://").or_else(|| lower.strip_prefix("https://")).unwrap_or(&lower);
    let bare = bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches(['/', '#']);
    match bare {
        "" | "purl.org/rss/1.0" | "my.netscape.com/rdf/simple/0.9" | "channel.netscape.com/rdf/simple/0.9" => {
            Vocabulary::Rss
        }
        "w3.org/2005/atom" => Vocabulary::Atom,
        "w3.org/1999/02/22-rdf-syntax-ns" => Vocabulary::Rdf,
        "purl.org/dc/terms" => Vocabulary::DcTerms,
        "purl.org/rss/1.0/modules/content" => Vocabulary::Content,
        "search.yahoo.com/mrss" => Vocabulary::Media,
        "itunes.com/dtds/podcast-1.0.dtd" | "example.com/dtds/podcast-1.0.dtd" => Vocabulary::Itunes,
        "wellformedweb.org/commentapi" => Vocabulary::Comments,
        "purl.org/rss/1.0/modules/slash" => Vocabulary::Slash,
        "purl.org/syndication/thread/1.0" => Vocabulary::Thread,
        "rssnamespace.org/feedburner/ext/1.0" => Vocabulary::FeedBurner,
        "georss.org/georss" => Vocabulary::Geo,
        "rssboard.org/media-rss" => Vocabulary::Media,
        "purl.org/rss/1.0/modules/syndication" => Vocabulary::Syndication,
        "w3.org/1999/xhtml" => Vocabulary::Xhtml,
        _ if bare.starts_with("purl.org/atom/ns") => Vocabulary::Atom03,
        _ if bare.starts_with("purl.org/dc/elements") => Vocabulary::Dc,
        _ if bare.contains("itunes.com/dtds/podcast") => Vocabulary::Itunes,
        // RSS 1.1, and the many addresses that were once written for RSS 2.0.
        _ if bare.starts_with("purl.org/net/rss") || bare.contains("backend.userland.com/rss") => Vocabulary::Rss,
        _ if bare.contains("blogs.law.harvard.edu/tech/rss") || bare.starts_with("purl.org/rss/1.0/#") => {
            Vocabulary::Rss
        }
        _ => Vocabulary::Other,
    }
}

/// What a prefix means where the document forgot to declare it.
pub fn of_undeclared_prefix(prefix: &str) -> Vocabulary {
    match prefix {
        "" => Vocabulary::Rss,
        "atom" | "a10" => Vocabulary::Atom,
        "rdf" => Vocabulary::Rdf,
        "rss" => Vocabulary::Rss,
        "dc" => Vocabulary::Dc,
        "dcterms" => Vocabulary::DcTerms,
        "content" => Vocabulary::Content,
        "media" => Vocabulary::Media,
        "itunes" => Vocabulary::Itunes,
        "wfw" => Vocabulary::Comments,
        "slash" => Vocabulary::Slash,
        "thr" => Vocabulary::Thread,
        "feedburner" => Vocabulary::FeedBurner,
        "georss" => Vocabulary::Geo,
        "sy" | "syn" => Vocabulary::Syndication,
        "xhtml" => Vocabulary::Xhtml,
        _ => Vocabulary::Other,
    }
}

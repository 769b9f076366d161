//! Where well-known sites keep their feeds, so that the address a person copies from a browser is enough.
//!
//! It works on addresses alone: it asks nobody, and never names a host other than the site's own. Sources are the sites'
//! own help pages; each rule names what the site serves, not what a third party makes of it.

use url::Url;

use super::discover::Found;
use crate::news::{AddressError, CleanText, CleanUrl, Limit};

/// What an address says about its site's feeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Feeds that follow from the address, the one that is most likely meant first.
    Feeds(Vec<Found>),
    /// The site has feeds, though none of what this address shows.
    Without { site: &'static str, what: &'static str, instead: &'static str },
    /// Nothing follows from the address: the page has to be asked.
    Unknown,
}

/// The feeds of the site that this address belongs to. An address that already reads like a feed's is left alone.
pub fn known(typed: &CleanUrl) -> Known {
    let address = Address::new(typed);
    if address.reads_like_a_feed() {
        return Known::Unknown;
    }
    let of_host = SITES.iter().find(|site| address.is_on(site.host)).map(|site| (site.feeds)(&address));
    of_host.unwrap_or_else(|| everywhere(&address))
}

/// Where common software keeps the feed of a site whose pages name none: beside the page, then at the top.
pub fn usual_places(page: &CleanUrl) -> Vec<CleanUrl> {
    let address = Address::new(page);
    let mut places = Vec::new();
    if let Some(first) = address.segments.first().filter(|_| address.segments.len() <= 2) {
        places.extend(address.here(&format!("{first}/feed")));
    }
    for place in ["feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json"] {
        places.extend(address.here(place));
    }
    places.truncate(USUAL_PLACES_MAX);
    places
}

/// How many usual places are asked for one address: enough for the common software, few enough to be no nuisance.
pub const USUAL_PLACES_MAX: usize = 8;

/// Reads what people paste where an address is wanted: an address with or without scheme, `feed:` and podcast schemes,
/// `@name@server` of Mastodon, `r/name` and `u/name` of Reddit.
pub fn parse_pasted(text: &str) -> Result<CleanUrl, AddressError> {
    let text = text.trim().trim_matches(|it| matches!(it, '<' | '>' | '"' | '\''));
    for scheme in ["feed:", "itpc:", "pcast:", "podcast:"] {
        if let Some(rest) = strip_scheme(text, scheme) {
            return CleanUrl::parse_typed(rest);
        }
    }
    if let Some((name, server)) = text.strip_prefix('@').and_then(|it| it.split_once('@'))
        && !name.is_empty()
        && server.contains('.')
    {
        return CleanUrl::parse(&format!("https://{server}/@{name}"));
    }
    for (short, long) in [("r/", "r"), ("/r/", "r"), ("u/", "user"), ("/u/", "user")] {
        if let Some(name) = text.strip_prefix(short)
            && !name.is_empty()
            && name.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '-'))
        {
            return CleanUrl::parse(&format!("https://www.reddit.com/{long}/{name}"));
        }
    }
    CleanUrl::parse_typed(text)
}

/// `feed:https://…` and `feed://…` both occur.
fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let head = text.get(..scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then(|| text[scheme.len()..].trim_start_matches('/'))
}

/// A directory's answer about a podcast, where its pages do not name the feed: Apple's directory gives it as JSON under
/// an address of its own (iTunes Search API, “Lookup Examples”).
pub fn podcast_lookup(typed: &CleanUrl) -> Option<CleanUrl> {
    let address = Address::new(typed);
    if !address.is_on("podcasts.apple.com") && !address.is_on("itunes.apple.com") {
        return None;
    }
    let id = address.segments.iter().rev().find_map(|it| it.strip_prefix("id"))?;
    let is_number = !id.is_empty() && id.bytes().all(|it| it.is_ascii_digit());
    is_number.then(|| address.at("itunes.apple.com", &format!("lookup?id={id}&entity=podcast"))).flatten()
}

/// The feed's address in such an answer.
pub fn podcast_feed(lookup: &[u8]) -> Option<CleanUrl> {
    #[derive(serde::Deserialize)]
    struct Lookup {
        results: Vec<Podcast>,
    }
    #[derive(serde::Deserialize)]
    struct Podcast {
        #[serde(rename = "feedUrl")]
        feed_url: Option<String>,
    }
    let lookup: Lookup = serde_json::from_slice(lookup).ok()?;
    lookup.results.into_iter().find_map(|it| CleanUrl::parse(&it.feed_url?).ok())
}

struct Site {
    /// With all its subdomains.
    host: &'static str,
    feeds: fn(&Address<'_>) -> Known,
}

static SITES: &[Site] = &[
    Site { host: "youtube.com", feeds: youtube },
    Site { host: "reddit.com", feeds: reddit },
    Site { host: "gist.github.com", feeds: unknown },
    Site { host: "github.com", feeds: github },
    Site { host: "gitlab.com", feeds: gitlab },
    Site { host: "codeberg.org", feeds: forgejo },
    Site { host: "sr.ht", feeds: sourcehut },
    Site { host: "bsky.app", feeds: bluesky },
    Site { host: "substack.com", feeds: substack },
    Site { host: "medium.com", feeds: medium },
    Site { host: "wordpress.com", feeds: |it| own_subdomain(it, "wordpress.com", "feed/") },
    Site { host: "tumblr.com", feeds: tumblr },
    Site { host: "news.ycombinator.com", feeds: hacker_news },
    Site { host: "lobste.rs", feeds: lobsters },
    Site { host: "arxiv.org", feeds: arxiv },
    Site { host: "pypi.org", feeds: pypi },
    Site { host: "crates.io", feeds: crates_io },
    Site { host: "news.google.com", feeds: google_news },
    Site { host: "store.steampowered.com", feeds: steam },
    Site { host: "letterboxd.com", feeds: |it| of_segments(it, |at| at.len() == 1, "rss/") },
];

/// Shapes that many servers share.
fn everywhere(address: &Address<'_>) -> Known {
    // Blogger, under whatever country's domain.
    if address.host.split('.').any(|it| it == "blogspot") {
        return feeds([("Posts", address.here("feeds/posts/default"))]);
    }
    match address.segments.as_slice() {
        // Mastodon and its kin: profiles and hashtags.
        [name] if name.starts_with('@') && name.len() > 1 => feeds([("Posts", address.here(&format!("{name}.rss")))]),
        ["tags", tag] => feeds([("Hashtag", address.here(&format!("tags/{tag}.rss")))]),
        _ if address.host.starts_with("gitlab.") => gitlab(address),
        _ => Known::Unknown,
    }
}

/// Channels and playlists by their number; the page of a handle names the channel.
fn youtube(address: &Address<'_>) -> Known {
    let at = |query: String| feeds([("Videos", address.here(&format!("feeds/videos.xml?{query}")))]);
    match address.segments.as_slice() {
        ["channel", id, ..] => at(format!("channel_id={id}")),
        ["user", name, ..] => at(format!("user={name}")),
        ["playlist"] => address.query("list").map_or(Known::Unknown, |id| at(format!("playlist_id={id}"))),
        _ => Known::Unknown,
    }
}

/// Any listing with `.rss` appended (reddit.com/wiki/rss).
fn reddit(address: &Address<'_>) -> Known {
    match address.segments.as_slice() {
        ["r" | "user" | "u" | "domain", _, ..] => {
            let query = address.url.query().map(|it| format!("?{it}")).unwrap_or_default();
            feeds([("Posts", address.here(&format!("{}/.rss{query}", address.segments.join("/"))))])
        }
        [] => feeds([("Front page", address.here(".rss"))]),
        _ => Known::Unknown,
    }
}

fn github(address: &Address<'_>) -> Known {
    match address.segments.as_slice() {
        [_, _, "issues" | "pulls" | "discussions" | "actions", ..] => Known::Without {
            site: "GitHub",
            what: "issues and pull requests",
            instead: "Its releases and commits have feeds: paste the repository's address",
        },
        [owner, repository, "commits" | "tree", branch @ ..] if !branch.is_empty() => {
            feeds([("Commits", address.here(&format!("{owner}/{repository}/commits/{}.atom", branch.join("/"))))])
        }
        [owner, repository, rest @ ..] => {
            let of = |what: &str| address.here(&format!("{owner}/{repository}/{what}.atom"));
            let mut all = [("Releases", of("releases")), ("Commits", of("commits")), ("Tags", of("tags"))];
            match rest.first() {
                Some(&"commits") => all.swap(0, 1),
                Some(&"tags") => all.swap(0, 2),
                Some(_) | None => {}
            }
            feeds(all)
        }
        [owner] => feeds([("Activity", address.here(&format!("{owner}.atom")))]),
        [] => Known::Unknown,
    }
}

/// Projects may lie in groups within groups; `-` parts the project from its pages.
fn gitlab(address: &Address<'_>) -> Known {
    let (project, page) = match address.segments.iter().position(|it| *it == "-") {
        Some(dash) => (address.segments[..dash].join("/"), address.segments.get(dash + 1..).unwrap_or_default()),
        None => (address.segments.join("/"), [].as_slice()),
    };
    match (address.segments.len(), page) {
        (0, _) => Known::Unknown,
        (1, _) => feeds([("Activity", address.here(&format!("{project}.atom")))]),
        (_, ["issues", ..]) => feeds([("Issues", address.here(&format!("{project}/-/issues.atom")))]),
        (_, ["merge_requests", ..]) => {
            feeds([("Merge requests", address.here(&format!("{project}/-/merge_requests.atom")))])
        }
        (_, ["commits", branch @ ..]) if !branch.is_empty() => {
            feeds([("Commits", address.here(&format!("{project}/-/commits/{}?format=atom", branch.join("/"))))])
        }
        (_, ["tags", ..]) => feeds([("Tags", address.here(&format!("{project}/-/tags?format=atom")))]),
        _ => feeds([
            ("Releases", address.here(&format!("{project}/-/releases.atom"))),
            ("Tags", address.here(&format!("{project}/-/tags?format=atom"))),
            ("Issues", address.here(&format!("{project}/-/issues.atom"))),
            ("Activity", address.here(&format!("{project}.atom"))),
        ]),
    }
}

fn forgejo(address: &Address<'_>) -> Known {
    match address.segments.as_slice() {
        [owner, repository, ..] => feeds([
            ("Releases", address.here(&format!("{owner}/{repository}/releases.rss"))),
            ("Activity", address.here(&format!("{owner}/{repository}.rss"))),
        ]),
        [owner] => feeds([("Activity", address.here(&format!("{owner}.rss")))]),
        [] => Known::Unknown,
    }
}

fn sourcehut(address: &Address<'_>) -> Known {
    match (address.host, address.segments.as_slice()) {
        ("git.sr.ht" | "hg.sr.ht", [user, repository, ..]) if user.starts_with('~') => feeds([
            ("Releases", address.here(&format!("{user}/{repository}/refs/rss.xml"))),
            ("Commits", address.here(&format!("{user}/{repository}/log/rss.xml"))),
        ]),
        _ => Known::Unknown,
    }
}

fn bluesky(address: &Address<'_>) -> Known {
    match address.segments.as_slice() {
        ["profile", name, ..] => feeds([("Posts", address.here(&format!("profile/{name}/rss")))]),
        _ => Known::Unknown,
    }
}

fn substack(address: &Address<'_>) -> Known {
    match address.segments.as_slice() {
        // A profile's publication stands under the profile's name, unless it has a domain of its own.
        [name, ..] if address.host == "substack.com" && name.starts_with('@') && name.len() > 1 => {
            feeds([("Posts", address.at(&format!("{}.substack.com", &name[1..]), "feed"))])
        }
        _ => own_subdomain(address, "substack.com", "feed"),
    }
}

fn medium(address: &Address<'_>) -> Known {
    if address.host != "medium.com" {
        return own_subdomain(address, "medium.com", "feed");
    }
    match address.segments.as_slice() {
        ["tag", tag, ..] => feeds([("Stories", address.here(&format!("feed/tag/{tag}")))]),
        ["m" | "me" | "search" | "about", ..] | [] => Known::Unknown,
        [name, ..] => feeds([("Stories", address.here(&format!("feed/{name}")))]),
    }
}

fn tumblr(address: &Address<'_>) -> Known {
    match address.segments.as_slice() {
        [name, ..] if address.host == "tumblr.com" => {
            feeds([("Posts", address.at(&format!("{name}.tumblr.com"), "rss"))])
        }
        _ => own_subdomain(address, "tumblr.com", "rss"),
    }
}

fn hacker_news(address: &Address<'_>) -> Known {
    match address.segments.as_slice() {
        [] | ["news" | "newest" | "front" | "best"] => feeds([("Front page", address.here("rss"))]),
        ["show" | "shownew"] => feeds([("Show", address.here("showrss"))]),
        _ => Known::Without {
            site: "Hacker News",
            what: "one discussion or one person",
            instead: "Its front page has one: paste news.ycombinator.com",
        },
    }
}

fn lobsters(address: &Address<'_>) -> Known {
    match address.segments.as_slice() {
        ["t", tags] => feeds([("Tag", address.here(&format!("t/{tags}.rss")))]),
        ["newest"] => feeds([("Newest", address.here("newest.rss"))]),
        [] => feeds([("Front page", address.here("rss"))]),
        _ => Known::Unknown,
    }
}

/// Listings and archives (info.arxiv.org/help/rss.html).
fn arxiv(address: &Address<'_>) -> Known {
    match address.segments.as_slice() {
        ["list" | "archive", subject, ..] => {
            feeds([("New papers", address.at("rss.arxiv.org", &format!("rss/{subject}")))])
        }
        ["abs" | "pdf" | "html", ..] => Known::Without {
            site: "arXiv",
            what: "one paper",
            instead: "Its subjects have feeds: paste a listing such as arxiv.org/list/cs.CL/recent",
        },
        _ => Known::Unknown,
    }
}

fn pypi(address: &Address<'_>) -> Known {
    match address.segments.as_slice() {
        ["project", name, ..] => feeds([("Releases", address.here(&format!("rss/project/{name}/releases.xml")))]),
        _ => Known::Unknown,
    }
}

fn crates_io(address: &Address<'_>) -> Known {
    match address.segments.as_slice() {
        ["crates", name, ..] => {
            feeds([("Releases", address.at("static.crates.io", &format!("rss/crates/{name}.xml")))])
        }
        [] => feeds([("Updates", address.at("static.crates.io", "rss/updates.xml"))]),
        _ => Known::Unknown,
    }
}

fn google_news(address: &Address<'_>) -> Known {
    let query = address.url.query().map(|it| format!("?{it}")).unwrap_or_default();
    match address.segments.as_slice() {
        ["search" | "topics", ..] => {
            feeds([("News", address.here(&format!("rss/{}{query}", address.segments.join("/"))))])
        }
        [] | ["home"] => feeds([("News", address.here(&format!("rss{query}")))]),
        _ => Known::Unknown,
    }
}

fn steam(address: &Address<'_>) -> Known {
    match address.segments.as_slice() {
        ["app", id, ..] => feeds([("News", address.here(&format!("feeds/news/app/{id}/")))]),
        _ => Known::Unknown,
    }
}

/// Blogs that live under a name of their own, at one place below it.
fn own_subdomain(address: &Address<'_>, domain: &str, place: &str) -> Known {
    let name = address.host.strip_suffix(domain).map(|it| it.trim_end_matches('.')).unwrap_or_default();
    if name.is_empty() || name == "www" { Known::Unknown } else { feeds([("Posts", address.here(place))]) }
}

fn of_segments(address: &Address<'_>, fits: fn(&[&str]) -> bool, place: &str) -> Known {
    if !fits(&address.segments) {
        return Known::Unknown;
    }
    feeds([("Posts", address.here(&format!("{}/{place}", address.segments.join("/"))))])
}

fn unknown(_: &Address<'_>) -> Known {
    Known::Unknown
}

fn feeds<const N: usize>(places: [(&str, Option<CleanUrl>); N]) -> Known {
    let found: Vec<Found> = places
        .into_iter()
        .filter_map(|(title, url)| Some(Found { url: url?, title: CleanText::line(title, Limit::TITLE) }))
        .collect();
    if found.is_empty() { Known::Unknown } else { Known::Feeds(found) }
}

/// An address in its parts.
struct Address<'a> {
    url: &'a Url,
    /// Without `www.` and its like.
    host: &'a str,
    /// Of the path; the empty ones left out.
    segments: Vec<&'a str>,
}

impl<'a> Address<'a> {
    fn new(typed: &'a CleanUrl) -> Address<'a> {
        let url = typed.as_url();
        let host = typed.host();
        let host = ["www.", "m.", "mobile."].iter().find_map(|it| host.strip_prefix(it)).unwrap_or(host);
        let segments = url.path_segments().map(|it| it.filter(|it| !it.is_empty()).collect()).unwrap_or_default();
        Address { url, host, segments }
    }

    fn is_on(&self, host: &str) -> bool {
        self.host.strip_suffix(host).is_some_and(|it| it.is_empty() || it.ends_with('.'))
    }

    fn query(&self, name: &str) -> Option<String> {
        self.url.query_pairs().find(|(it, _)| it == name).map(|(_, value)| value.into_owned())
    }

    /// A path on the same host.
    fn here(&self, path: &str) -> Option<CleanUrl> {
        let mut url = self.url.clone();
        url.set_fragment(None);
        url.set_query(None);
        url.set_path("/");
        CleanUrl::parse(url.join(path).ok()?.as_str()).ok()
    }

    /// A path on another host of the same site; a port that was typed is kept.
    fn at(&self, host: &str, path: &str) -> Option<CleanUrl> {
        let mut url = self.url.clone();
        url.set_host(Some(host)).ok()?;
        url.set_fragment(None);
        url.set_query(None);
        url.set_path("/");
        CleanUrl::parse(url.join(path).ok()?.as_str()).ok()
    }

    fn reads_like_a_feed(&self) -> bool {
        let named = self.segments.iter().any(|it| matches!(*it, "feed" | "feeds" | "rss" | "atom"));
        let last = self.segments.last().copied().unwrap_or_default();
        let ending = last.rsplit_once('.').map(|(_, it)| it).unwrap_or_default();
        named || matches!(ending, "rss" | "atom" | "xml" | "rdf") || self.query("format").as_deref() == Some("atom")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(address: &str) -> String {
        match known(&parse_pasted(address).unwrap()) {
            Known::Feeds(found) => found[0].url.as_str().to_owned(),
            Known::Without { site, .. } => format!("no feed on {site}"),
            Known::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn the_address_in_the_browser_is_enough() {
        for (pasted, feed) in [
            ("youtube.com/channel/UCabc_1", "https://youtube.com/feeds/videos.xml?channel_id=UCabc_1"),
            (
                "https://www.youtube.com/channel/UCabc_1/videos",
                "https://www.youtube.com/feeds/videos.xml?channel_id=UCabc_1",
            ),
            (
                "https://www.youtube.com/playlist?list=PL9&si=x",
                "https://www.youtube.com/feeds/videos.xml?playlist_id=PL9",
            ),
            ("https://m.youtube.com/@somebody", "unknown"),
            ("r/rust", "https://www.reddit.com/r/rust/.rss"),
            ("https://old.reddit.com/r/rust/top/?t=week", "https://old.reddit.com/r/rust/top/.rss?t=week"),
            ("u/some-body", "https://www.reddit.com/user/some-body/.rss"),
            ("github.com/helix-editor/helix", "https://github.com/helix-editor/helix/releases.atom"),
            ("https://github.com/a/b/commits/", "https://github.com/a/b/commits.atom"),
            ("https://github.com/a/b/commits/dev/x", "https://github.com/a/b/commits/dev/x.atom"),
            ("https://github.com/a/b/tags", "https://github.com/a/b/tags.atom"),
            ("https://github.com/a/b/issues?q=is%3Aopen", "no feed on GitHub"),
            ("https://github.com/somebody", "https://github.com/somebody.atom"),
            ("https://github.com/a/b/releases.atom", "unknown"),
            ("https://gist.github.com/a", "unknown"),
            ("https://gitlab.com/g/sub/p", "https://gitlab.com/g/sub/p/-/releases.atom"),
            ("https://gitlab.gnome.org/GNOME/gtk/-/issues/1", "https://gitlab.gnome.org/GNOME/gtk/-/issues.atom"),
            ("https://gitlab.com/g/p/-/commits/main", "https://gitlab.com/g/p/-/commits/main?format=atom"),
            ("https://codeberg.org/a/b", "https://codeberg.org/a/b/releases.rss"),
            ("https://git.sr.ht/~a/b", "https://git.sr.ht/~a/b/refs/rss.xml"),
            ("@name@mastodon.example", "https://mastodon.example/@name.rss"),
            ("https://mastodon.example/@name", "https://mastodon.example/@name.rss"),
            ("https://mastodon.example/tags/rust", "https://mastodon.example/tags/rust.rss"),
            ("https://bsky.app/profile/name.example/post/3k", "https://bsky.app/profile/name.example/rss"),
            ("https://name.substack.com/p/a-post", "https://name.substack.com/feed"),
            ("https://substack.com/@name", "https://name.substack.com/feed"),
            ("https://medium.com/@name/a-story-1a2b", "https://medium.com/feed/@name"),
            ("https://medium.com/the-magazine", "https://medium.com/feed/the-magazine"),
            ("https://medium.com/tag/rust/latest", "https://medium.com/feed/tag/rust"),
            ("https://name.medium.com/", "https://name.medium.com/feed"),
            ("https://name.wordpress.com/2026/01/02/x/", "https://name.wordpress.com/feed/"),
            ("https://name.blogspot.co.uk/2026/01/x.html", "https://name.blogspot.co.uk/feeds/posts/default"),
            ("https://name.tumblr.com/post/1", "https://name.tumblr.com/rss"),
            ("https://www.tumblr.com/name", "https://name.tumblr.com/rss"),
            ("news.ycombinator.com", "https://news.ycombinator.com/rss"),
            ("https://news.ycombinator.com/item?id=1", "no feed on Hacker News"),
            ("https://lobste.rs/t/rust", "https://lobste.rs/t/rust.rss"),
            ("https://arxiv.org/list/cs.CL/recent", "https://rss.arxiv.org/rss/cs.CL"),
            ("https://arxiv.org/abs/1706.03762", "no feed on arXiv"),
            ("https://pypi.org/project/feedparser/", "https://pypi.org/rss/project/feedparser/releases.xml"),
            ("https://crates.io/crates/ratatui", "https://static.crates.io/rss/crates/ratatui.xml"),
            ("https://store.steampowered.com/app/70/x", "https://store.steampowered.com/feeds/news/app/70/"),
            ("https://letterboxd.com/name/", "https://letterboxd.com/name/rss/"),
            ("https://example.org/", "unknown"),
            ("https://notgithub.com/a/b", "unknown"),
        ] {
            assert_eq!(first(pasted), feed, "{pasted}");
        }
    }

    #[test]
    fn what_people_paste_is_read_as_an_address() {
        for (pasted, address) in [
            ("feed://example.org/rss", "https://example.org/rss"),
            ("feed:http://example.org/rss", "http://example.org/rss"),
            ("itpc://example.org/pod.xml", "https://example.org/pod.xml"),
            (" <https://example.org/a> ", "https://example.org/a"),
            ("example.org", "https://example.org/"),
        ] {
            assert_eq!(parse_pasted(pasted).unwrap().as_str(), address, "{pasted}");
        }
        for refused in ["", "two words", "javascript:alert(1)", "feed:javascript:alert(1)", "exec:ls", "@name", "r/"] {
            assert!(parse_pasted(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn a_repository_offers_all_its_feeds() {
        let Known::Feeds(found) = known(&CleanUrl::parse("https://github.com/a/b").unwrap()) else { panic!() };
        let titles: Vec<&str> = found.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(titles, ["Releases", "Commits", "Tags"]);
    }

    #[test]
    fn a_podcast_directory_is_asked_for_the_feed() {
        let page = CleanUrl::parse("https://podcasts.apple.com/us/podcast/some-show/id123456?i=1").unwrap();
        let lookup = podcast_lookup(&page).unwrap();
        assert_eq!(lookup.as_str(), "https://itunes.apple.com/lookup?id=123456&entity=podcast");
        let answer = br#"{"resultCount":1,"results":[{"kind":"podcast","feedUrl":"https://pods.example/a.xml"}]}"#;
        assert_eq!(podcast_feed(answer).unwrap().as_str(), "https://pods.example/a.xml");
        assert!(podcast_feed(b"{\"results\":[{\"feedUrl\":\"file:///etc/passwd\"}]}").is_none());
        assert!(podcast_lookup(&CleanUrl::parse("https://podcasts.apple.com/us/podcast/x/idea").unwrap()).is_none());
    }

    #[test]
    fn the_usual_places_stay_on_the_pages_host_and_are_few() {
        let page = CleanUrl::parse("http://example.org:8080/blog/?q=1#x").unwrap();
        let places = usual_places(&page);
        assert_eq!(places[0].as_str(), "http://example.org:8080/blog/feed");
        assert!(places.len() <= USUAL_PLACES_MAX);
        assert!(places.iter().all(|it| it.host_and_port() == "example.org:8080" && it.as_url().query().is_none()));
    }
}

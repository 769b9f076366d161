//! Subscribing by the addresses that people paste: the program asks a stand-in that answers for all the web, with the
//! shapes in which the sites really answer.

use std::process::{Command, Stdio};

use crate::hostd::{Hostd, Reply};
use crate::world::{World, program};

fn rss(title: &str) -> Reply {
    Reply::feed(format!(
        "<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title><link>http://x.example/</link>\
         <item><title>One</title><guid>1</guid><description>Text.</description></item></channel></rss>"
    ))
}

fn atom(title: &str) -> Reply {
    Reply::ok(format!(
        "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom'><title>{title}</title>\
         <id>tag:x.example,2026:f</id><updated>2026-11-01T00:00:00Z</updated><entry><id>tag:x.example,2026:1</id>\
         <title>One</title><updated>2026-11-01T00:00:00Z</updated><content type='html'>Text.</content></entry></feed>"
    ))
    .header("Content-Type", "application/atom+xml; charset=utf-8")
}

fn page(head: &str, body: &str) -> Reply {
    Reply::page(format!(
        "<!doctype html><html lang=en><head><title>A page</title>{head}</head><body>{body}</body></html>"
    ))
}

/// What `dateline add` says to each address, in order.
fn add(world: &World, web: &Hostd, addresses: &[&str]) -> Vec<String> {
    let output = Command::new(program())
        .arg("--data")
        .arg(world.data())
        .arg("add")
        .args(addresses)
        .env_clear()
        .env("HOME", world.home())
        .env("http_proxy", format!("http://127.0.0.1:{}", web.port))
        .stdin(Stdio::null())
        .output()
        .expect("the program runs");
    let said = String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap();
    said.lines().map(str::to_owned).collect()
}

#[test]
fn the_address_of_a_page_on_a_well_known_site_is_enough() {
    let (world, web) = (World::new(), Hostd::start());
    for (feed, reply) in [
        ("http://www.youtube.com/feeds/videos.xml?channel_id=UC_tide-1", atom("Tides on video")),
        ("http://www.youtube.com/feeds/videos.xml?playlist_id=PL77", atom("A playlist")),
        ("http://www.reddit.com/r/harbours/.rss", atom("newest in harbours")),
        ("http://github.com/moor/ferry/releases.atom", atom("Release notes from ferry")),
        ("http://gitlab.com/moor/tools/ferry/-/issues.atom", atom("ferry issues")),
        ("http://social.example/@warden.rss", rss("The warden")),
        ("http://bsky.app/profile/warden.example/rss", rss("@warden.example")),
        ("http://shoreline.substack.com/feed", rss("Shoreline")),
        ("http://medium.com/feed/@warden", rss("Stories by the warden")),
        ("http://shore.wordpress.com/feed/", rss("Shore")),
        ("http://shore.blogspot.com/feeds/posts/default", atom("Shore too")),
        ("http://news.ycombinator.com/rss", rss("Front page")),
        ("http://rss.arxiv.org/rss/cs.CL", rss("cs.CL updates")),
    ] {
        web.on(feed, [reply]);
    }
    // A handle's page names the feed of its channel.
    web.on(
        "http://www.youtube.com/@tides",
        [page(
            "<link rel=canonical href='http://www.youtube.com/channel/UC_tide-1'><link rel=alternate type='application/rss+xml' \
             title=RSS href='http://www.youtube.com/feeds/videos.xml?channel_id=UC_tide-1'>",
            "",
        )],
    );
    // Another's names only the channel.
    web.on(
        "http://www.youtube.com/c/waves",
        [page("<link rel=canonical href='http://www.youtube.com/channel/UC_waves'>", "")],
    );
    web.on("http://www.youtube.com/feeds/videos.xml?channel_id=UC_waves", [atom("Waves")]);
    let said = add(
        &world,
        &web,
        &[
            "http://www.youtube.com/@tides",
            "http://www.youtube.com/c/waves",
            "http://www.youtube.com/playlist?list=PL77",
            "http://www.reddit.com/r/harbours/",
            "http://github.com/moor/ferry",
            "http://gitlab.com/moor/tools/ferry/-/issues",
            "http://social.example/@warden",
            "http://bsky.app/profile/warden.example",
            "http://shoreline.substack.com/p/fog",
            "http://medium.com/@warden/fog-1a2b",
            "http://shore.wordpress.com/2026/11/fog/",
            "http://shore.blogspot.com/2026/11/fog.html",
            "http://news.ycombinator.com/",
            "http://arxiv.org/list/cs.CL/recent",
        ],
    );
    let added: Vec<&str> = said.iter().filter_map(|it| it.strip_prefix("Added ")?.split(" (").next()).collect();
    assert_eq!(
        added,
        [
            "Tides on video",
            "Waves",
            "A playlist",
            "newest in harbours",
            "Release notes from ferry",
            "ferry issues",
            "The warden",
            "@warden.example",
            "Shoreline",
            "Stories by the warden",
            "Shore",
            "Shore too",
            "Front page",
            "cs.CL updates"
        ],
        "{said:#?}"
    );
    // A repository has more feeds than one, and they are named.
    assert!(
        said.contains(&"There is also http://github.com/moor/ferry/commits.atom (Commits).".to_owned()),
        "{said:#?}"
    );
}

#[test]
fn a_podcasts_page_in_a_directory_leads_to_its_feed() {
    let (world, web) = (World::new(), Hostd::start());
    let lookup = r#"{"resultCount":1,"results":[{"kind":"podcast","feedUrl":"http://pods.example/tides.xml"}]}"#;
    web.on(
        "http://itunes.apple.com/lookup?id=4711&entity=podcast",
        [Reply::ok(lookup).header("Content-Type", "text/javascript; charset=utf-8")],
    );
    web.on("http://pods.example/tides.xml", [rss("The tide table")]);
    let said = add(&world, &web, &["http://podcasts.apple.com/gb/podcast/the-tide-table/id4711"]);
    assert_eq!(said, ["Added The tide table (http://pods.example/tides.xml): 1 article."]);
}

#[test]
fn a_page_that_names_no_feed_is_asked_where_feeds_usually_are() {
    let (world, web) = (World::new(), Hostd::start());
    web.on("http://plain.example/", [page("", "Welcome.")]);
    web.on("http://plain.example/atom.xml", [atom("Plain")]);
    // Some sites answer every address with their front page.
    web.on("http://plain.example/feed", [page("", "Welcome.")]);
    web.on("http://linked.example/", [page("", "<a href=/elsewhere>x</a> <a href='/all.rss'>Subscribe</a>")]);
    web.on("http://linked.example/all.rss", [rss("Linked")]);
    web.on("http://bare.example/", [page("", "Nothing here.")]);
    let said = add(&world, &web, &["http://plain.example/", "http://linked.example/", "http://bare.example/"]);
    assert_eq!(
        said,
        [
            "Added Plain (http://plain.example/atom.xml): 1 article.",
            "Added Linked (http://linked.example/all.rss): 1 article.",
            "http://bare.example/: bare.example names no feed. Paste the feed's own address, or use `dateline save` to keep the page."
        ]
    );
    let asked = |host: &str| web.hits().iter().filter(|it| it.path.starts_with(host)).count();
    assert_eq!(asked("http://linked.example/"), 2);
    assert!(asked("http://bare.example/") <= 9, "{}", asked("http://bare.example/"));
}

#[test]
fn a_named_feed_that_is_gone_gives_way_to_the_next_and_comments_come_last() {
    let (world, web) = (World::new(), Hostd::start());
    let link = |title: &str, href: &str| {
        format!("<link rel=alternate type='application/rss+xml' title='{title}' href='{href}'>")
    };
    let head = link("Comments Feed", "/comments/feed/") + &link("Old", "/gone.xml") + &link("Main", "/feed/");
    web.on("http://blog.example/", [page(&head, "")]);
    web.on("http://blog.example/feed/", [rss("The blog")]);
    web.on("http://blog.example/comments/feed/", [rss("Comments")]);
    let said = add(&world, &web, &["http://blog.example/"]);
    assert_eq!(said[0], "Added The blog (http://blog.example/feed/): 1 article.", "{said:#?}");
    assert!(web.hits_of("http://blog.example/comments/feed/").is_empty());
}

#[test]
fn a_site_without_a_feed_of_that_says_what_has_one_and_is_not_asked() {
    let (world, web) = (World::new(), Hostd::start());
    let said = add(&world, &web, &["http://github.com/moor/ferry/issues", "http://news.ycombinator.com/item?id=1"]);
    assert_eq!(
        said,
        [
            "http://github.com/moor/ferry/issues: GitHub has no feed of issues and pull requests. Its releases and commits have feeds: paste the repository's address.",
            "http://news.ycombinator.com/item?id=1: Hacker News has no feed of one discussion or one person. Its front page has one: paste news.ycombinator.com."
        ]
    );
    assert!(web.hits().is_empty());
}

#[test]
fn a_server_that_fails_ends_the_search_for_its_feeds() {
    let (world, web) = (World::new(), Hostd::start());
    web.on("http://busy.example/", [page("", "Welcome.")]);
    for path in ["feed", "rss", "feed.xml"] {
        web.on(&format!("http://busy.example/{path}"), [Reply::status(503)]);
    }
    let said = add(&world, &web, &["http://busy.example/"]);
    let sentence =
        "busy.example answered 503 (the server is busy or down). Nothing was added; try the address again later.";
    assert!(said[0].ends_with(sentence), "{said:#?}");
    assert_eq!(web.hits().len(), 2);
}

#[test]
fn an_address_that_leads_to_a_feed_one_has_already_makes_no_second() {
    let (world, web) = (World::new(), Hostd::start());
    web.on("http://new.example/feed.xml", [rss("The moved feed")]);
    web.on("http://old.example/feed", [Reply::redirect(301, "http://new.example/feed.xml")]);
    let said = add(&world, &web, &["http://new.example/feed.xml", "http://old.example/feed"]);
    assert_eq!(said[1], "The moved feed is subscribed to already.");
}

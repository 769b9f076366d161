//! What the vocabularies of feeds say, each in the shortest document that says it.

use crate::feed::{Format, Origin, ParsedArticle, ParsedFeed, dump, parse};
use crate::news::{CleanText, CleanUrl};

fn read(document: &str) -> ParsedFeed {
    let origin = Origin { url: CleanUrl::parse("https://kabar.example/feed.xml").ok(), content_type: None };
    parse(document.as_bytes(), &origin).unwrap().0
}

fn article(inside: &str) -> ParsedArticle {
    read(&format!("<rss version='2.0'><channel><item>{inside}</item></channel></rss>")).articles.remove(0)
}

fn topics(article: &ParsedArticle) -> Vec<&str> {
    article.topics.iter().map(CleanText::as_str).collect()
}

#[test]
fn behind_a_counter_the_article_itself_is_opened() {
    let article = article(
        "<link>http://feedproxy.example/~r/x/1</link><feedburner:origLink>http://a.example/1</feedburner:origLink>",
    );
    assert_eq!(article.url.unwrap().as_str(), "http://a.example/1");
    assert_eq!(article.more.counted_link.unwrap().as_str(), "http://feedproxy.example/~r/x/1");
}

#[test]
fn an_address_as_its_id_is_the_link_of_an_atom_entry_without_one() {
    let feed = read("<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>http://a.example/1</id></entry></feed>");
    assert_eq!(feed.articles[0].url.as_ref().unwrap().as_str(), "http://a.example/1");
}

#[test]
fn of_two_texts_both_are_kept() {
    let first = article("<description>Short</description><summary>The rest of it</summary>");
    assert_eq!((first.body.0.as_str(), first.summary.0.as_str()), ("The rest of it", "Short"));
    let second = article("<description>Text</description><itunes:summary>Blurb</itunes:summary>");
    assert_eq!((second.body.0.as_str(), second.summary.0.as_str()), ("Text", "Blurb"));
    let third = article("<itunes:subtitle>Line</itunes:subtitle><itunes:summary>Blurb</itunes:summary>");
    assert_eq!(third.body.0, "Blurb");
}

#[test]
fn a_later_dublin_core_date_is_when_it_was_updated() {
    let article = article(
        "<dc:date>2024-01-02T00:00:00Z</dc:date><pubDate>Mon, 01 Jan 2024 00:00:00 GMT</pubDate><title>x</title>",
    );
    assert_eq!(article.published.unwrap().rfc3339(), "2024-01-01T00:00:00Z");
    assert_eq!(article.updated.unwrap().rfc3339(), "2024-01-02T00:00:00Z");
}

#[test]
fn topics_may_be_nested_listed_or_made_up() {
    let article = article(
        "<itunes:category text='Arts'><itunes:category text='Books'/></itunes:category><tags>one, two</tags>\
         <media:keywords>three,,four</media:keywords><dc:subject>five</dc:subject>",
    );
    assert_eq!(topics(&article), ["Arts", "Books", "one", "two", "three", "four", "five"]);
}

#[test]
fn what_other_readers_count_and_place_is_kept() {
    let article = article(
        "<slash:comments>12</slash:comments><georss:point>1 2</georss:point><georss:featureName>Java</georss:featureName>\
         <itunes:duration>1:02:03</itunes:duration><itunes:author>Network</itunes:author><dc:creator>Ann</dc:creator>",
    );
    assert_eq!((article.more.comments_count, article.more.duration_seconds), (Some(12), Some(3723)));
    assert_eq!(article.more.location.as_str(), "Java");
    assert_eq!(article.authors.len(), 2);
}

#[test]
fn scripts_are_left_out_and_said() {
    let origin = Origin::default();
    let document = "<rss version='2.0'><channel><item><description><![CDATA[a<SCRIPT type='x'>b</script >c<style>d</style>\
         <strong>e</strong><script>never closed]]></description></item></channel></rss>";
    let (feed, complaints) = parse(document.as_bytes(), &origin).unwrap();
    assert_eq!(feed.articles[0].body.0, "ac<strong>e</strong><script>never closed");
    assert!(complaints.iter().any(|it| it.0.as_str().ends_with("left out of its texts: 2.")));
}

#[test]
fn channels_of_1997_are_read() {
    let feed = read(
        "<?xml version='1.0'?><CHANNEL HREF='http://a.example/' LASTMOD='1998-11-05T22:12'><TITLE>A</TITLE>\
         <ABSTRACT>B</ABSTRACT><ITEM HREF='one.html' LASTMOD='1998-11-05T23:00'><TITLE>One</TITLE>\
         <ABSTRACT>First</ABSTRACT></ITEM></CHANNEL>",
    );
    assert_eq!((feed.format, feed.title.as_str(), feed.description.as_str()), (Format::Cdf, "A", "B"));
    assert_eq!(feed.site.unwrap().as_str(), "http://a.example/");
    let article = &feed.articles[0];
    assert_eq!((article.title.as_str(), article.body.0.as_str()), ("One", "First"));
    assert_eq!(article.url.as_ref().unwrap().as_str(), "https://kabar.example/one.html");
    assert!(article.updated.is_some());
}

#[test]
fn links_in_a_title_are_seen_by_whoever_inspects_it() {
    let parsed = parse(
        b"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://a.example/x/'><title type='html'>\
          A &lt;a href='b' onclick='evil()'&gt;B &amp;lt;&lt;/a&gt;&lt;script&gt;c&lt;/script&gt;&lt;img src='javascript:d'&gt;</title></feed>",
        &Origin::default(),
    );
    let dump = dump::dump(&parsed);
    assert_eq!(dump["feed"]["title"], "A <a href=\"http://a.example/x/b\">B &lt;</a>");
    assert_eq!(parsed.unwrap().0.title.as_str(), "A B <");
}

#[test]
fn text_around_markup_that_nobody_escaped_keeps_its_place() {
    let article = article("<description>one &amp; two <b>three</b> four &lt; five</description>");
    assert_eq!(article.body.0, "one &amp; two <b>three</b> four &lt; five");
}

#[test]
fn the_enclosure_comes_before_the_media_beside_it() {
    let article = article(
        "<media:content url='http://a.example/cover.jpg' type='image/jpeg'/><enclosure url='http://a.example/1.mp3' length='9'/>",
    );
    assert_eq!(article.enclosures[0].url, "http://a.example/1.mp3");
    assert_eq!(article.enclosures.len(), 2);
}

#[test]
fn a_guid_that_says_nothing_is_none_and_an_odd_one_is_told_from_every_other() {
    let long = |end: &str| format!("{}{end}", "g".repeat(5_000));
    let guids =
        ["", "  \n", &long("1"), &long("2"), "a&#0;b", "a\u{202e}b", "a\u{202d}b", "#a", "http://a.example/%00", "ab"];
    let items: String =
        guids.iter().map(|it| format!("<item><guid>{it}</guid><title>{}</title></item>", it.len())).collect();
    let feed = read(&format!("<rss version='2.0'><channel>{items}</channel></rss>"));
    let firsts: std::collections::HashSet<&String> = feed.articles.iter().map(|it| &it.keys.0[0]).collect();
    assert_eq!(firsts.len(), guids.len());
    assert!(feed.articles[..2].iter().all(|it| it.keys.0[0].starts_with("h:")));
    assert!(feed.articles[2..].iter().all(|it| it.keys.0[0].starts_with("g")));
}

#[test]
fn bases_that_lead_astray_are_no_bases() {
    let link = |base: &str, href: &str| {
        let document = format!(
            "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='{base}' ><entry xml:base='{base}'><id>urn:1</id><link href='{href}'/></entry></feed>"
        );
        read(&document).articles.remove(0).url.map(|it| it.to_string())
    };
    for (base, href, url) in [
        ("a/", "b", Some("https://kabar.example/a/a/b")),
        ("file:///etc/", "passwd", Some("https://kabar.example/passwd")),
        ("javascript:", "x", Some("https://kabar.example/x")),
        ("//evil.example/x/", "../../y", Some("https://evil.example/y")),
        (".", "//cdn.example/x", Some("https://cdn.example/x")),
        ("?", "?", Some("https://kabar.example/feed.xml?")),
        ("", "file:///etc/passwd", None),
        ("", "javascript:alert(1)", None),
    ] {
        assert_eq!(link(base, href).as_deref(), url, "{base} {href}");
    }
}

#[test]
fn a_feed_is_known_by_what_it_is_whatever_it_is_called() {
    for content_type in ["text/plain", "image/png", "application/octet-stream; charset=utf-8", "", "nonsense"] {
        for document in [
            "<rss version='2.0'><channel><item/></channel></rss>",
            "{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [{}]}",
        ] {
            let origin = Origin { url: None, content_type: Some(content_type.to_owned()) };
            assert_eq!(parse(document.as_bytes(), &origin).unwrap().0.articles.len(), 1, "{content_type}");
        }
    }
}

#[test]
fn entities_within_entities_cost_nothing() {
    let mut document = String::from("<!DOCTYPE rss [<!ENTITY e0 'ha'>");
    for nth in 1..11 {
        document.push_str(&format!("<!ENTITY e{nth} '{}'>", format!("&e{};", nth - 1).repeat(10)));
    }
    document.push_str("]><rss version='2.0'><channel><item><title>&e10;</title><description>&e10;</description></item></channel></rss>");
    let feed = read(&document);
    assert_eq!((feed.articles[0].title.as_str(), feed.articles[0].body.0.as_str()), ("&e10;", "&e10;"));
}

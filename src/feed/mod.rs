//! Bytes → [`ParsedFeed`] and what was wrong with them.
//!
//! `decode` makes text of the bytes, `xml` and `json` read it into `raw` in one pass and mend what is broken on the
//! way, `settle` lets it through the door, `identity` names its articles. Nothing here fetches, expands an entity
//! or refuses a whole feed for one article.

mod base64;
mod cadence;
mod date;
mod decode;
pub mod discover;
pub mod dump;
mod entities;
mod identity;
mod inline;
mod json;
mod names;
mod newsboat;
mod newsboat_query;
pub mod opml;
mod outlines;
mod raw;
mod settle;
pub mod sites;
mod xml;
mod xml_tokens;

pub use self::cadence::Cadence;
use crate::news::{CleanText, CleanUrl, Complaint, Enclosure, Html, Problem, Timestamp};

/// Articles of one document that are kept, in the document's order.
pub const ARTICLES_MAX: usize = 2_000;
/// Markup of one article's text.
pub const ARTICLE_HTML_BYTES_MAX: usize = 1_048_576;
/// A guid as it is shown; its key is made of the whole.
pub const GUID_CHARS_MAX: usize = 4_096;
pub const TOPICS_MAX: usize = 50;
pub const ENCLOSURES_MAX: usize = 50;
pub const LINKS_MAX: usize = 50;
pub const PEOPLE_MAX: usize = 50;

/// What is known of a document besides its bytes.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Where it was fetched from in the end; the base of relative links.
    pub url: Option<CleanUrl>,
    /// The Content-Type header as it came.
    pub content_type: Option<String>,
}

/// The format family a document turned out to be of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    Rss0,
    Rss1,
    #[default]
    Rss2,
    Atom,
    /// The Channel Definition Format of 1997.
    Cdf,
    JsonFeed,
}

/// A feed as its document says it, cleaned at the door.
#[derive(Clone, Debug, Default)]
pub struct ParsedFeed {
    pub format: Format,
    pub title: CleanText,
    pub description: CleanText,
    pub site: Option<CleanUrl>,
    /// Language tag as written.
    pub language: Option<String>,
    pub updated: Option<Timestamp>,
    pub authors: Vec<CleanText>,
    pub topics: Vec<CleanText>,
    /// How often it asks to be fetched.
    pub cadence: Cadence,
    /// The address it gives as its own (`rel="self"`, `feed_url`).
    pub self_url: Option<CleanUrl>,
    /// Where it says it has moved (`itunes:new-feed-url`).
    pub moved_to: Option<CleanUrl>,
    /// Hubs that push it (WebSub, `rel="hub"`).
    pub hubs: Vec<CleanUrl>,
    pub articles: Vec<ParsedArticle>,
    /// The document broke off. What is whole was kept; its validators must not be stored, so that it is fetched again.
    pub incomplete: bool,
    /// What only `inspect feed` shows.
    pub more: FeedMore,
}

/// An article as its feed says it. Identity is settled here within the document: `keys` are what may be trusted
/// (the store matches them with what it has).
#[derive(Clone, Debug, Default)]
pub struct ParsedArticle {
    pub keys: Keys,
    pub title: CleanText,
    pub url: Option<CleanUrl>,
    pub authors: Vec<CleanText>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub topics: Vec<CleanText>,
    pub enclosures: Vec<Enclosure>,
    pub comments: Option<CleanUrl>,
    /// The fuller of content and summary; relative links are made absolute when it is rendered, against `base`.
    pub body: Html,
    /// The summary, where the feed carried both and they differ.
    pub summary: Html,
    /// `xml:base`, else the article's address, else the feed's.
    pub base: Option<CleanUrl>,
    pub language: Option<String>,
    /// What only `inspect feed` shows.
    pub more: ArticleMore,
}

/// By what an article can be known again within its feed, in the order in which keys are tried. Every key is already
/// normalised (no scheme, no `www.`, no trailing slash) and hashed or short; equal keys mean the same article.
/// At most one of several articles in one document has any given key.
///
/// Kinds: `gl:` guid and link, `g:` guid, `l:` link, `h:` title, date and text, `o:` guid and its place among its like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Keys(pub Vec<String>);

/// What a feed says of itself that no list shows.
#[derive(Clone, Debug, Default)]
pub struct FeedMore {
    pub id: CleanText,
    pub published: Option<Timestamp>,
    pub people: Vec<Person>,
    pub links: Vec<CleanUrl>,
    pub generator: CleanText,
    pub icon: Option<CleanUrl>,
    pub logo: Option<CleanUrl>,
    pub rights: CleanText,
    /// `title`, `description` and `rights` as markup, where links stand in them.
    pub title_html: Html,
    pub description_html: Html,
    pub rights_html: Html,
}

/// What an article says of itself that no list shows.
#[derive(Clone, Debug, Default)]
pub struct ArticleMore {
    pub guid: CleanText,
    /// The link the feed gives, where it leads through a counter to the article's own address.
    pub counted_link: Option<CleanUrl>,
    pub people: Vec<Person>,
    pub links: Vec<CleanUrl>,
    pub rights: CleanText,
    /// `title` and `rights` as markup, where links stand in them.
    pub title_html: Html,
    pub rights_html: Html,
    /// `body` is what the feed calls the summary.
    pub body_is_summary: bool,
    /// Comments so far.
    pub comments_count: Option<u32>,
    /// Where it is about, by name or as latitude and longitude.
    pub location: CleanText,
    /// How long the recording is.
    pub duration_seconds: Option<u32>,
}

/// An author or contributor; each part may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub name: CleanText,
    pub email: CleanText,
    pub uri: CleanText,
}

/// Reads a feed. A single bad article never refuses the whole: what was dropped or mended is a [`Complaint`].
///
/// Linear in the bytes and bounded by the limits above; still, a large feed takes a while: never on the main thread.
///
/// # Errors
/// [`Problem::Empty`], [`Problem::PageNotFeed`], [`Problem::NotAFeed`], [`Problem::Contained`].
pub fn parse(bytes: &[u8], origin: &Origin) -> Result<(ParsedFeed, Vec<Complaint>), Problem> {
    let host = || origin.url.as_ref().map_or_else(|| "The document".to_owned(), |it| it.host().to_owned());
    let mut complaints = Vec::new();
    let text = decode::decode(bytes, origin.content_type.as_deref(), &mut complaints);
    let text = text.trim_start_matches(|it: char| it.is_whitespace() || matches!(it, '\u{feff}' | '\0'));
    if text.trim().is_empty() {
        return Err(Problem::Empty { host: host() });
    }
    let base = origin.url.as_ref().map(CleanUrl::as_url);
    let raw = if text.starts_with(['{', '[']) {
        json::read(text, &mut complaints)
    } else {
        xml::read(text, base, &mut complaints)
    };
    match raw {
        Ok(raw) => {
            let feed = settle::settle(raw, origin.url.as_ref(), &mut complaints);
            Ok((feed, complaints))
        }
        Err(Problem::NotAFeed { .. }) if discover::looks_like_a_page(text.as_bytes()) => {
            Err(Problem::PageNotFeed { host: host() })
        }
        Err(problem) => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn origin() -> Origin {
        Origin { url: CleanUrl::parse("https://kabar.example/dunia/feed.xml").ok(), content_type: None }
    }

    fn read(document: &str) -> (ParsedFeed, Vec<String>) {
        let (feed, complaints) = parse(document.as_bytes(), &origin()).unwrap();
        (feed, complaints.into_iter().map(|it| it.0.to_string()).collect())
    }

    fn rss(inside: &str) -> (ParsedFeed, Vec<String>) {
        read(&format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Kabar</title>{inside}</channel></rss>"
        ))
    }

    fn titles(feed: &ParsedFeed) -> Vec<&str> {
        feed.articles.iter().map(|it| it.title.as_str()).collect()
    }

    fn all_keys(feed: &ParsedFeed) -> Vec<Keys> {
        feed.articles.iter().map(|it| it.keys.clone()).collect()
    }

    #[test]
    fn an_article_of_rss_has_all_that_the_feed_says() {
        let (feed, complaints) = rss("<link>/dunia</link><language>id</language><ttl>90</ttl>\
             <item xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:content='http://purl.org/rss/1.0/modules/content/'>\
             <title>Telepon</title><link>/dunia/1</link><guid isPermaLink='false'>k-1</guid>\
             <pubDate>Mon, 30 Jan 2023 09:15:00 WIB</pubDate><dc:creator>Ani</dc:creator><category>Asia</category>\
             <comments>/dunia/1#c</comments><description>Short.</description>\
             <content:encoded><![CDATA[<p>Long &amp; full.</p>]]></content:encoded>\
             <enclosure url='/a.mp3' type='audio/mpeg' length='12'/></item>");
        assert!(complaints.is_empty(), "{complaints:?}");
        assert_eq!(feed.site.unwrap().as_str(), "https://kabar.example/dunia");
        assert_eq!((feed.language.as_deref(), feed.cadence.ttl_minutes), (Some("id"), Some(90)));
        let article = &feed.articles[0];
        assert_eq!(article.url.as_ref().unwrap().as_str(), "https://kabar.example/dunia/1");
        assert_eq!(article.published.unwrap().rfc3339(), "2023-01-30T02:15:00Z");
        assert_eq!(article.updated, None);
        assert_eq!((article.authors[0].as_str(), article.topics[0].as_str()), ("Ani", "Asia"));
        assert_eq!(article.comments.as_ref().unwrap().as_str(), "https://kabar.example/dunia/1#c");
        assert_eq!((article.body.0.as_str(), article.summary.0.as_str()), ("<p>Long &amp; full.</p>", "Short."));
        assert_eq!(article.enclosures[0].url, "https://kabar.example/a.mp3");
        assert_eq!((article.enclosures[0].media_type.as_str(), article.enclosures[0].bytes), ("audio/mpeg", Some(12)));
        assert_eq!(article.keys.0[1..], ["g:k-1", "l:kabar.example/dunia/1"]);
    }

    #[test]
    fn a_feed_says_how_often_it_wants_to_be_fetched_and_where_it_lives() {
        let (feed, complaints) = rss("<ttl>60</ttl><skipHours><hour>1</hour><hour>2</hour></skipHours>\
             <skipDays><day>Saturday</day></skipDays><sy:updatePeriod>hourly</sy:updatePeriod>\
             <sy:updateFrequency>4</sy:updateFrequency><atom:link rel='self' href='http://a.example/own'/>\
             <atom:link rel='hub' href='http://hub.example/'/><itunes:new-feed-url>http://b.example/</itunes:new-feed-url>\
             <item><title>x</title></item>");
        assert_eq!(feed.cadence.ttl_minutes, Some(60));
        assert_eq!((feed.cadence.skip_hours, feed.cadence.skip_days), (0b110, 0b10_0000));
        assert_eq!(feed.cadence.update_every_minutes, Some(15));
        assert_eq!(feed.self_url.unwrap().as_str(), "http://a.example/own");
        assert_eq!(feed.hubs[0].as_str(), "http://hub.example/");
        assert_eq!(feed.moved_to.unwrap().as_str(), "http://b.example/");
        assert!(complaints.is_empty(), "{complaints:?}");
    }

    #[test]
    fn atom_of_both_versions_is_read() {
        let (feed, _) = read(
            "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='ar' xml:base='http://a.example/x/'>\
             <title type='html'>A &amp;amp; B</title><link href='./'/><link rel='self' href='feed'/>\
             <entry><id>1</id><title>Vec&lt;T&gt;</title><link rel='enclosure' href='e.mp3'/><link href='one'/>\
             <updated>2024-01-01T10:00:00Z</updated><author><name>Ann</name><email>ann@a.example</email></author>\
             <content type='xhtml' xml:base='deep/'><div xmlns='http://www.w3.org/1999/xhtml'><p>Hi <b>you</b></p></div></content>\
             </entry></feed>",
        );
        assert_eq!((feed.format, feed.language.as_deref()), (Format::Atom, Some("ar")));
        assert_eq!(feed.title.as_str(), "A & B");
        let article = &feed.articles[0];
        assert_eq!(article.title.as_str(), "Vec<T>");
        assert_eq!(article.url.as_ref().unwrap().as_str(), "http://a.example/x/one");
        assert_eq!(article.enclosures[0].url, "http://a.example/x/e.mp3");
        assert_eq!(article.base.as_ref().unwrap().as_str(), "http://a.example/x/deep/");
        assert_eq!(article.body.0, "<p>Hi <b>you</b></p>");
        assert_eq!(article.authors[0].as_str(), "Ann");
        let (old, _) = read(
            "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title>Old</title><tagline>Then</tagline>\
             <entry><id>1</id><title>One</title><issued>2004-01-01T00:00:00Z</issued>\
             <content type='text/html' mode='escaped'>&lt;p&gt;x&lt;/p&gt;</content></entry></feed>",
        );
        assert_eq!((old.title.as_str(), old.description.as_str()), ("Old", "Then"));
        assert_eq!(old.articles[0].body.0, "<p>x</p>");
        assert!(old.articles[0].published.is_some());
    }

    #[test]
    fn rss_of_every_age_is_read() {
        for (open, close, format) in [
            ("<rss><channel>", "</channel></rss>", Format::Rss2),
            ("<rss version='2'><channel>", "</channel></rss>", Format::Rss2),
            ("<rss version='0.91'><channel>", "</channel></rss>", Format::Rss0),
            ("<rss version='0.93'><channel>", "</channel></rss>", Format::Rss0),
            ("<rss version='2.0'>", "</rss>", Format::Rss2),
            (
                "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel/>",
                "</rdf:RDF>",
                Format::Rss1,
            ),
        ] {
            let (feed, _) = read(&format!("{open}<item><title>x</title></item>{close}"));
            assert_eq!((feed.format, titles(&feed)), (format, vec!["x"]), "{open}");
        }
    }

    #[test]
    fn wide_and_old_encodings_come_through_the_whole_way() {
        let text = "<?xml version='1.0' encoding='UTF-16'?><rss version='2.0'><channel><item><title>Kopi – 日本</title></item></channel></rss>";
        // feed-rs 3.0 panics on this one by itself.
        let big_endian: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect();
        let little_endian: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [big_endian, little_endian] {
            assert_eq!(titles(&parse(&bytes, &origin()).unwrap().0), ["Kopi – 日本"]);
        }
        let latin = b"<rss version='2.0'><channel><item><title>caf\xe9</title></item></channel></rss>";
        let by_header = Origin { content_type: Some("text/xml; charset=iso-8859-1".into()), ..origin() };
        assert_eq!(titles(&parse(latin, &by_header).unwrap().0), ["café"]);
        let damaged = b"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><item><title>caf\xe9</title></item></channel></rss>";
        assert_eq!(titles(&parse(damaged, &origin()).unwrap().0), ["caf\u{fffd}"]);
    }

    #[test]
    fn what_stands_before_the_feed_is_passed_over() {
        for junk in [
            "\u{feff}",
            "\n\n  ",
            "<br />\n<b>Warning</b>: mysql_connect() in <b>/x.php</b><br />\n",
            "ok\n",
            "<!-- x -->",
        ] {
            let document = format!(
                "{junk}<?xml version='1.0'?><rss version='2.0'><channel><item><title>x</title></item></channel></rss>"
            );
            assert_eq!(titles(&read(&document).0), ["x"], "{junk}");
        }
    }

    /// feed-rs drops such titles without a word, and refuses the whole feed for the ampersand.
    #[test]
    fn stray_ampersands_and_undeclared_names_do_not_cost_a_title() {
        let (feed, complaints) =
            rss("<item><title>AT&T &nbsp;&copy; &bogus; R&amp;D</title><link>http://a.example/?x=1&y=2</link></item>");
        assert_eq!(titles(&feed), ["AT&T © &bogus; R&D"]);
        assert_eq!(feed.articles[0].url.as_ref().unwrap().as_str(), "http://a.example/?x=1&y=2");
        assert_eq!(complaints.len(), 1, "{complaints:?}");
    }

    #[test]
    fn markup_that_nobody_escaped_is_still_the_text() {
        let (feed, _) = rss(
            "<item><title>A <i>b</i></title><description><p>One<br>two & three</p><img src='x'></description></item><item><title>next</title></item>",
        );
        assert_eq!(titles(&feed), ["A b", "next"]);
        assert_eq!(feed.articles[0].body.0, "<p>One<br>two &amp; three</p><img src='x'>");
    }

    #[test]
    fn elements_that_end_in_the_wrong_order_cost_no_article() {
        let (feed, _) = rss("<item><title>a<link>x</title><item><title>b</b></title></channel><item><title>c</item>");
        assert_eq!(feed.articles.len(), 3);
        assert_eq!(titles(&feed)[1..], ["b", "c"]);
    }

    #[test]
    fn a_document_cut_off_keeps_its_whole_articles_and_says_so() {
        let whole: String = (0..3).map(|it| format!("<item><title>{it}</title><guid>g{it}</guid></item>")).collect();
        let document = format!(
            "<rss version='2.0'><channel><title>K</title>{whole}<item><title>half</title><guid>g3</guid><description>abc"
        );
        for cut in [document.len(), document.len() - 12, document.len() - 40] {
            let (feed, complaints) = read(&document[..cut]);
            assert_eq!(titles(&feed), ["0", "1", "2"]);
            assert!(feed.incomplete);
            assert!(complaints.iter().any(|it| it.contains("incomplete")));
        }
        let (feed, _) = rss(&whole);
        assert!(!feed.incomplete);
    }

    #[test]
    fn ten_articles_with_one_guid_are_ten() {
        let items: String =
            (0..10).map(|it| format!("<item><title>{it}</title><guid>same</guid><link>/{it}</link></item>")).collect();
        let (feed, _) = rss(&items);
        assert_eq!(all_keys(&feed).into_iter().collect::<HashSet<_>>().len(), 10);
    }

    #[test]
    fn articles_without_guid_and_link_are_the_same_at_every_parse() {
        let item = |text: &str| format!("<item><description>{text}</description></item>");
        let (once, _) = rss(&(item("a") + &item("b")));
        let (again, _) = rss(&(item("new") + &item("a") + &item("b")));
        assert_eq!(all_keys(&once), all_keys(&again)[1..]);
    }

    #[test]
    fn the_feeds_own_page_identifies_no_article() {
        let (feed, _) = rss(
            "<link>https://kabar.example/</link><item><title>a</title><link>http://www.kabar.example</link></item>",
        );
        assert!(feed.articles[0].keys.0[0].starts_with("h:"));
    }

    #[test]
    fn a_permanent_guid_is_the_link_where_there_is_none() {
        let (feed, _) = rss(
            "<item><guid>http://a.example/1</guid></item><item><guid isPermaLink='false'>http://a.example/2</guid></item>",
        );
        assert_eq!(feed.articles[0].url.as_ref().unwrap().as_str(), "http://a.example/1");
        assert_eq!(feed.articles[1].url, None);
    }

    #[test]
    fn only_web_addresses_get_in() {
        let (feed, complaints) =
            rss("<item><title>x</title><link>javascript:alert(1)</link><comments>data:text/html,x</comments>\
             <enclosure url='file:///etc/passwd' type='audio/mpeg'/><enclosure url='//cdn.example/a.mp3'/></item>\
             <item><link>../../x</link></item><item><link>?</link></item>");
        assert_eq!((&feed.articles[0].url, &feed.articles[0].comments), (&None, &None));
        assert_eq!(feed.articles[0].enclosures.len(), 1);
        assert_eq!(feed.articles[0].enclosures[0].url, "https://cdn.example/a.mp3");
        assert_eq!(feed.articles[1].url.as_ref().unwrap().as_str(), "https://kabar.example/x");
        assert!(complaints.iter().any(|it| it.contains("javascript:") && it.contains("file:")), "{complaints:?}");
    }

    #[test]
    fn escape_bytes_stay_outside() {
        let (feed, _) = rss(
            "<item><title>a&#27;[2J&#x9b;b\u{1b}]0;x\u{7}</title><author>&#27;c\u{9b}d</author><guid>&#27;g</guid>\
             <description>&lt;p&gt;\u{1b}[31m&#27;x&#7;</description><category>\u{85}&#133;k</category></item>",
        );
        let article = &feed.articles[0];
        assert_eq!(article.title.as_str(), "a[2J›b]0;x");
        let texts = format!("{} {} {} {}", article.authors[0], article.topics[0], article.body.0, article.more.guid);
        assert!(!texts.chars().any(char::is_control), "{texts:?}");
    }

    #[test]
    fn escape_bytes_in_json_stay_outside_too() {
        let (feed, _) = read(
            "{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"a\\u001b[2J\", \"items\": [{\"id\": \"\\u0000\\u009b\",\
             \"title\": \"\\u009bx\", \"content_html\": \"<p>\\u001b]52;c;x\\u0007\", \"tags\": [\"\\u007f\"]}]}",
        );
        let article = &feed.articles[0];
        let texts = format!("{}{}{}{}{:?}", feed.title, article.title, article.body.0, article.more.guid, article.keys);
        assert!(!texts.chars().any(char::is_control), "{texts:?}");
        assert!(article.topics.is_empty());
    }

    /// feed-rs 3.0 cuts such a line inside a letter and panics.
    #[test]
    fn an_author_of_name_and_address_may_be_written_in_any_script() {
        let (feed, _) = rss(
            "<item><author>Zoë “é”ann@a.example日本</author></item><item><author>ann@a.example (Ann)</author></item>",
        );
        assert!(feed.articles[0].authors[0].as_str().contains("Zoë"));
        assert_eq!(feed.articles[1].authors[0].as_str(), "Ann");
        assert_eq!(feed.articles[1].more.people[0].email.as_str(), "ann@a.example");
    }

    #[test]
    fn a_json_feed_is_read_with_its_oddities() {
        let (feed, _) = read(
            "\u{feff}{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"J\", \"home_page_url\": \"/\",\
             \"items\": [{\"id\": 17, \"url\": \"a\", \"title\": \"<b> & c\", \"content_text\": \"x < y\\n\\nz\",\
             \"attachments\": [{\"url\": \"a.mp3\", \"mime_type\": \"audio/mpeg\"}]}, 3, {\"id\": \"17\", \"url\": \"b\"}]}",
        );
        assert_eq!(feed.format, Format::JsonFeed);
        assert_eq!(titles(&feed), ["<b> & c", ""]);
        assert_eq!(feed.articles[0].body.0, "<p>x &lt; y</p>\n<p>z</p>");
        assert_eq!(feed.articles[0].url.as_ref().unwrap().as_str(), "https://kabar.example/dunia/a");
        assert_eq!(feed.articles[0].enclosures.len(), 1);
    }

    #[test]
    fn what_is_no_feed_is_named_in_words() {
        let problem = |bytes: &[u8]| parse(bytes, &origin()).unwrap_err();
        assert!(matches!(problem(b""), Problem::Empty { .. }));
        assert!(matches!(problem(b" \n\xef\xbb\xbf"), Problem::Empty { .. }));
        assert!(matches!(problem(b"<!DOCTYPE html><html><title>Log in</title></html>"), Problem::PageNotFeed { .. }));
        assert!(matches!(problem(b"<note><to>you</to></note>"), Problem::NotAFeed { .. }));
        assert!(matches!(problem(b"%PDF-1.7 \x00\x01"), Problem::NotAFeed { .. }));
        assert!(matches!(problem(&[0xff; 100]), Problem::NotAFeed { .. }));
    }

    #[test]
    fn a_feed_without_articles_is_a_feed() {
        let (feed, complaints) = rss("");
        assert_eq!((feed.articles.len(), feed.incomplete, complaints.len()), (0, false, 0));
    }

    #[test]
    fn a_hundred_thousand_articles_are_two_thousand_and_a_complaint() {
        let items = "<item><title>x</title></item>".repeat(100_000);
        let (feed, complaints) = rss(&items);
        assert_eq!(feed.articles.len(), ARTICLES_MAX);
        assert!(complaints.contains(&"98,000 older articles skipped.".to_owned()), "{complaints:?}");
    }

    #[test]
    fn what_is_too_long_or_too_many_is_cut() {
        let long = "x".repeat(3 * 1_048_576);
        let many: String = (0..10_000)
            .map(|it| format!("<category>c{it}</category><enclosure url='http://a.example/{it}'/><link>http://a.example/{it}</link>"))
            .collect();
        let (feed, _) = rss(&format!(
            "<item><title>{long}</title><author>{long}</author><guid>{long}</guid><category>{long}</category>\
             <description>{long}</description></item><item>{many}</item>"
        ));
        let article = &feed.articles[0];
        assert_eq!(article.title.as_str().chars().count(), 1_000);
        assert!(article.title.as_str().ends_with('…'));
        assert_eq!(article.authors[0].as_str().chars().count(), 200);
        assert_eq!(article.topics[0].as_str().chars().count(), 100);
        assert_eq!(article.body.0.len(), ARTICLE_HTML_BYTES_MAX);
        assert!(article.more.guid.as_str().chars().count() <= GUID_CHARS_MAX && article.keys.0[0].len() < 100);
        let full = &feed.articles[1];
        assert_eq!((full.topics.len(), full.enclosures.len(), full.more.links.len()), (50, 50, 50));
    }

    #[test]
    fn nothing_is_expanded_and_nothing_is_fetched() {
        let (feed, _) = read(
            "<!DOCTYPE rss [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'><!ENTITY x SYSTEM 'file:///etc/passwd'>]>\
             <rss version='2.0'><channel><item><title>&b;&x;</title></item></channel></rss>",
        );
        assert_eq!(titles(&feed), ["&b;&x;"]);
    }

    #[test]
    fn deep_documents_are_read_on_a_small_stack() {
        let deep =
            |name: &str| format!("{}x{}", format!("<{name}>").repeat(100_000), format!("</{name}>").repeat(100_000));
        for inside in [
            format!("<description>{}</description>", deep("div")),
            deep("x:y"),
            deep("media:group"),
            "<a>".repeat(100_000),
        ] {
            let document = format!(
                "<rss version='2.0'><channel><item><title>a</title>{inside}</item><item><title>b</title></item></channel></rss>"
            );
            let read = std::thread::Builder::new()
                .stack_size(2 * 1024 * 1024)
                .spawn(move || parse(document.as_bytes(), &Origin::default()).map(|it| it.0.articles.len()))
                .unwrap()
                .join()
                .unwrap();
            assert_eq!(read, Ok(2));
        }
    }

    #[test]
    fn a_heap_of_attributes_does_no_harm() {
        let attributes: String = (0..200_000).map(|it| format!(" a{it}='1' xmlns:n{it}='u'")).collect();
        let (feed, _) = rss(&format!("<item><title{attributes}>x</title></item>"));
        assert_eq!(titles(&feed), ["x"]);
    }

    #[test]
    fn odd_dates_leave_the_article_undated() {
        let (feed, complaints) = rss("<item><title>x</title><pubDate>31 Feb 2024</pubDate></item>");
        assert_eq!(feed.articles[0].published, None);
        assert_eq!(complaints.len(), 1);
    }
}

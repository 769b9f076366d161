//! The edition's feeds as documents: RSS 2.0, RSS 1.0 (RDF), Atom (RFC 4287) and JSON Feed 1.1.
//!
//! Every text is escaped where it is put in; addresses begin with the server's own.

use std::fmt::Write as _;

use super::edition::{Article, Carries, Feed, Format};
use super::server::SOUND_BYTES;
use crate::news::{Timestamp, Zone};

/// A feed's document with its content type.
pub(super) fn feed(feed: &Feed, base: &str) -> (String, &'static str) {
    match feed.format {
        Format::Rss => (rss(feed, base), "application/rss+xml; charset=utf-8"),
        Format::Rdf => (rdf(feed, base), "application/rdf+xml; charset=utf-8"),
        Format::Atom => (atom(feed, base), "application/atom+xml; charset=utf-8"),
        Format::Json => (json(feed, base), "application/feed+json; charset=utf-8"),
    }
}

/// Where a feed's document lies.
pub(super) fn feed_path(feed: &Feed) -> String {
    let file = match feed.format {
        Format::Rss => "rss.xml",
        Format::Rdf => "index.rdf",
        Format::Atom => "atom.xml",
        Format::Json => "feed.json",
    };
    format!("/{}/{file}", feed.name)
}

/// The text of an article with its picture, as feeds and pages carry it.
pub(super) fn article_html(feed: &Feed, article: &Article, base: &str) -> String {
    let mut html = String::new();
    if let Some(picture) = &article.picture {
        let _ = writeln!(
            html,
            "<figure><img src=\"{base}/{}/{}.svg\" alt=\"{}\" width=\"640\" height=\"360\"><figcaption>{} \
             <span class=\"credit\">{}</span></figcaption></figure>",
            feed.name,
            article.name,
            escaped(&picture.alt),
            escaped(&picture.caption),
            escaped(&picture.credit)
        );
    }
    html.push_str(&with_addresses(&article.body, base));
    html
}

/// The date as HTTP and RSS write it (RFC 9110, section 5.6.7; RFC 822 as RSS 2.0 asks).
pub(super) fn http_date(moment: Timestamp) -> String {
    Zone::utc().format(moment, "%a, %d %b %Y %H:%M:%S GMT")
}

pub(super) fn newest(feed: &Feed) -> Timestamp {
    feed.articles.iter().map(|it| it.at).max().unwrap_or_default()
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Puts the addresses of other articles in.
fn with_addresses(body: &str, base: &str) -> String {
    body.replace("{{", &format!("{base}/")).replace("}}", "")
}

fn opening(article: &Article) -> &str {
    let end = article.body.find("</p>").map_or(article.body.len(), |it| it + "</p>".len());
    &article.body[..end]
}

/// What the feed carries of an article.
fn carried(feed: &Feed, article: &Article, base: &str) -> String {
    match feed.carries {
        Carries::Whole => article_html(feed, article, base),
        Carries::Opening => with_addresses(opening(article), base),
    }
}

fn sound_url(feed: &Feed, article: &Article, base: &str) -> String {
    format!("{base}/{}/{}.wav", feed.name, article.name)
}

fn rss(feed: &Feed, base: &str) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
         <channel>\n<title>{}</title>\n<link>{base}/{}/</link>\n<description>{}</description>\n<language>{}</language>\n\
         <lastBuildDate>{}</lastBuildDate>\n<ttl>60</ttl>\n",
        escaped(&feed.title),
        feed.name,
        escaped(&feed.about),
        feed.language,
        http_date(newest(feed))
    );
    for article in &feed.articles {
        let _ = write!(
            out,
            "<item>\n<title>{}</title>\n<link>{base}/{}/{}</link>\n<guid isPermaLink=\"false\">{}:{}</guid>\n\
             <pubDate>{}</pubDate>\n<dc:creator>{}</dc:creator>\n<description>{}</description>\n",
            escaped(&article.title),
            feed.name,
            article.name,
            feed.name,
            article.name,
            http_date(article.at),
            escaped(&article.author),
            escaped(&with_addresses(opening(article), base))
        );
        if feed.carries == Carries::Whole {
            let _ = writeln!(
                out,
                "<content:encoded><![CDATA[{}]]></content:encoded>",
                article_html(feed, article, base).replace("]]>", "]]&gt;")
            );
        }
        for topic in &article.topics {
            let _ = writeln!(out, "<category>{}</category>", escaped(topic));
        }
        if article.sound {
            let url = sound_url(feed, article, base);
            let _ = writeln!(out, "<enclosure url=\"{url}\" length=\"{SOUND_BYTES}\" type=\"audio/wav\"/>");
        }
        out.push_str("</item>\n");
    }
    out.push_str("</channel>\n</rss>\n");
    out
}

fn rdf(feed: &Feed, base: &str) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rdf:RDF xmlns=\"http://purl.org/rss/1.0/\" \
         xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n<channel rdf:about=\"{base}{}\">\n\
         <title>{}</title>\n<link>{base}/{}/</link>\n<description>{}</description>\n<dc:language>{}</dc:language>\n\
         <items><rdf:Seq>\n",
        feed_path(feed),
        escaped(&feed.title),
        feed.name,
        escaped(&feed.about),
        feed.language
    );
    for article in &feed.articles {
        let _ = writeln!(out, "<rdf:li rdf:resource=\"{base}/{}/{}\"/>", feed.name, article.name);
    }
    out.push_str("</rdf:Seq></items>\n</channel>\n");
    for article in &feed.articles {
        let _ = write!(
            out,
            "<item rdf:about=\"{base}/{0}/{1}\">\n<title>{2}</title>\n<link>{base}/{0}/{1}</link>\n<dc:date>{3}</dc:date>\n\
             <dc:creator>{4}</dc:creator>\n<description>{5}</description>\n<content:encoded>{6}</content:encoded>\n",
            feed.name,
            article.name,
            escaped(&article.title),
            article.at.rfc3339(),
            escaped(&article.author),
            escaped(&with_addresses(opening(article), base)),
            escaped(&carried(feed, article, base))
        );
        for topic in &article.topics {
            let _ = writeln!(out, "<dc:subject>{}</dc:subject>", escaped(topic));
        }
        out.push_str("</item>\n");
    }
    out.push_str("</rdf:RDF>\n");
    out
}

fn atom(feed: &Feed, base: &str) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <id>urn:dateline:demo:{}</id>\n<title>{}</title>\n<subtitle>{}</subtitle>\n<updated>{}</updated>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{base}/{}/\"/>\n<link rel=\"self\" href=\"{base}{}\"/>\n",
        feed.language,
        feed.name,
        escaped(&feed.title),
        escaped(&feed.about),
        newest(feed).rfc3339(),
        feed.name,
        feed_path(feed)
    );
    for article in &feed.articles {
        let _ = write!(
            out,
            "<entry xml:lang=\"{0}\">\n<id>urn:dateline:demo:{1}:{2}</id>\n<title>{3}</title>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{base}/{1}/{2}\"/>\n<published>{4}</published>\n\
             <updated>{4}</updated>\n<author><name>{5}</name></author>\n<content type=\"html\">{6}</content>\n",
            article.language,
            feed.name,
            article.name,
            escaped(&article.title),
            article.at.rfc3339(),
            escaped(&article.author),
            escaped(&carried(feed, article, base))
        );
        for topic in &article.topics {
            let _ = writeln!(out, "<category term=\"{}\"/>", escaped(topic));
        }
        if article.sound {
            let url = sound_url(feed, article, base);
            let _ =
                writeln!(out, "<link rel=\"enclosure\" type=\"audio/wav\" length=\"{SOUND_BYTES}\" href=\"{url}\"/>");
        }
        out.push_str("</entry>\n");
    }
    out.push_str("</feed>\n");
    out
}

fn json(feed: &Feed, base: &str) -> String {
    let items: Vec<serde_json::Value> = feed
        .articles
        .iter()
        .map(|article| {
            let mut item = serde_json::json!({
                "id": format!("{}:{}", feed.name, article.name),
                "url": format!("{base}/{}/{}", feed.name, article.name),
                "title": article.title,
                "language": article.language,
                "content_html": carried(feed, article, base),
                "date_published": article.at.rfc3339(),
                "authors": [{ "name": article.author }],
                "tags": article.topics,
            });
            if article.sound {
                item["attachments"] = serde_json::json!([{
                    "url": sound_url(feed, article, base),
                    "mime_type": "audio/wav",
                    "size_in_bytes": SOUND_BYTES,
                }]);
            }
            item
        })
        .collect();
    let document = serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.about,
        "language": feed.language,
        "home_page_url": format!("{base}/{}/", feed.name),
        "feed_url": format!("{base}{}", feed_path(feed)),
        "items": items,
    });
    format!("{document:#}\n")
}

#[cfg(test)]
mod tests {
    use super::super::edition;
    use super::*;

    #[test]
    fn every_document_is_well_formed_and_dated() {
        let now = Timestamp::parse_rfc3339("2024-05-01T08:00:00Z").unwrap();
        for it in edition::feeds(now).iter().filter(|it| !it.fails) {
            let (document, _) = feed(it, "http://127.0.0.1:1");
            let parsed = feed_rs::parser::parse(document.as_bytes()).unwrap_or_else(|why| panic!("{}: {why}", it.name));
            assert_eq!(parsed.entries.len(), it.articles.len(), "{}", it.name);
            assert_eq!(parsed.title.map(|it| it.content).as_deref(), Some(it.title.as_str()));
            for article in &parsed.entries {
                let published = article.published.or(article.updated).map(|it| it.timestamp());
                assert!(published.is_some_and(|it| it < now.seconds()), "{}: {article:?}", it.name);
                assert!(article.title.is_some() && !article.links.is_empty() && !article.authors.is_empty());
                let text = article.content.as_ref().and_then(|it| it.body.clone());
                let text = text.or(article.summary.as_ref().map(|it| it.content.clone())).unwrap_or_default();
                assert!(text.contains("<p>") && !text.contains("{{"), "{}: {text}", it.name);
            }
        }
    }

    #[test]
    fn the_edition_is_the_same_for_the_same_moment() {
        let now = Timestamp::parse_rfc3339("2024-05-01T08:00:00Z").unwrap();
        let all = |now| edition::feeds(now).iter().map(|it| feed(it, "").0).collect::<String>();
        assert_eq!(all(now), all(now));
        assert_ne!(all(now), all(now.plus(60)));
    }

    #[test]
    fn all_formats_and_both_kinds_are_there() {
        let feeds = edition::feeds(Timestamp::default());
        for format in [Format::Rss, Format::Rdf, Format::Atom, Format::Json] {
            assert!(feeds.iter().any(|it| it.format == format), "{format:?}");
        }
        assert!(feeds.iter().any(|it| it.carries == Carries::Opening));
        assert_eq!(feeds.iter().filter(|it| it.fails).count(), 1);
    }
}

//! Texts as zstd frames, and the earlier texts of an article in one frame beside the present one.
//! Never holds more than one article's texts.

use std::cell::RefCell;

use rusqlite::{Connection, OptionalExtension};
use zstd::zstd_safe::CParameter;

use super::refusal::Refusal;
use crate::feed::ParsedFeed;
use crate::news::Html;

/// For what comes while somebody waits, beside a dictionary.
const LEVEL: i32 = 3;
/// Without a dictionary level 3 takes twice the time for one part in a hundred, and what is so pressed is pressed anew.
const LEVEL_WITHOUT_DICTIONARY: i32 = 1;
/// Of the table in which matches are looked up, and of the shortest that counts (see [`without_dictionary`]).
const HASH_LOG: u32 = 13;
const MATCH_BYTES_MIN: u32 = 6;
/// Room for a frame that is kept from one text to the next.
const FRAME_BYTES_KEPT: usize = 256 * 1_024;
/// For what is pressed once and then kept for years, while nobody waits. By itself the level would take 20 MB of memory
/// beside a dictionary of this size; with these tables it takes four, for one part in a hundred more bytes.
const LEVEL_AT_LEISURE: i32 = 17;
const HASH_LOG_AT_LEISURE: u32 = 17;
const CHAIN_LOG_AT_LEISURE: u32 = 19;
/// Half a megabyte: a dictionary and an article.
const WINDOW_LOG_AT_LEISURE: u32 = 19;
/// No stored text is larger: bodies are cut at the parser's door, pages at the fetcher's.
const TEXT_BYTES_MAX: usize = 24 * 1_048_576;
/// Of a dictionary. On articles of real feeds 256 KiB press a tenth smaller than the 112 KiB that zstd proposes; twice as
/// many another thirtieth, and every thread that reads texts has a copy.
const DICTIONARY_BYTES: usize = 256 * 1_024;
const REVISIONS_MAX: usize = 10;
const REVISIONS_BYTES_MAX: usize = 4 * 1_048_576;

/// An earlier text of an article.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Revision {
    /// When it was replaced, in seconds.
    pub until: i64,
    pub title: String,
    pub html: String,
}

/// Compresses texts one after the other, with the library's newest dictionary where there is one.
pub struct Press {
    compressor: zstd::bulk::Compressor<'static>,
    /// Where a frame grows; what is kept is cut to its length.
    frame: Vec<u8>,
    /// While texts are being pressed anew.
    at_leisure: Option<zstd::bulk::Compressor<'static>>,
    /// 0 for none.
    number: i64,
    /// Texts that have too little in common for a dictionary are not looked at again and again.
    has_tried: bool,
}

impl Press {
    pub fn new(connection: &Connection) -> Result<Press, Refusal> {
        let compressor = without_dictionary().map_err(|it| failed(&it))?;
        let mut press = Press { compressor, frame: Vec::new(), at_leisure: None, number: 0, has_tried: false };
        press.take_newest(connection)?;
        Ok(press)
    }

    pub fn pressed(&mut self, text: &str) -> Result<Vec<u8>, Refusal> {
        self.frame.clear();
        self.frame.reserve(zstd::zstd_safe::compress_bound(text.len()));
        self.compressor.compress_to_buffer(text.as_bytes(), &mut self.frame).map_err(|it| failed(&it))?;
        let frame = self.frame.as_slice().to_vec();
        if self.frame.capacity() > FRAME_BYTES_KEPT {
            self.frame = Vec::new();
        }
        Ok(frame)
    }

    /// As small as is worth the work for what is done once, beside the newest dictionary. [`Press::rest`] lets go of what
    /// that takes.
    pub fn pressed_at_leisure(&mut self, connection: &Connection, text: &str) -> Result<Vec<u8>, Refusal> {
        if self.at_leisure.is_none()
            && let Some((_, bytes)) = newest_dictionary(connection)?
        {
            self.at_leisure = Some(compressor_at_leisure(&bytes).map_err(|it| failed(&it))?);
        }
        self.at_leisure.as_mut().unwrap_or(&mut self.compressor).compress(text.as_bytes()).map_err(|it| failed(&it))
    }

    pub fn rest(&mut self) {
        self.at_leisure = None;
    }

    /// The number of the dictionary that its frames need.
    pub fn number(&self) -> i64 {
        self.number
    }

    pub fn has_dictionary(&self) -> bool {
        self.number != 0
    }

    /// Whether a dictionary may be tried: once for each time that the library is opened.
    pub fn may_learn(&mut self) -> bool {
        !std::mem::replace(&mut self.has_tried, true)
    }

    /// Goes over to the dictionary that was made last. Returns whether there is one.
    pub fn take_newest(&mut self, connection: &Connection) -> Result<bool, Refusal> {
        let Some((number, bytes)) = newest_dictionary(connection)? else { return Ok(false) };
        if number != self.number {
            self.compressor = zstd::bulk::Compressor::with_dictionary(LEVEL, &bytes).map_err(|it| failed(&it))?;
            self.number = number;
            self.at_leisure = None;
        }
        Ok(true)
    }
}

/// Level 1 for texts of a few kilobytes: a table that stays near the processor, and only matches worth their place.
/// Three parts in a hundred larger for a tenth less work than the level by itself.
fn without_dictionary() -> std::io::Result<zstd::bulk::Compressor<'static>> {
    let mut compressor = zstd::bulk::Compressor::new(LEVEL_WITHOUT_DICTIONARY)?;
    compressor.set_parameter(CParameter::HashLog(HASH_LOG))?;
    compressor.set_parameter(CParameter::MinMatch(MATCH_BYTES_MIN))?;
    Ok(compressor)
}

/// What presses texts while nobody waits.
pub fn compressor_at_leisure(dictionary: &[u8]) -> std::io::Result<zstd::bulk::Compressor<'static>> {
    let mut compressor = zstd::bulk::Compressor::with_dictionary(LEVEL_AT_LEISURE, dictionary)?;
    for parameter in [
        CParameter::HashLog(HASH_LOG_AT_LEISURE),
        CParameter::ChainLog(CHAIN_LOG_AT_LEISURE),
        CParameter::WindowLog(WINDOW_LOG_AT_LEISURE),
        // The row says which dictionary it is.
        CParameter::DictIdFlag(false),
    ] {
        compressor.set_parameter(parameter)?;
    }
    Ok(compressor)
}

fn newest_dictionary(connection: &Connection) -> Result<Option<(i64, Vec<u8>)>, Refusal> {
    let newest = connection
        .prepare_cached("SELECT number, bytes FROM dictionary LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(newest)
}

/// The bodies and summaries of a document's articles, pressed by whoever read it, so that the one thread that writes
/// need not.
#[derive(Clone, Debug)]
pub struct Pressed {
    /// The number of the dictionary that the frames need; 0 for none.
    pub dictionary: i64,
    /// By the article's place in its document.
    pub frames: Vec<Frames>,
}

/// An article's body and, where it has one, its summary.
#[derive(Clone, Debug)]
pub struct Frames {
    pub html: Vec<u8>,
    pub summary: Option<Vec<u8>>,
}

impl Pressed {
    /// Presses every article of a document; worth it where most of them are new. The texts themselves are let go: they
    /// would wait for the thread that writes in twice the room.
    pub fn all(parsed: &mut ParsedFeed, press: &mut Press) -> Result<Pressed, Refusal> {
        let frames = parsed.articles.iter().map(|it| Frames::of(&it.body.0, &it.summary.0, press));
        let frames = frames.collect::<Result<_, _>>()?;
        for article in &mut parsed.articles {
            article.body = Html::default();
            article.summary = Html::default();
        }
        Ok(Pressed { frames, dictionary: press.number })
    }

    /// The texts of the article of this place, body and summary.
    pub fn texts(&self, connection: &Connection, place: usize) -> Result<(String, String), Refusal> {
        let Frames { html, summary } = &self.frames[place];
        let unpressed = |frame: &Vec<u8>| unpressed(connection, self.dictionary, frame);
        Ok((unpressed(html)?, summary.as_ref().map_or(Ok(String::new()), unpressed)?))
    }
}

impl Frames {
    pub fn of(html: &str, summary: &str, press: &mut Press) -> Result<Frames, Refusal> {
        let html = press.pressed(html)?;
        let summary = if summary.is_empty() { None } else { Some(press.pressed(summary)?) };
        Ok(Frames { html, summary })
    }
}

/// The text of a frame, and the dictionary it needs, 0 for none.
pub fn unpressed(connection: &Connection, dictionary: i64, frame: &[u8]) -> Result<String, Refusal> {
    let bytes = if dictionary == 0 {
        unpressed_bytes(frame, TEXT_BYTES_MAX)?
    } else {
        with_dictionary(connection, dictionary, |it| it.decompress(frame, TEXT_BYTES_MAX))?
    };
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The same where no statement can be run: the dictionary must be [at hand](have_at_hand) on this thread.
pub fn unpressed_at_hand(dictionary: i64, frame: &[u8]) -> Result<String, Refusal> {
    let bytes = if dictionary == 0 {
        unpressed_bytes(frame, TEXT_BYTES_MAX)?
    } else {
        LAST_USED.with_borrow_mut(|last| match last {
            Some((number, decompressor)) if *number == dictionary => {
                decompressor.decompress(frame, TEXT_BYTES_MAX).map_err(|it| failed(&it))
            }
            Some(_) | None => Err(Refusal::damaged("a dictionary of its texts is missing")),
        })?
    };
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Has this thread know the library's dictionary.
pub fn have_at_hand(connection: &Connection) -> Result<(), Refusal> {
    let number: Option<i64> = connection
        .prepare_cached("SELECT number FROM dictionary LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    number.map_or(Ok(()), |number| with_dictionary(connection, number, |_| Ok(())))
}

/// A dictionary of these texts; `None` where they have too little in common.
pub fn trained(texts: &[Vec<u8>]) -> Option<Vec<u8>> {
    zstd::dict::from_samples(texts, DICTIONARY_BYTES).ok()
}

/// A dictionary's number is made of its bytes, so that it is another one in another library.
pub fn dictionary_number(dictionary: &[u8]) -> i64 {
    let hash = blake3::hash(dictionary);
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_bytes()[..8]);
    // Never negative, and never 0, which stands for none.
    (i64::from_le_bytes(first) & i64::MAX).max(1)
}

thread_local! {
    /// The dictionary that this thread used last. Its number tells it from those of other libraries.
    static LAST_USED: RefCell<Option<(i64, zstd::bulk::Decompressor<'static>)>> = const { RefCell::new(None) };
}

thread_local! {
    /// What reads texts without a dictionary: making one anew for each text takes as long as reading it.
    static PLAIN: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

fn with_dictionary<T>(
    connection: &Connection,
    number: i64,
    work: impl FnOnce(&mut zstd::bulk::Decompressor<'static>) -> std::io::Result<T>,
) -> Result<T, Refusal> {
    LAST_USED.with_borrow_mut(|last| {
        if last.as_ref().is_none_or(|it| it.0 != number) {
            let bytes: Option<Vec<u8>> = connection
                .prepare_cached("SELECT bytes FROM dictionary WHERE number = ?1")?
                .query_row([number], |row| row.get(0))
                .optional()?;
            let Some(bytes) = bytes else { return Err(Refusal::damaged("a dictionary of its texts is missing")) };
            let made = zstd::bulk::Decompressor::with_dictionary(&bytes).map_err(|it| failed(&it))?;
            *last = Some((number, made));
        }
        match last {
            Some((_, decompressor)) => work(decompressor).map_err(|it| failed(&it)),
            None => Err(Refusal::damaged("a dictionary of its texts is missing")),
        }
    })
}

pub fn pressed_bytes(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    zstd::bulk::compress(bytes, LEVEL).map_err(|it| failed(&it))
}

pub fn unpressed_bytes(frame: &[u8], bytes_max: usize) -> Result<Vec<u8>, Refusal> {
    PLAIN.with_borrow_mut(|plain| {
        if plain.is_none() {
            *plain = Some(zstd::bulk::Decompressor::new().map_err(|it| failed(&it))?);
        }
        match plain {
            Some(plain) => plain.decompress(frame, bytes_max).map_err(|it| failed(&it)),
            None => Err(Refusal::damaged("no text can be read")),
        }
    })
}

/// The revisions in a frame that was made when `present` was the present text. Oldest first.
pub fn revisions(frame: &[u8], present: &str) -> Result<Vec<Revision>, Refusal> {
    let mut press = zstd::bulk::Decompressor::with_dictionary(present.as_bytes()).map_err(|it| failed(&it))?;
    let bytes = press.decompress(frame, TEXT_BYTES_MAX).map_err(|it| failed(&it))?;
    serde_json::from_slice(&bytes).map_err(|it| Refusal::Damaged { detail: it.to_string() })
}

/// The frame for these revisions beside `present`. With the present text as its dictionary, an earlier text costs
/// little more than what differs. The oldest are left out where there are too many.
pub fn pressed_revisions(revisions: &[Revision], present: &str) -> Result<Vec<u8>, Refusal> {
    let mut kept = 0;
    let mut bytes = 0;
    for revision in revisions.iter().rev().take(REVISIONS_MAX) {
        bytes += revision.html.len() + revision.title.len();
        if kept > 0 && bytes > REVISIONS_BYTES_MAX {
            break;
        }
        kept += 1;
    }
    let kept = &revisions[revisions.len() - kept..];
    let json = serde_json::to_vec(kept).map_err(|it| Refusal::Sqlite { detail: it.to_string() })?;
    let mut press = zstd::bulk::Compressor::with_dictionary(LEVEL, present.as_bytes()).map_err(|it| failed(&it))?;
    press.compress(&json).map_err(|it| failed(&it))
}

/// The letters of an HTML text without its tags and spacing: what tells whether a reader sees another text. Only for
/// comparing two versions; never shown.
pub fn letters(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut in_tag = false;
    for it in html.chars() {
        match it {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ if in_tag || it.is_whitespace() => {}
            _ => out.push(it),
        }
    }
    out
}

fn failed(error: &std::io::Error) -> Refusal {
    Refusal::Damaged { detail: format!("a stored text can't be read: {error}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(views: usize) -> String {
        let words: Vec<String> = (0..700).map(|it| format!("kata{}", it * 7_919 % 1_000)).collect();
        format!("<p>{}</p><p>Dibaca {views} kali</p>", words.join(" "))
    }

    #[test]
    fn earlier_texts_cost_little_beside_the_present_one() {
        let revisions: Vec<Revision> =
            (0..30).map(|it| Revision { until: it, title: "T".into(), html: article(it as usize) }).collect();
        let present = article(999);
        let frame = pressed_revisions(&revisions, &present).unwrap();
        let whole = pressed_bytes(present.as_bytes()).unwrap();
        assert!(frame.len() < whole.len() / 2, "{} beside {}", frame.len(), whole.len());
        assert_eq!(super::revisions(&frame, &present).unwrap(), revisions[20..]);
    }

    #[test]
    fn another_picture_address_is_not_another_text() {
        assert_eq!(letters("<p>a <img src='x?1'>b</p>"), letters("<p>a\n<img src='x?2'> b</p>"));
        assert_ne!(letters("<p>12 dead</p>"), letters("<p>14 dead</p>"));
    }
}

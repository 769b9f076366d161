//! Texts as zstd frames, and the earlier texts of an article in one frame beside the present one.
//! Never holds more than one article's texts.

use super::refusal::Refusal;

const LEVEL: i32 = 3;
/// No stored text is larger: bodies are cut at the parser's door, pages at the fetcher's.
const TEXT_BYTES_MAX: usize = 24 * 1_048_576;
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

/// Compresses texts one after the other.
pub struct Press(zstd::bulk::Compressor<'static>);

impl Press {
    pub fn new() -> Result<Press, Refusal> {
        zstd::bulk::Compressor::new(LEVEL).map(Press).map_err(|it| failed(&it))
    }

    pub fn pressed(&mut self, text: &str) -> Result<Vec<u8>, Refusal> {
        self.0.compress(text.as_bytes()).map_err(|it| failed(&it))
    }
}

/// The text of a frame without a dictionary.
pub fn unpressed(frame: &[u8]) -> Result<String, Refusal> {
    let bytes = zstd::bulk::decompress(frame, TEXT_BYTES_MAX).map_err(|it| failed(&it))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

pub fn pressed_bytes(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    zstd::bulk::compress(bytes, LEVEL).map_err(|it| failed(&it))
}

pub fn unpressed_bytes(frame: &[u8], bytes_max: usize) -> Result<Vec<u8>, Refusal> {
    zstd::bulk::decompress(frame, bytes_max).map_err(|it| failed(&it))
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
        let whole = Press::new().unwrap().pressed(&present).unwrap();
        assert!(frame.len() < whole.len() / 2, "{} beside {}", frame.len(), whole.len());
        assert_eq!(super::revisions(&frame, &present).unwrap(), revisions[20..]);
    }

    #[test]
    fn another_picture_address_is_not_another_text() {
        assert_eq!(letters("<p>a <img src='x?1'>b</p>"), letters("<p>a\n<img src='x?2'> b</p>"));
        assert_ne!(letters("<p>12 dead</p>"), letters("<p>14 dead</p>"));
    }
}

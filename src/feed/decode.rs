//! Bytes of a feed → text: byte order mark, HTTP's charset, the document's own declaration, UTF-8 where it fits,
//! a guess. Never fails, copies nothing that is UTF-8: what is no text of its encoding becomes U+FFFD and a complaint.

use std::borrow::Cow;

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use crate::html;
use crate::news::Complaint;

/// How far into a document its declaration is looked for.
const PROLOG_BYTES: usize = 512;

/// Decodes a feed. `content_type` is the header as it came.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, complaints: &mut Vec<Complaint>) -> Cow<'a, str> {
    if let Some(text) = marked_or_wide(bytes) {
        return text;
    }
    let from_http = content_type.and_then(html::charset_of);
    let from_prolog = prolog_label(bytes).and_then(|it| Encoding::for_label(it.as_bytes()));
    if bytes.is_ascii() {
        // Japanese mail encoding is written with ASCII bytes only; nothing else that is still used is.
        let declared = from_http.into_iter().chain(from_prolog).find(|it| *it == ISO_2022_JP);
        return match declared {
            Some(encoding) => encoding.decode_without_bom_handling(bytes).0,
            None => String::from_utf8_lossy(bytes),
        };
    }
    // Says the same as the standard library, many bytes at a time.
    if let Some(text) = UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
        let declared = from_http.or(from_prolog);
        if let Some(other) = declared.filter(|it| *it != UTF_8) {
            complain(complaints, &format!("It calls itself {} but is UTF-8; read as UTF-8.", other.name()));
        }
        return text;
    }
    for encoding in [from_http, from_prolog].into_iter().flatten() {
        if encoding == UTF_8 {
            if html::mostly_utf8(bytes) {
                complain(complaints, "Some bytes are no text in UTF-8 and are shown as \u{fffd}.");
                return String::from_utf8_lossy(bytes);
            }
            continue;
        }
        // Bytes in which a declaration can be read are not UTF-16.
        if encoding == UTF_16LE || encoding == UTF_16BE {
            continue;
        }
        let (text, malformed) = encoding.decode_without_bom_handling(bytes);
        if !malformed {
            return text;
        }
    }
    let guessed = html::guess(bytes);
    let (text, malformed) = guessed.decode_without_bom_handling(bytes);
    complain(complaints, &format!("Its encoding is not what it says; read as {}.", guessed.name()));
    if malformed {
        complain(complaints, &format!("Some bytes are no text in {} and are shown as \u{fffd}.", guessed.name()));
    }
    text
}

fn complain(complaints: &mut Vec<Complaint>, text: &str) {
    complaints.push(Complaint::new(text));
}

/// Documents that begin with a byte order mark, or whose first `<` shows how wide their characters are.
fn marked_or_wide(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let wide = |encoding: &'static Encoding, from: usize| Some(encoding.decode_without_bom_handling(&bytes[from..]).0);
    match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => Some(Cow::Owned(utf_32(rest, u32::from_le_bytes))),
        [0, 0, 0xfe, 0xff, rest @ ..] => Some(Cow::Owned(utf_32(rest, u32::from_be_bytes))),
        [b'<', 0, 0, 0, ..] => Some(Cow::Owned(utf_32(bytes, u32::from_le_bytes))),
        [0, 0, 0, b'<', ..] => Some(Cow::Owned(utf_32(bytes, u32::from_be_bytes))),
        [0xef, 0xbb, 0xbf, rest @ ..] => Some(String::from_utf8_lossy(rest)),
        [0xff, 0xfe, ..] => wide(UTF_16LE, 2),
        [0xfe, 0xff, ..] => wide(UTF_16BE, 2),
        [b'<' | b'{', 0, ..] => wide(UTF_16LE, 0),
        [0, b'<' | b'{', ..] => wide(UTF_16BE, 0),
        _ => None,
    }
}

/// `encoding_rs` has no UTF-32, as browsers have none; feeds in it exist.
fn utf_32(bytes: &[u8], read: fn([u8; 4]) -> u32) -> String {
    bytes
        .chunks_exact(4)
        .map(|it| char::from_u32(read([it[0], it[1], it[2], it[3]])).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The value of `encoding` in `<?xml … ?>`.
fn prolog_label(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(PROLOG_BYTES)]);
    let prolog = &head[head.find("<?xml")?..];
    let prolog = &prolog[..prolog.find("?>")?];
    let value = prolog[prolog.find("encoding")? + "encoding".len()..].trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], content_type: Option<&str>) -> String {
        decode(bytes, content_type, &mut Vec::new()).into_owned()
    }

    fn wide(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn marks_win_over_every_label() {
        let text = "<rss>Привет</rss>";
        let utf_16_le = wide(&format!("\u{feff}{text}"), u16::to_le_bytes);
        let utf_16_be = wide(&format!("\u{feff}{text}"), u16::to_be_bytes);
        let utf_32_be: Vec<u8> = format!("\u{feff}{text}").chars().flat_map(|it| (it as u32).to_be_bytes()).collect();
        let utf_8 = format!("\u{feff}{text}").into_bytes();
        for bytes in [utf_16_le, utf_16_be, utf_32_be, utf_8] {
            assert_eq!(read(&bytes, Some("text/xml; charset=koi8-r")), text);
        }
    }

    #[test]
    fn wide_characters_are_seen_without_a_mark() {
        let text = "<rss>日本</rss>";
        assert_eq!(read(&wide(text, u16::to_le_bytes), None), text);
        assert_eq!(read(&wide(text, u16::to_be_bytes), None), text);
    }

    #[test]
    fn the_header_wins_over_the_declaration() {
        let bytes = b"<?xml version='1.0' encoding='iso-8859-1'?><rss>\xcf\xd2\xc9</rss>";
        assert!(read(bytes, Some("application/xml; charset=\"koi8-r\"")).contains("ори"));
        assert!(read(bytes, Some("application/xml")).contains("ÏÒÉ"));
    }

    #[test]
    fn declarations_are_believed() {
        for (label, bytes, text) in [
            ("windows-1252", &b"\x93caf\xe9\x94"[..], "“café”"),
            ("Shift_JIS", b"\x93\xfa\x96\x7b", "日本"),
            ("gb2312", b"\xd6\xd0\xb9\xfa", "中国"),
            ("euc-kr", b"\xc7\xd1\xb1\xdb", "한글"),
            ("iso-2022-jp", b"\x1b$BF|K\\\x1b(B", "日本"),
        ] {
            let mut document = format!("<?xml version=\"1.0\" encoding=\"{label}\"?><rss>").into_bytes();
            document.extend_from_slice(bytes);
            assert!(read(&document, None).contains(text), "{label}");
        }
    }

    #[test]
    fn sound_utf_8_wins_over_a_wrong_declaration() {
        let text = "<?xml version='1.0' encoding='ISO-8859-1'?><rss>é über</rss>";
        let mut complaints = Vec::new();
        assert_eq!(decode(text.as_bytes(), None, &mut complaints), text);
        assert_eq!(complaints.len(), 1);
    }

    #[test]
    fn one_damaged_byte_does_not_change_the_encoding() {
        let text = read(b"<?xml version='1.0' encoding='utf-8'?><rss>caf\xe9 \xc3\xa9</rss>", None);
        assert!(text.contains("caf\u{fffd} é"), "{text}");
    }

    #[test]
    fn undeclared_western_bytes_are_guessed() {
        let bytes = b"<rss>Stra\xdfe \xfcber Br\xfccken, sch\xf6n f\xfcr alle, gr\xfc\xdfe</rss>";
        assert!(read(bytes, None).contains("Straße über Brücken, schön"));
    }
}

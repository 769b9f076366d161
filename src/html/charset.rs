//! Bytes of a web page → text: byte order mark, HTTP's charset, the page's `meta`, UTF-8 where it fits, a guess.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How far into a page its `meta charset` is looked for (HTML, “prescan a byte stream to determine its encoding”).
const PRESCAN_BYTES: usize = 1024;

/// Decodes a page. `content_type` is the header as it came. What is no text of its encoding becomes U+FFFD.
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> String {
    if let Some((encoding, mark_bytes)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark_bytes..]).0.into_owned();
    }
    let declared = content_type.and_then(charset_of).or_else(|| charset_of_meta(bytes));
    if let Some(encoding) = declared {
        let (text, malformed) = encoding.decode_without_bom_handling(bytes);
        // A page that is UTF-8 throughout is UTF-8, whatever an old template of the site claims.
        let wrong = encoding != UTF_8 && !bytes.is_ascii() && encoding.is_ascii_compatible() && is_utf8(bytes);
        if !malformed && !wrong {
            return text.into_owned();
        }
        if encoding == UTF_8 && mostly_utf8(bytes) {
            return text.into_owned();
        }
    }
    guess(bytes).decode_without_bom_handling(bytes).0.into_owned()
}

/// The encoding that a Content-Type header names.
pub fn charset_of(content_type: &str) -> Option<&'static Encoding> {
    Encoding::for_label(charset_value(content_type)?.as_bytes())
}

/// The encoding that these bytes look most like.
pub fn guess(bytes: &[u8]) -> &'static Encoding {
    if is_utf8(bytes) {
        return UTF_8;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

/// Whether most of what is not ASCII is sound UTF-8: a byte damaged on the way, not another encoding.
pub fn mostly_utf8(bytes: &[u8]) -> bool {
    let mut sound = 0_usize;
    let mut broken = 0_usize;
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|it| !it.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    broken <= 1 || sound >= broken
}

fn is_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
}

/// The value of `charset=` in a header or a meta's content.
fn charset_value(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = lower[from..].find("charset").map(|it| it + from) {
        from = at + "charset".len();
        if let Some(value) = text[from..].trim_start().strip_prefix('=') {
            let value = value.trim_start();
            let (value, end): (&str, &[char]) = match value.chars().next() {
                Some('"') => (&value[1..], &['"']),
                Some('\'') => (&value[1..], &['\'']),
                Some(_) | None => (value, &[' ', ';', '\t', ',', '"', '\'', '>', '/']),
            };
            return value.split(end).next().map(str::trim).filter(|it| !it.is_empty());
        }
    }
    None
}

fn charset_of_meta(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(PRESCAN_BYTES)]).to_ascii_lowercase();
    let mut rest = head.as_str();
    while let Some(at) = rest.find("<meta") {
        rest = &rest[at + "<meta".len()..];
        let tag = &rest[..rest.find('>').unwrap_or(rest.len())];
        if let Some(encoding) = charset_value(tag).and_then(|it| Encoding::for_label(it.as_bytes())) {
            // Bytes in which `<meta` could be read are not UTF-16 (HTML, step “if charset is UTF-16BE/LE”).
            let impossible = encoding == UTF_16LE || encoding == UTF_16BE;
            let encoding = if impossible { UTF_8 } else { encoding };
            let user_defined = encoding.name() == "x-user-defined";
            return Some(if user_defined { WINDOWS_1252 } else { encoding });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_in_its_own_encoding() {
        assert_eq!(decode(b"\xef\xbb\xbfcaf\xc3\xa9", Some("text/html; charset=latin1")), "café");
        assert_eq!(decode(b"caf\xe9", Some("text/html; charset=\"ISO-8859-1\"")), "café");
        assert_eq!(decode(b"<meta charset=windows-1251>\xcc\xe8\xf0", None), "<meta charset=windows-1251>Мир");
        assert_eq!(
            decode(b"<meta http-equiv=x content='text/html; charset=Shift_JIS'>\x93\xfa", Some("text/html")),
            "<meta http-equiv=x content='text/html; charset=Shift_JIS'>日"
        );
        assert_eq!(decode("Straße über Brücken".as_bytes(), None), "Straße über Brücken");
        assert_eq!(decode(b"\xff\xfeh\0i\0", None), "hi");
    }

    #[test]
    fn sound_utf_8_wins_over_a_wrong_label() {
        assert_eq!(decode("é über ñ".as_bytes(), Some("text/html; charset=iso-8859-1")), "é über ñ");
        assert_eq!(decode(b"caf\xc3\xa9 \xe9 \xc3\xa8", Some("text/html; charset=utf-8")), "café \u{fffd} è");
    }
}

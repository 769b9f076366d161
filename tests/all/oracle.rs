//! Whether bytes that reached a terminal are only such as our own screen sends: the whitelist that every session's
//! whole output is held against.
//!
//! It knows nothing of what is drawn. What it does not know, it refuses, however harmless.

/// What a session may send beyond text and drawing.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    /// Texts that a copy command put on the clipboard, by OSC 52.
    pub copies: Vec<String>,
    /// A progress bar climbs back over its own lines (CUU).
    pub progress: bool,
    /// The program was killed or hung up: the last sequence may be torn.
    pub torn: bool,
}

/// Whatever in `bytes` drives the terminal in a way that we never do; each with its place.
///
/// Allowed are printable UTF-8, CR, LF, and of ECMA-48 and xterm's control sequences: SGR, CUP, CHA, ED (but not 3, which
/// takes a person's scrollback away), EL, cursor shown, hidden and shaped, the alternate screen, synchronized update,
/// bracketed paste, and the mouse with its buttons (1002, 1006) but not its every movement (1003),
/// and who orders right-to-left text (8); the question for the background (OSC 11).
pub fn leaks(bytes: &[u8], allowed: &Allowed) -> Vec<String> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() && out.len() < LEAKS_MAX {
        let rest = &bytes[at..];
        let length = if rest[0] == ESCAPE { own_sequence(rest, allowed) } else { own_text(rest) };
        match length {
            Some(length) => at += length,
            None if allowed.torn && is_torn(rest) => break,
            None => {
                out.push(format!("byte {at}: {}", shown(rest)));
                at += 1;
            }
        }
    }
    out
}

/// More would say nothing new.
const LEAKS_MAX: usize = 20;
const SEQUENCE_BYTES_MAX: usize = 64;
const ESCAPE: u8 = 0x1b;
/// The terminal is asked for its background, and nothing else of it.
const BACKGROUND_ASKED: &[u8] = b"\x1b]11;?\x1b\\";
/// The kitty keyboard protocol, switched on and off where it is spoken.
const KEYBOARD_TAKEN: &[u8] = b"\x1b[>1u";
const KEYBOARD_GIVEN_BACK: &[u8] = b"\x1b[<1u";

/// The length of one character that may stand, if one stands here.
fn own_text(bytes: &[u8]) -> Option<usize> {
    let window = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(window) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&window[..error.valid_up_to()]).ok()?,
    };
    let it = valid.chars().next()?;
    let may_stand = matches!(it, '\r' | '\n') || !it.is_control();
    may_stand.then_some(it.len_utf8())
}

/// The length of one of our own sequences, if one stands here.
fn own_sequence(bytes: &[u8], allowed: &Allowed) -> Option<usize> {
    if bytes.starts_with(b"\x1b]52;") {
        return own_copy(bytes, allowed);
    }
    if let Some(own) = [BACKGROUND_ASKED, KEYBOARD_TAKEN, KEYBOARD_GIVEN_BACK].iter().find(|it| bytes.starts_with(it)) {
        return Some(own.len());
    }
    let body = bytes.strip_prefix(b"\x1b[")?;
    let body = &body[..body.len().min(SEQUENCE_BYTES_MAX)];
    let end = body.iter().position(|it| (0x40..=0x7e).contains(it))?;
    let (parameters, last) = (std::str::from_utf8(&body[..end]).ok()?, body[end]);
    let numbers = |signs: &[char]| parameters.chars().all(|it| it.is_ascii_digit() || signs.contains(&it));
    let known = match last {
        b'm' => numbers(&[';', ':']),
        b'H' => numbers(&[';']) && parameters.matches(';').count() <= 1,
        b'J' => ["", "0", "1", "2"].contains(&parameters),
        b'K' => ["", "0", "1", "2"].contains(&parameters),
        b'h' | b'l' => ["?25", "?1049", "?2026", "?2004", "?1002", "?1006", "8"].contains(&parameters),
        b'G' => numbers(&[]),
        b'q' => ["0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "6 "].contains(&parameters),
        b'A' => allowed.progress && numbers(&[]),
        _ => false,
    };
    known.then_some("\x1b[".len() + end + 1)
}

/// OSC 52 to the clipboard, only with a text that a person copied.
fn own_copy(bytes: &[u8], allowed: &Allowed) -> Option<usize> {
    allowed.copies.iter().find_map(|text| {
        let whole = format!("\x1b]52;c;{}\x1b\\", base64(text.as_bytes()));
        bytes.starts_with(whole.as_bytes()).then_some(whole.len())
    })
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let byte = |index: usize| u32::from(three.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * index)) as usize & 63];
            out.push(if index <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

/// Whether these last bytes are the beginning of a sequence of ours, or of a character.
fn is_torn(bytes: &[u8]) -> bool {
    match bytes.strip_prefix(b"\x1b") {
        Some([]) => true,
        Some([b'[', parameters @ ..]) => parameters.iter().all(|it| (0x20..=0x3f).contains(it)),
        Some(_) => false,
        None => std::str::from_utf8(bytes).is_err_and(|it| it.valid_up_to() == 0 && it.error_len().is_none()),
    }
}

fn shown(bytes: &[u8]) -> String {
    let start = &bytes[..bytes.len().min(24)];
    start.escape_ascii().to_string()
}

#[test]
fn what_our_screen_sends_passes() {
    let good = "\x1b[?1049h\x1b[?2004h\x1b[?1002h\x1b[?1006h\x1b[?25l\x1b[2J\x1b[1;1H\x1b[38;5;6;48;2;1;2;3mDateline\x1b[0m\x1b[58:5:3m\x1b[K\r\n\
        北京 👩‍👩‍👧 é\x1b[?2026h\x1b[12;40H\x1b[J\x1b[?2026l\x1b[2 q\x1b[?25h\x1b[?1006l\x1b[?1002l\x1b[?2004l\x1b[?1049l";
    assert!(leaks(good.as_bytes(), &Allowed::default()).is_empty());
}

#[test]
fn what_a_feed_might_send_is_seen() {
    let bad: [&[u8]; 27] = [
        b"\x1b]52;c;ZXZpbA==\x07",
        b"\x1b]52;c;ZXZpbA==\x1b\\",
        b"\x1b]0;title\x07",
        b"\x1b]2;title\x1b\\",
        b"\x1b]8;;http://x/\x1b\\",
        b"\x1bc",
        b"\x1b[3J",
        b"\x1b[6n",
        b"\x1b[?1000h",
        b"\x1b[?1003h",
        b"\x1b[?1004h",
        b"\x1b[?7l",
        b"\x1b[1A",
        b"\x1b[8;1;1t",
        b"\x1b[1;2;3H",
        b"\x1bPq\x1b\\",
        b"\x1b_x\x1b\\",
        b"\x1b\x1b[0m",
        b"\x1b",
        b"\x1b[",
        b"\x07",
        b"\x08",
        b"\x09",
        b"\x00",
        b"\x7f",
        b"\xc2\x9b2J",
        b"\x9b2J",
    ];
    for bytes in bad {
        let text = [b"before ", bytes, b" after"].concat();
        assert!(!leaks(&text, &Allowed::default()).is_empty(), "{}", shown(bytes));
    }
    assert_eq!(leaks(b"ab\x07", &Allowed::default()), ["byte 2: \\x07"]);
}

#[test]
fn a_copy_passes_only_with_the_text_that_was_copied() {
    let bytes = b"\x1b]52;c;aHR0cDovL3gv\x1b\\";
    let copies = |text: &str| Allowed { copies: vec![text.to_owned()], ..Allowed::default() };
    assert!(leaks(bytes, &copies("http://x/")).is_empty());
    assert!(!leaks(bytes, &copies("http://y/")).is_empty());
    assert_eq!(["", "f", "fo", "foo"].map(|it| base64(it.as_bytes())), ["", "Zg==", "Zm8=", "Zm9v"]);
}

#[test]
fn a_torn_end_passes_only_where_a_program_was_killed() {
    let torn = Allowed { torn: true, ..Allowed::default() };
    for end in [&b"\x1b[38;5"[..], b"\x1b", b"\xe5\x8c"] {
        let bytes = [b"text", end].concat();
        assert!(leaks(&bytes, &torn).is_empty());
        assert!(!leaks(&bytes, &Allowed::default()).is_empty());
    }
    for end in [&b"\x1b]0;x\x07"[..], b"\x1b]0;x", b"\x07", b"\x1b[6n", b"\x9b"] {
        assert!(!leaks(&[b"text", end].concat(), &torn).is_empty(), "{}", shown(end));
    }
}

#[test]
fn only_a_progress_bar_climbs() {
    let progress = Allowed { progress: true, ..Allowed::default() };
    assert!(leaks(b"\r\x1b[2K\x1b[1A", &progress).is_empty());
}

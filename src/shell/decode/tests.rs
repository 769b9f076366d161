//! The decoder by tables of bytes, and by bytes that nobody chose.

use proptest::prelude::*;

use super::*;
use crate::app::MouseKind;

/// What is heard of these bytes, without a silence.
fn heard(bytes: &[u8]) -> Vec<Heard> {
    let (mut decoder, mut heard) = (Decoder::default(), Vec::new());
    decoder.take(bytes, &mut heard);
    heard
}

/// Lets silence go by until it means nothing any more.
fn rest(decoder: &mut Decoder, heard: &mut Vec<Heard>) {
    while decoder.wait().is_some() {
        decoder.rested(heard);
    }
}

/// What is heard of bytes with a long silence behind each part.
fn in_parts(parts: &[&[u8]]) -> String {
    let (mut decoder, mut heard) = (Decoder::default(), Vec::new());
    for part in parts {
        decoder.take(part, &mut heard);
        rest(&mut decoder, &mut heard);
    }
    told(&heard)
}

/// In words: keys by name, the rest in parentheses.
fn told(heard: &[Heard]) -> String {
    let words = heard.iter().map(|it| match it {
        Heard::Key(key) => key.to_string(),
        Heard::Mouse(Mouse { kind, column, line }) => format!("({kind:?} {column} {line})"),
        Heard::Paste(text) => format!("({text:?})"),
        Heard::FocusIn => "(in)".to_owned(),
        Heard::FocusOut => "(out)".to_owned(),
        Heard::Background(Rgb(red, green, blue)) => format!("({red} {green} {blue})"),
        Heard::Answer => "(answer)".to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What crossterm 0.29 makes of these bytes, by its sources, and we have always taken as these keys.
const KEYS_AS_EVER: &[(&str, &str)] = &[
    ("j", "j"),
    ("J", "J"),
    (" ", "<space>"),
    ("é", "é"),
    ("日", "日"),
    ("🙂", "🙂"),
    ("\r", "<enter>"),
    ("\n", "C-j"),
    ("\t", "<tab>"),
    ("\x7f", "<backspace>"),
    ("\x08", "C-h"),
    ("\0", "C-<space>"),
    ("\x01", "C-a"),
    ("\x1a", "C-z"),
    ("\x1c", "C-4"),
    ("\x1f", "C-7"),
    // Alt.
    ("\x1bj", "A-j"),
    ("\x1bJ", "A-J"),
    ("\x1bé", "A-é"),
    ("\x1b1", "A-1"),
    ("\x1b.", "A-."),
    ("\x1b\r", "A-<enter>"),
    ("\x1b\x7f", "A-<backspace>"),
    ("\x1b\t", "A-<tab>"),
    ("\x1b\x01", "C-A-a"),
    // The cursor and its neighbours.
    ("\x1b[A", "<up>"),
    ("\x1b[B", "<down>"),
    ("\x1b[C", "<right>"),
    ("\x1b[D", "<left>"),
    ("\x1b[H", "<home>"),
    ("\x1b[F", "<end>"),
    ("\x1bOA", "<up>"),
    ("\x1bOB", "<down>"),
    ("\x1bOC", "<right>"),
    ("\x1bOD", "<left>"),
    ("\x1bOH", "<home>"),
    ("\x1bOF", "<end>"),
    ("\x1b[1;1A", "<up>"),
    ("\x1b[1;2A", "S-<up>"),
    ("\x1b[1;3A", "A-<up>"),
    ("\x1b[1;5A", "C-<up>"),
    ("\x1b[1;8D", "C-A-S-<left>"),
    ("\x1b[5A", "C-<up>"),
    ("\x1b[1;5H", "C-<home>"),
    ("\x1b[1;2F", "S-<end>"),
    ("\x1b[1~", "<home>"),
    ("\x1b[7~", "<home>"),
    ("\x1b[2~", "<insert>"),
    ("\x1b[3~", "<delete>"),
    ("\x1b[4~", "<end>"),
    ("\x1b[8~", "<end>"),
    ("\x1b[5~", "<page-up>"),
    ("\x1b[6~", "<page-down>"),
    ("\x1b[6;5~", "C-<page-down>"),
    ("\x1b[3;2~", "S-<delete>"),
    ("\x1b[Z", "S-<tab>"),
    // Function keys.
    ("\x1bOP", "<f1>"),
    ("\x1bOQ", "<f2>"),
    ("\x1bOR", "<f3>"),
    ("\x1bOS", "<f4>"),
    ("\x1b[P", "<f1>"),
    ("\x1b[Q", "<f2>"),
    ("\x1b[S", "<f4>"),
    ("\x1b[1;2P", "S-<f1>"),
    ("\x1b[1;5S", "C-<f4>"),
    ("\x1b[[A", "<f1>"),
    ("\x1b[[E", "<f5>"),
    ("\x1b[11~", "<f1>"),
    ("\x1b[15~", "<f5>"),
    ("\x1b[17~", "<f6>"),
    ("\x1b[21~", "<f10>"),
    ("\x1b[23~", "<f11>"),
    ("\x1b[24~", "<f12>"),
    ("\x1b[25~", "<f13>"),
    ("\x1b[26~", "<f14>"),
    ("\x1b[15;5~", "C-<f5>"),
    // kitty's keyboard protocol.
    ("\x1b[106u", "j"),
    ("\x1b[106;1u", "j"),
    ("\x1b[106;2u", "J"),
    ("\x1b[106;5u", "C-j"),
    ("\x1b[106;7u", "C-A-j"),
    ("\x1b[106;6u", "C-J"),
    ("\x1b[106:74;2u", "J"),
    ("\x1b[106:74;1u", "j"),
    ("\x1b[49:33;2u", "!"),
    ("\x1b[106;1:1u", "j"),
    ("\x1b[106;1:2u", "j"),
    ("\x1b[106;1:3u", ""),
    ("\x1b[106;129u", "j"),
    ("\x1b[106;65u", "j"),
    ("\x1b[27u", "<esc>"),
    ("\x1b[27;2u", "S-<esc>"),
    ("\x1b[13;2u", "S-<enter>"),
    ("\x1b[13;5u", "C-<enter>"),
    ("\x1b[9;2u", "S-<tab>"),
    ("\x1b[9;5u", "C-<tab>"),
    ("\x1b[127;5u", "C-<backspace>"),
    ("\x1b[32;2u", "<space>"),
    ("\x1b[1;5:3A", ""),
    ("\x1b[1;1:2B", "<down>"),
    ("\x1b[57399u", "0"),
    ("\x1b[57408u", "9"),
    ("\x1b[57410u", "/"),
    ("\x1b[57413u", "+"),
    ("\x1b[57414u", "<enter>"),
    ("\x1b[57417u", "<left>"),
    ("\x1b[57420;5u", "C-<down>"),
    ("\x1b[57426u", "<delete>"),
    ("\x1b[57376u", "<f13>"),
    ("\x1b[57398u", "<f35>"),
    ("\x1b[57358u", ""),
    ("\x1b[57427u", ""),
    ("\x1b[57430u", ""),
    ("\x1b[57441;2u", ""),
];

/// What crossterm does not know, or not rightly.
const KEYS_MORE: &[(&str, &str)] = &[
    // rxvt: Shift, Ctrl, both.
    ("\x1b[a", "S-<up>"),
    ("\x1b[d", "S-<left>"),
    ("\x1bOa", "C-<up>"),
    ("\x1b[5$", "S-<page-up>"),
    ("\x1b[5^", "C-<page-up>"),
    ("\x1b[7@", "C-S-<home>"),
    ("\x1b[5$j", "S-<page-up> j"),
    // The keypad in application mode.
    ("\x1bOM", "<enter>"),
    ("\x1bOj", "*"),
    ("\x1bOo", "/"),
    ("\x1bOp", "0"),
    ("\x1bOy", "9"),
    ("\x1bO5A", "C-<up>"),
    ("\x1b[28~", "<f15>"),
    ("\x1b[34~", "<f20>"),
    ("\x1b[1;5Z", "C-S-<tab>"),
    // xterm's modifyOtherKeys.
    ("\x1b[27;5;105~", "C-i"),
    ("\x1b[27;2;13~", "S-<enter>"),
    ("\x1b[27;5;9~", "C-<tab>"),
    ("\x1b[27;3;27~", "A-<esc>"),
    ("\x1b[27;5;127~", "C-<backspace>"),
    // Alt and a cursor key where Alt is an Esc in front: both are heard.
    ("\x1b\x1b[A", "<esc> <up>"),
];

#[test]
fn bytes_are_the_keys_that_they_always_were() {
    for (bytes, keys) in KEYS_AS_EVER.iter().chain(KEYS_MORE) {
        assert_eq!(told(&heard(bytes.as_bytes())), *keys, "{bytes:?}");
        assert_eq!(in_parts(&[bytes.as_bytes()]), *keys, "{bytes:?} and silence");
        // Behind it a key is a key.
        assert_eq!(told(&heard(format!("{bytes}q").as_bytes())), format!("{keys} q").trim(), "{bytes:?} and q");
    }
}

#[test]
fn every_key_of_a_keyboard_without_modifiers_is_itself() {
    for it in ' '..='~' {
        assert_eq!(heard(&[it as u8]), [Heard::Key(Key::char(it))]);
    }
}

#[test]
fn the_mouse_is_read_in_all_its_forms() {
    for (bytes, wanted) in [
        (&b"\x1b[<0;1;1M"[..], "(Press 0 0)"),
        (b"\x1b[<0;10;5m", "(Release 9 4)"),
        (b"\x1b[<32;300;200M", "(Drag 299 199)"),
        (b"\x1b[<64;2;3M", "(WheelUp 1 2)"),
        (b"\x1b[<65;2;3M", "(WheelDown 1 2)"),
        // With Shift, Alt or Ctrl held.
        (b"\x1b[<16;2;3M", "(Press 1 2)"),
        (b"\x1b[<81;2;3M", "(WheelDown 1 2)"),
        // xterm's first form, and rxvt's.
        (b"\x1b[M !!", "(Press 0 0)"),
        (b"\x1b[M#!\"", "(Release 0 1)"),
        (b"\x1b[M`\xff\xff", "(WheelUp 222 222)"),
        (b"\x1b[32;10;5M", "(Press 9 4)"),
        (b"\x1b[96;10;5M", "(WheelUp 9 4)"),
        // Other buttons, movement without a button, places that are none.
        (b"\x1b[<2;1;1M", ""),
        (b"\x1b[<2;1;1m", ""),
        (b"\x1b[<35;1;1M", ""),
        (b"\x1b[<66;1;1M", ""),
        (b"\x1b[<130;9999;9999M", ""),
        (b"\x1b[<300;1;1M", ""),
        (b"\x1b[<0;0;1M", ""),
        (b"\x1b[<0;99999;1M", ""),
        (b"\x1b[<0;1M", ""),
        (b"\x1b[<M", ""),
        (b"\x1b[M\x1f!!", "C-7 ! !"),
        (b"\x1b[M   ", ""),
    ] {
        assert_eq!(told(&heard(bytes)), wanted, "{bytes:?}");
    }
    assert_eq!(heard(b"\x1b[<0;3;4M")[0], Heard::Mouse(Mouse { kind: MouseKind::Press, column: 2, line: 3 }));
}

const ANSWERS: &[&str] = &[
    "\x1b[?62;c",
    "\x1b[?64;1;2;6;9;15;16;17;18;21;22;28;29c",
    "\x1b[?6c",
    "\x1b[>41;370;0c",
    "\x1b[=0c",
    "\x1b[24;80R",
    "\x1b[?24;80;1R",
    "\x1b[0n",
    "\x1b[?997;1n",
    "\x1b[8;24;80t",
    "\x1b[48;24;80;480;800t",
    "\x1b[?1u",
    "\x1b[?2026;2$y",
    "\x1b[20;2$y",
    "\x1b[>4;2m",
    "\x1b[?1;0;256S",
    "\x1b[2;1;1;112;112;1;0x",
    "\x1b[201~",
    "\x1bP>|xterm(370)\x1b\\",
    "\x1bP1$r0m\x1b\\",
    "\x1bP!|7E565445\x1b\\",
    "\x1bP1+r524742=38\x1b\\",
    "\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
    "\x1b]10;rgb:ffff/ffff/ffff\x07",
    "\x1b]11;#ffffff\x07",
    "\x1b]4;1;rgb:cdcd/0000/0000\x1b\\",
    "\x1b]52;c;UXFxc2Q6cXVpdAo=\x1b\\",
    "\x1b]lQuit: a title\x1b\\",
    "\x1b_Gi=31;OK\x1b\\",
    "\x1b^Q\x1b\\",
    "\x1bXQ\x1b\\",
];

#[test]
fn answers_are_no_keys_wherever_they_are_torn() {
    for answer in ANSWERS {
        let bytes = answer.as_bytes();
        let said = told(&heard(bytes)).replace("(answer)", "");
        assert_eq!(said.trim(), "", "{answer:?}");
        assert_eq!(told(&heard(&[bytes, b"q"].concat())).replace("(answer)", "").trim(), "q", "{answer:?}");
        // The beginnings alone are nothing either; what is left of one byte or two are a person's keys.
        for cut in 3..bytes.len() {
            assert_eq!(in_parts(&[&bytes[..cut], b"q"]).replace("(answer)", "").trim(), "q", "{:?}", &answer[..cut]);
        }
    }
}

#[test]
fn the_background_is_heard_in_whatever_way_it_ends() {
    for end in ["\x07", "\x1b\\"] {
        let said = format!("j\x1b]11;rgb:1e1e/1e1e/2e2e{end}k");
        assert_eq!(told(&heard(said.as_bytes())), "j (30 30 46) k");
    }
    assert_eq!(told(&heard(b"\x1b]11;rgba:ffff/0000/0000/8000\x07")), "(255 0 0)");
    // Not of another kind of string.
    assert_eq!(told(&heard(b"\x1bP11;rgb:1e1e/1e1e/2e2e\x07")), "(answer)");
    // Esc right behind it is not taken for the half of its end for ever.
    assert_eq!(in_parts(&[b"\x1b]11;rgb:0/0/0\x1b", b"\x1b"]), "(0 0 0) <esc>");
}

#[test]
fn focus_is_heard() {
    assert_eq!(told(&heard(b"\x1b[I\x1b[Oj")), "(in) (out) j");
}

#[test]
fn esc_is_a_key_as_soon_as_nothing_follows() {
    let (mut decoder, mut heard) = (Decoder::default(), Vec::new());
    let mut waited = Duration::ZERO;
    decoder.take(b"\x1b", &mut heard);
    while let Some(time) = decoder.wait() {
        waited += time;
        decoder.rested(&mut heard);
    }
    assert_eq!((told(&heard).as_str(), waited), ("<esc>", ESCAPE_BEGINS_WITHIN));
    // A letter a moment later is another key; the rest of a sequence is the rest of a sequence.
    for (behind, wanted) in [("j", "<esc> j"), ("[A", "<up>"), ("OP", "<f1>"), ("é", "<esc> é"), ("\x1b", "<esc>")] {
        let (mut decoder, mut heard) = (Decoder::default(), Vec::new());
        decoder.take(b"\x1b", &mut heard);
        decoder.rested(&mut heard);
        decoder.take(behind.as_bytes(), &mut heard);
        assert_eq!(told(&heard), wanted);
    }
    assert_eq!(in_parts(&[b"\x1b\x1b"]), "<esc> <esc>");
}

/// The keys that begin what a terminal says are keys by themselves.
#[test]
fn alt_and_a_letter_that_introduces_a_sequence_is_a_key() {
    for letter in "[O]P_^X".chars() {
        let bytes = format!("\x1b{letter}");
        let alone = if "[O".contains(letter) { String::new() } else { format!("A-{letter} ") };
        assert_eq!(in_parts(&[bytes.as_bytes(), b"j"]), format!("{alone}j"));
        let (mut decoder, mut heard) = (Decoder::default(), Vec::new());
        decoder.take(b"\x1b", &mut heard);
        decoder.rested(&mut heard);
        decoder.take(&bytes.as_bytes()[1..], &mut heard);
        rest(&mut decoder, &mut heard);
        assert_eq!(told(&heard), format!("<esc> {letter}"));
    }
}

#[test]
fn bytes_that_are_no_letters_are_nothing_and_take_no_key_along() {
    for bytes in [
        &b"\xff"[..],
        b"\xfe\xff\xff",
        b"\xc3",
        b"\x80\x81\x9b\x9d",
        b"\xf8\x88\x80\x80\x80",
        b"\xed\xa0\x80",
        b"\xc0\xaf",
        b"\xc2\x9b",
        b"\xe2\x82",
        b"\xf0\x9f\x99",
        b"\xf4\x90\x80\x80",
        b"\x1b\xff",
        b"\x1b\xe2\x82",
    ] {
        assert_eq!(told(&heard(&[bytes, b"j"].concat())), "j", "{bytes:?}");
        assert_eq!(in_parts(&[bytes, b"j"]), "j", "{bytes:?}");
    }
    assert_eq!(told(&heard(b"\xc3(\xe2\x82\xac")), "( €");
}

#[test]
fn what_cannot_be_part_of_a_sequence_ends_it_and_is_itself() {
    for begun in
        ["\x1b[1;5", "\x1b[<0;1", "\x1b[", "\x1bO", "\x1b[?6", "\x1b[[", "\x1b[M !", "\x1b]11;rgb:0", "\x1bP>|x"]
    {
        for (bytes, key) in [("\x03", "C-c"), ("\r", "<enter>"), ("\x1b[A", "<up>")] {
            let said = told(&heard(format!("{begun}{bytes}j").as_bytes())).replace("(answer) ", "");
            assert_eq!(said, format!("{key} j"), "{begun:?} {bytes:?}");
        }
    }
}

#[test]
fn a_hand_that_types_into_an_answer_without_an_end_is_heard_after_some_letters() {
    let (mut decoder, mut heard) = (Decoder::default(), Vec::new());
    decoder.take(b"\x1b]52;c;UXFx", &mut heard);
    for _ in 0..2 * ANSWER_SILENCES_MAX {
        decoder.rested(&mut heard);
        decoder.take(b"j", &mut heard);
    }
    assert_eq!(heard.len(), usize::from(ANSWER_SILENCES_MAX) + 1, "{}", told(&heard));
}

#[test]
fn a_paste_is_told_whole_whatever_is_in_it() {
    for text in ["", "tide", "Q:quit\r\n\x03\x1b[A", "\x1b[201", "\x1b\x1b[201", "\x1b[200~", "日本\u{fffd}"] {
        let bytes = format!("a\x1b[200~{text}\x1b[201~b");
        assert_eq!(told(&heard(bytes.as_bytes())), format!("a ({text:?}) b"));
    }
    assert_eq!(told(&heard(b"\x1b[200~a\xffb\x1b[201~")), "(\"a\u{fffd}b\")");
    // Right behind Esc, and behind half a sequence.
    assert_eq!(told(&heard(b"\x1b\x1b[200~Q\x1b[201~")), "<esc> (\"Q\")");
    assert_eq!(told(&heard(b"\x1b[1;\x1b[200~Q\x1b[201~j")), "(\"Q\") j");
}

#[test]
fn a_paste_that_stands_still_is_told_so_far_and_its_rest_is_no_keys() {
    assert_eq!(in_parts(&[b"\x1b[200~Qd", b"dQ:quit\r", b"dd\x1b[201~j"]), r#"("Qd") ("dQ:quit\r") ("dd") j"#);
    // Its end may be torn off, anywhere.
    for cut in 0..PASTE_ENDS.len() {
        let (first, second) = PASTE_ENDS.split_at(cut);
        assert_eq!(in_parts(&[&[b"\x1b[200~Q", first].concat(), second, b"j"]), "(\"Q\") j", "{cut}");
    }
    // A letter, too.
    assert_eq!(in_parts(&[b"\x1b[200~\xe6\x97", b"\xa5\xe6\x9c\xac\x1b[201~"]), r#"("日本")"#);
    assert_eq!(in_parts(&[b"\x1b[200~", b"Qs\x1b[201~"]), r#"("Qs")"#);
}

#[test]
fn a_paste_whose_end_is_lost_is_over_with_the_next_key() {
    for (key, name) in
        [("j", "j"), ("\x1b", "<esc>"), ("\x1b[A", "<up>"), ("\x03", "C-c"), ("é", "é"), ("\x1bj", "A-j")]
    {
        assert_eq!(in_parts(&[b"\x1b[200~Qdq", key.as_bytes(), b"qQ"]), format!("(\"Qdq\") {name} q Q"));
    }
    // More than a key is not a hand's.
    assert_eq!(
        in_parts(&[b"\x1b[200~Q", b"j\xff", b"\xffj", b"jj"]),
        "(\"Q\") (\"j\u{fffd}\") (\"\u{fffd}j\") (\"jj\")"
    );
    // The next paste is a paste, and what is neither typed nor pasted is what it is.
    assert_eq!(in_parts(&[b"\x1b[200~Q", b"\x1b[200~d\x1b[201~", b"jj"]), r#"("Q") ("d") j j"#);
    let mouse = b"\x1b[<64;1;1M\x1b[<64;1;1M";
    assert_eq!(
        in_parts(&[b"\x1b[200~Q", mouse, b"\x1b[?62;c", b"j"]),
        "(\"Q\") (WheelUp 0 0) (WheelUp 0 0) (answer) j"
    );
}

#[test]
fn a_paste_of_ten_megabytes_is_cut_and_costs_no_more_than_its_bytes() {
    const BYTES: usize = 10 * 1024 * 1024;
    let text: Vec<u8> = b"Q:quit\r\x1b[20\xff".iter().copied().cycle().take(BYTES).collect();
    let (mut decoder, mut heard) = (Decoder::default(), Vec::new());
    for chunk in [PASTE_BEGINS, &text, PASTE_ENDS, b"j"].concat().chunks(1_000) {
        decoder.take(chunk, &mut heard);
        assert!(size(&decoder) <= SIZE_MAX);
    }
    assert!(matches!(&heard[..], [Heard::Paste(_), Heard::Key(_)]), "{} times", heard.len());
}

/// What a decoder holds, in bytes.
fn size(decoder: &Decoder) -> usize {
    decoder.held.capacity() + decoder.paste.text.capacity()
}

/// A vector may hold twice what it needs.
const SIZE_MAX: usize = 2 * (PASTE_BYTES_MAX + SEQUENCE_BYTES_MAX);

#[test]
fn what_never_ends_is_held_within_its_bounds() {
    for begun in ["\x1b[", "\x1b[<", "\x1b[?", "\x1b]11;", "\x1bP", "\x1b_", "\x1bX", "\x1b[200~", "\x1bO", "\x1b[M"] {
        for byte in [b'1', b';', b' ', b'\x7f', 0x80, 0xff] {
            let (mut decoder, mut heard) = (Decoder::default(), Vec::new());
            decoder.take(begun.as_bytes(), &mut heard);
            for _ in 0..200 {
                decoder.take(&[byte; 1_000], &mut heard);
                heard.clear();
                assert!(size(&decoder) <= SIZE_MAX, "{begun:?} {byte}");
            }
            rest(&mut decoder, &mut heard);
            heard.clear();
            decoder.take(b"j", &mut heard);
            rest(&mut decoder, &mut heard);
            assert_eq!(told(&heard), "j", "{begun:?} {byte}");
        }
    }
}

/// Bytes as terminals send them, halves of sequences, and any bytes at all.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<Vec<u8>> = KEYS_AS_EVER.iter().chain(KEYS_MORE).map(|it| it.0.as_bytes().to_vec()).collect();
    let answers: Vec<Vec<u8>> = ANSWERS.iter().map(|it| it.as_bytes().to_vec()).collect();
    let markers: Vec<Vec<u8>> =
        [PASTE_BEGINS, PASTE_ENDS, b"\x1b[<0;1;1M", b"\x1b[M", b"\x1b", b"\x1b[", b"\x1b]"].map(<[u8]>::to_vec).into();
    let pieces = prop_oneof![
        proptest::sample::select(known),
        proptest::sample::select(answers),
        proptest::sample::select(markers),
        proptest::collection::vec(any::<u8>(), 1..8),
        proptest::collection::vec(b' '..=b'~', 1..8),
    ];
    let cut = (pieces, any::<bool>(), any::<proptest::sample::Index>());
    proptest::collection::vec(cut, 1..12).prop_map(|pieces| {
        let half = |(bytes, halved, at): (Vec<u8>, bool, proptest::sample::Index)| {
            let kept = if halved { at.index(bytes.len()) } else { bytes.len() };
            bytes[..kept].to_vec()
        };
        pieces.into_iter().flat_map(half).collect()
    })
}

/// What comes at once of a paste is more than one letter.
const LETTER_BYTES_MAX: usize = 4;

proptest! {
    #[test]
    fn bytes_mean_the_same_however_they_are_torn(bytes in noise(), sizes in proptest::collection::vec(1_usize..9, 1..6)) {
        let whole = heard(&bytes);
        let (mut decoder, mut torn) = (Decoder::default(), Vec::new());
        let mut left = &bytes[..];
        for size in sizes.iter().cycle() {
            if left.is_empty() {
                break;
            }
            let (part, after) = left.split_at((*size).min(left.len()));
            decoder.take(part, &mut torn);
            left = after;
        }
        prop_assert_eq!(told(&torn), told(&whole));
    }

    #[test]
    fn after_anything_and_silence_a_key_is_that_key(bytes in noise()) {
        let (mut decoder, mut heard) = (Decoder::default(), Vec::new());
        decoder.take(&bytes, &mut heard);
        prop_assert!(size(&decoder) <= SIZE_MAX);
        rest(&mut decoder, &mut heard);
        heard.clear();
        decoder.take(b"j", &mut heard);
        rest(&mut decoder, &mut heard);
        prop_assert_eq!(told(&heard), "j");
    }

    #[test]
    fn what_is_pasted_is_never_a_key(
        parts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), LETTER_BYTES_MAX + 1..40), 1..6),
        silent in proptest::collection::vec(any::<bool>(), 6),
    ) {
        let (mut decoder, mut heard) = (Decoder::default(), Vec::new());
        decoder.take(PASTE_BEGINS, &mut heard);
        for (mut part, silent) in parts.into_iter().zip(silent) {
            // Terminals take Esc out of what is pasted, or it could end itself.
            part.iter_mut().filter(|it| **it == ESCAPE).for_each(|it| *it = b'Q');
            decoder.take(&part, &mut heard);
            if silent {
                rest(&mut decoder, &mut heard);
            }
        }
        decoder.take(PASTE_ENDS, &mut heard);
        rest(&mut decoder, &mut heard);
        let pasted = heard.iter().all(|it| matches!(it, Heard::Paste(_)));
        prop_assert!(pasted, "{}", told(&heard));
        prop_assert_eq!(decoder.state, State::Ground);
    }
}

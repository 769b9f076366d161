//! What begins and never ends: a report of the mouse, an answer of the terminal, a paste. A connection that drops bytes,
//! or a program that died in the middle of one, leaves such halves behind. None of them keeps a key from being heard, and
//! nothing that was pasted runs a command, however long a slow line takes for the rest of it.

use super::pty::{ENTER, ESCAPE, Session};
use super::rough_input::{library, quit, reader};

/// One key at a time, as a hand presses them.
fn moves_down_and_up(session: &mut Session, after: &str) {
    session.send("j");
    session.wait_for(&format!("j after {after:?}"), |screen| screen.contents().contains("2 of 60"));
    session.send("k");
    session.wait_for(&format!("k after {after:?}"), |screen| screen.contents().contains("1 of 60"));
}

#[test]
fn a_sequence_whose_end_is_lost_keeps_no_key_from_being_heard() {
    let world = library();
    for half in [
        "\x1b[<0;10",
        "\x1b[<0;10;5",
        "\x1b[?62;1",
        "\x1b[?2026;2$",
        "\x1b[>41;3",
        "\x1b[M",
        "\x1b[M #",
        "\x1b[200",
        "\x1b[27;5;1",
        "\x1b[97;5",
        "\x1b]11;rgb:12",
        "\x1b]52;c;UVFk",
        "\x1bP>|xterm(3",
        "\x1bP1$r",
        "\x1b_Gi=31;",
        "\x1b^Q",
        "\x1bXQ",
        "\x1bO",
    ] {
        let mut session = reader(&world);
        session.send(half);
        session.wait_until_keys_are_taken();
        session.wait_a_second();
        moves_down_and_up(&mut session, half);
        quit(session, &world);
    }
}

#[test]
fn a_paste_whose_end_is_lost_ends_with_the_next_key_and_runs_no_command() {
    let world = library();
    let mut session = reader(&world);
    session.send("\x1b[200~Qs:quit\rdd");
    session.wait_until_keys_are_taken();
    session.wait_a_second();
    moves_down_and_up(&mut session, "a paste");
    // In a line, too: what came of it stands there, and the next letter behind it.
    session.send("/");
    session.wait_for_text("Search");
    session.send("\x1b[200~tide");
    session.wait_for_text("tide");
    session.wait_a_second();
    session.send("s");
    session.wait_for_text("tides");
    session.send(ESCAPE);
    session.wait_for("the line is gone", |screen| !screen.contents().contains("tides"));
    moves_down_and_up(&mut session, "a paste into a line");
    quit(session, &world);
}

#[test]
fn a_paste_that_stands_still_in_the_middle_is_one_paste() {
    let world = library();
    let mut session = reader(&world);
    for parts in [
        &["\x1b[200~Q", "ddQ:quit\rs", "Qs\x1b[201~"][..],
        &["\x1b[200~", "Qs", "dd\x1b[20", "1~"],
        &["\x1b[200~Q", "s\x1b[", "201~"],
        &["\x1b[200~Q\x1b[201", "~"],
    ] {
        for part in parts {
            session.send(part);
            session.wait_until_keys_are_taken();
            session.wait_a_second();
        }
        moves_down_and_up(&mut session, "a paste in parts");
    }
    quit(session, &world);
}

/// The terminal stutters, and what it says acts as nothing in any part.
#[test]
fn an_answer_that_comes_late_and_in_parts_does_nothing() {
    let world = library();
    let mut session = reader(&world);
    for answer in [
        "\x1b[?62;c",
        "\x1b[?2026;2$y",
        "\x1b[>41;370;0c",
        "\x1bP>|Qs(370)\x1b\\",
        "\x1b]11;rgb:0000/0000/0000\x1b\\",
        "\x1b]lQs\x1b\\",
    ] {
        for cut in 1..answer.len() {
            session.send(&answer[..cut]);
            session.wait_until_keys_are_taken();
            session.send(&answer[cut..]);
            session.wait_until_keys_are_taken();
        }
        moves_down_and_up(&mut session, answer);
    }
    quit(session, &world);
}

#[test]
fn a_paste_of_ten_megabytes_into_the_command_line_leaves_it_alive() {
    let world = library();
    let mut session = reader(&world);
    session.send(":");
    session.wait_for_text("a command:");
    session.send("\x1b[200~");
    session.send_bytes(&b"quit\r".repeat(2 * 1024 * 1024));
    session.send("\x1b[201~");
    session.send(&format!("{ESCAPE}{ESCAPE}"));
    session.wait_for_text("1 of 60");
    moves_down_and_up(&mut session, "a huge paste");
    session.send(&format!(":3{ENTER}"));
    session.wait_for_text("3 of 60");
    session.send("gg");
    session.wait_for_text("1 of 60");
    quit(session, &world);
}

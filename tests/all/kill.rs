//! `kill -9` at any moment loses at most the change in flight. The reader is killed while somebody tags, untags, stars,
//! marks, deletes and undoes and a refresh runs beside; whatever the screen had acknowledged must be in the library
//! afterwards.
//!
//! Every change is made recognisable: each step first puts a tag of its own on the selected article, so that what is
//! acknowledged can be found again without knowing which article it was. Chance comes from a seed, which a failure
//! names.

use std::collections::BTreeMap;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use rustix::process::{Signal, kill_process};

use super::loopback::{Body, Page, Server};
use super::pty::{ENTER, Exit, Session};
use super::world::World;

/// Kills in `cargo test`; `.ci/run` asks for more.
const ROUNDS: u64 = 3;
const ROUNDS_VARIABLE: &str = "DATELINE_KILL_ROUNDS";
const KILL_AFTER_MILLISECONDS: std::ops::RangeInclusive<u64> = 5..=500;
/// More steps than anybody makes in half a second.
const STEPS_MAX: u64 = 400;
/// Each eighth step deletes one for good: more than hundreds of rounds of a fast reader use up.
const ARTICLES: usize = 1_500;

/// A step, as far as the screen has acknowledged it. What was sent last and not acknowledged may be there or not.
#[derive(Debug)]
struct Step {
    tag: String,
    tagged: Sent,
    /// What else this step did to the article or was doing, in order.
    then: Vec<(Deed, Sent)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Starred(bool),
    Unread(bool),
    Deleted(bool),
    /// The step's own tag was taken off, by a key or by undoing.
    Untagged,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Acknowledged,
    InFlight,
}

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

#[test]
fn a_kill_at_any_moment_loses_at_most_the_change_in_flight() {
    let rounds = std::env::var(ROUNDS_VARIABLE).ok().and_then(|it| it.parse().ok()).unwrap_or(ROUNDS);
    let page = |path, body| Page { path, status: "200 OK", content_type: "application/rss+xml", body };
    let server = Server::start(vec![
        page("/still", Body::Bytes(feed("Still", 0..ARTICLES))),
        // Something new each time, so that a refresh writes.
        page("/busy", Body::Each(|asked| feed("Busy", asked * 3..asked * 3 + 20))),
    ]);
    let world = World::new();
    world.done(&["add", &server.url("/still")]);
    world.done(&["add", &server.url("/busy")]);
    let mut steps = Vec::new();
    for round in 0..rounds {
        steps.extend(one_round(&world, round));
        check(&world, round, &steps);
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for step in &steps {
        let tagged = (step.tagged == Sent::Acknowledged).then_some("tagged");
        let then = step.then.iter().filter(|(_, sent)| *sent == Sent::Acknowledged).map(|(deed, _)| name(*deed));
        tagged.into_iter().chain(then).for_each(|name| *counts.entry(name).or_default() += 1);
    }
    let acknowledged: usize = counts.values().sum();
    println!("{rounds} kills, {} steps, {acknowledged} changes acknowledged, none lost: {counts:?}", steps.len());
    assert!(acknowledged as u64 >= rounds, "each round has one acknowledged change at least");
}

fn name(deed: Deed) -> &'static str {
    match deed {
        Deed::Starred(_) => "starred or not",
        Deed::Unread(_) => "read or not",
        Deed::Deleted(true) => "deleted",
        Deed::Deleted(false) => "brought back",
        Deed::Untagged => "untagged",
    }
}

/// Starts the reader, works in it until it is killed, and says what was acknowledged.
fn one_round(world: &World, round: u64) -> Vec<Step> {
    let mut chance = Chance(round);
    let mut session = world.launch(&[]).size(140, 40).start();
    // An article is selected and its text is there.
    session.wait_for_text("Text of number");
    // One change is made in peace, so that every round has something to lose, however slow the machine.
    let first = format!("k{round}first");
    session.send(&format!("gat+{first}{ENTER}"));
    session.wait_for_text(&format!("tagged +{first}"));
    let mut steps = vec![Step { tag: first, tagged: Sent::Acknowledged, then: Vec::new() }];
    let range = KILL_AFTER_MILLISECONDS;
    let after = Duration::from_millis(range.start() + chance.below(range.end() - range.start() + 1));
    let process = session.process();
    let (over, is_over) = channel::<()>();
    let killer = thread::spawn(move || {
        // The moment is the point of this test. It ends early only if the test itself fails.
        if is_over.recv_timeout(after) == Err(RecvTimeoutError::Timeout) {
            kill_process(process, Signal::KILL).expect("still our child");
        }
    });
    session.expect_a_kill();
    let mut alive = true;
    for number in 0..STEPS_MAX {
        if !alive {
            break;
        }
        let (step, goes_on) = one_step(&mut session, &mut chance, format!("k{round}x{number}"));
        steps.push(step);
        alive = goes_on;
    }
    assert_eq!(session.wait_exit(), Exit::Signal(Signal::KILL.as_raw()), "round {round}");
    drop(over);
    killer.join().expect("the killer");
    session.finish();
    steps
}

/// Moves, tags, and perhaps stars, marks, untags, deletes or undoes. The second value says whether the reader still lives.
fn one_step(session: &mut Session, chance: &mut Chance, tag: String) -> (Step, bool) {
    let mut step = Step { tag, tagged: Sent::InFlight, then: Vec::new() };
    let moves = ["j", "j", "k", "G", "gg", "R", "5j", "3k"];
    let there = moves[chance.below(moves.len() as u64) as usize];
    let tag = step.tag.clone();
    if !done(session, &format!("{there}t+{tag}{ENTER}"), &format!("tagged +{tag}")) {
        return (step, false);
    }
    step.tagged = Sent::Acknowledged;
    let mut go_on = |session: &mut Session, keys: &str, said: &str, deed: Deed| {
        let sent = if done(session, keys, said) { Sent::Acknowledged } else { Sent::InFlight };
        step.then.push((deed, sent));
        sent == Sent::Acknowledged
    };
    let lives = match chance.below(8) {
        0 | 1 => {
            let seen = either(session, "s", "article starred", "article unstarred");
            step.then.push((Deed::Starred(seen.unwrap_or(true)), sent(seen)));
            seen.is_some()
        }
        2 => {
            let seen = either(session, "r", "article marked unread", "article marked read");
            step.then.push((Deed::Unread(seen.unwrap_or(true)), sent(seen)));
            seen.is_some()
        }
        3 => go_on(session, "u", "Undone: 1 tagged", Deed::Untagged),
        4 => go_on(session, &format!("t-{tag}{ENTER}"), &format!("tagged -{tag}"), Deed::Untagged),
        5 => go_on(session, "D", "article deleted", Deed::Deleted(true)),
        6 => {
            go_on(session, "D", "article deleted", Deed::Deleted(true))
                && go_on(session, "u", "Undone: 1 deleted", Deed::Deleted(false))
        }
        _ => true,
    };
    (step, lives)
}

/// Types, and says whether what then must be said was said before the end.
fn done(session: &mut Session, keys: &str, said: &str) -> bool {
    session.try_send(keys).is_ok() && session.appears(|it| it.contents().contains(said))
}

/// Presses a key that does one thing or its opposite, and says whether it was the first; nothing if the end came first.
fn either(session: &mut Session, key: &str, yes: &str, no: &str) -> Option<bool> {
    session.try_send(key).ok()?;
    session.appears(|it| it.contents().contains(yes) || it.contents().contains(no)).then(|| {
        let text = session.screen();
        text.contains(yes)
    })
}

fn sent(seen: Option<bool>) -> Sent {
    if seen.is_some() { Sent::Acknowledged } else { Sent::InFlight }
}

/// What the library holds of an article: what was deleted too, which no list shows.
#[derive(Clone, Copy, Debug)]
struct Kept {
    starred: bool,
    unread: bool,
    deleted: bool,
}

fn check(world: &World, round: u64, steps: &[Step]) {
    let doctor = world.run(&["doctor", "--json"]);
    let words = String::from_utf8_lossy(&doctor.stdout);
    assert!(doctor.status.success(), "after kill {round} the library is not sound: {words}");

    let file = world.data().join("library.db");
    let library = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the library opens");
    let mut carriers: BTreeMap<String, (i64, Kept)> = BTreeMap::new();
    let mut tagged = library
        .prepare(
            "SELECT t.name, s.article, s.starred, s.unread, s.deleted
             FROM tagging g JOIN tag t ON t.id = g.tag JOIN state s ON s.article = g.article",
        )
        .unwrap();
    let mut rows = tagged.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let kept = Kept { starred: row.get(2).unwrap(), unread: row.get(3).unwrap(), deleted: row.get(4).unwrap() };
        let tag: String = row.get(0).unwrap();
        assert!(carriers.insert(tag.clone(), (row.get(1).unwrap(), kept)).is_none(), "{tag} is on two articles");
    }
    // What an article must be, by the last step that said so; nothing once a change in flight leaves it open. Articles
    // are known by their tags: what was done to one whose tag is gone again can't be told.
    let mut wanted: BTreeMap<(i64, &str), Option<(bool, bool)>> = BTreeMap::new();
    for step in steps {
        let carrier = carriers.get(&step.tag).copied();
        let untagged = step.then.iter().find(|(deed, _)| *deed == Deed::Untagged).map(|(_, sent)| *sent);
        let must_be_there = step.tagged == Sent::Acknowledged && untagged.is_none();
        let must_be_gone = untagged == Some(Sent::Acknowledged);
        assert!(!must_be_there || carrier.is_some(), "kill {round}: the acknowledged tag {} is lost", step.tag);
        assert!(!must_be_gone || carrier.is_none(), "kill {round}: {} was taken off and is back", step.tag);
        let Some((article, kept)) = carrier else { continue };
        for (deed, sent) in &step.then {
            let (field, value, now) = match deed {
                Deed::Starred(value) => ("starred", *value, kept.starred),
                Deed::Unread(value) => ("unread", *value, kept.unread),
                Deed::Deleted(value) => ("deleted", *value, kept.deleted),
                Deed::Untagged => continue,
            };
            wanted.insert((article, field), (*sent == Sent::Acknowledged).then_some((value, now)));
        }
    }
    for ((article, field), values) in wanted {
        let Some((value, now)) = values else { continue };
        assert_eq!(now, value, "kill {round}: article {article} was acknowledged as {field} = {value} and is not");
    }
}

/// A feed whose articles carry these numbers.
fn feed(title: &str, numbers: std::ops::Range<usize>) -> Vec<u8> {
    let article = |number: usize| {
        format!(
            "<item><title>{title} {number}</title><guid>{title}-{number}</guid>\
             <link>http://x.test/{title}/{number}</link><pubDate>{:02} Jan 2023 {:02}:00:00 GMT</pubDate>\
             <description>Text of number {number}.</description></item>",
            1 + number % 28,
            number % 24
        )
    };
    let articles: String = numbers.map(article).collect();
    format!("<rss version=\"2.0\"><channel><title>{title}</title>{articles}</channel></rss>").into_bytes()
}

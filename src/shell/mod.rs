//! The reader's loop: wait, decide, act, show. Holds the terminal, hears keys and signals, performs effects.
//!
//! The main thread blocks on its inbox and on nothing else; it draws only after something happened.

mod background;
mod browser;
mod cells;
mod changing;
mod decode;
mod hands;
mod input;
mod line;
mod lists;
mod memory;
mod settings;
mod stopping;
mod terminal;
mod written;

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use rustix::process::{Signal, getpid, kill_current_process_group, kill_process};

use crate::app::{App, Effect, Message, Pane, Settings, WHICH_KEY_PAUSE, update};
use crate::config::{Depth, Rgb};
use crate::news::{ArticleId, Clock, Now, Timestamp, Zone};
use crate::store::{Answer, Library};

pub use hands::limits;
pub use lists::leading_home;

use hands::Hands;
use line::Line;
use memory::Memory;
pub use memory::{FILE as MEMORY_FILE, read as remembered_in};
use stopping::OwnStop;
use terminal::{Screen, TextPane};

/// How many messages one frame may stand for.
const MESSAGES_PER_FRAME_MAX: usize = 256;
/// On a slow line the text waits until no key has come for so long.
const REST: Duration = Duration::from_millis(300);
/// How long an end that must not be put off waits for the last changes; writing one takes a few milliseconds.
const LAST_CHANGE_WITHIN: Duration = Duration::from_secs(1);
/// How long the text pane stays as it is while the text that fills it is on its way: less than anybody sees.
const ANSWER_WAIT_MAX: Duration = Duration::from_millis(12);

/// With what the reader is started.
pub struct Start {
    pub library: Library,
    pub clock: Clock,
    pub zone: Zone,
    pub settings: Settings,
    /// Where it is kept how a person left the reader; `None` keeps nothing.
    pub memory: Option<PathBuf>,
    /// Whether the mouse is ours. Without it the terminal selects text as ever.
    pub mouse: bool,
}

/// How the reader ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// A person quit.
    Quit,
    /// The terminal went away.
    HungUp,
    /// This signal asked for it; the program then dies by it.
    Signal(i32),
}

/// What reaches the main thread: messages for the core, and what only the shell must know.
enum Inbound {
    Message(Message),
    SizeChanged,
    /// SIGTSTP from outside.
    Stop,
    Continued,
    /// A program that we started has ended, or is left to itself.
    ProgramEnded,
    /// The hand rests.
    Rested,
    HungUp,
    End {
        signal: i32,
    },
}

/// Runs the reader until it ends. The terminal is given back before this returns, whatever happened.
pub fn run(start: Start) -> io::Result<Ended> {
    terminal::restore_on_panic();
    let (sender, inbox) = channel();
    let terminal = &start.settings.terminal;
    let asked = terminal.may_be_asked() && start.settings.depth() >= Depth::TwoHundred;
    let mut screen = Screen::take(terminal.has_keyboard_protocol(), start.mouse)?;
    let memory = start.memory.clone().map(Memory::start).transpose()?;
    let mut line = Line::default();
    if asked {
        screen.ask_background()?;
        line.asked_first(Instant::now());
    }
    let own_stop = OwnStop::default();
    input::listen(&sender, asked, own_stop.clone())?;
    let now = || Now { utc: (start.clock)(), zone: start.zone.clone() };
    let offline = start.settings.offline;
    let config = start.settings.config.clone();
    let (mut app, effects) = App::start(Screen::size()?, &now(), start.settings);
    let mut hands = Hands::start(start.library, start.clock.clone(), start.zone.clone(), offline, config, sender)?;
    hands.index();
    let mut reader = Reader {
        app: &mut app,
        hands: &mut hands,
        memory: memory.as_ref(),
        screen: &mut screen,
        own_stop,
        key_last: Instant::now(),
        text_due: None,
        line,
        background: None,
        text_shown: None,
        text_waits: false,
        behind_key: None,
    };
    let ended = match reader.perform(effects) {
        Ok(None) => reader.attend(&inbox, &now),
        Ok(Some(ended)) => Ok(ended),
        Err(error) => Err(error),
    };
    // A terminal that is gone can't be drawn on, but the keys that were typed before are a person's.
    if matches!(ended, Err(_) | Ok(Ended::HungUp)) {
        let typed = inbox.try_iter().filter(|it| matches!(it, Inbound::Message(Message::Key(_))));
        for key in typed.take(MESSAGES_PER_FRAME_MAX) {
            // What fails now fails because the terminal is gone.
            let _ = reader.hear(std::iter::once(key), &now);
        }
    }
    // The terminal first: whoever waits for it waits for nothing else. What was done a moment ago is kept even so.
    screen.give_back();
    hands.finish(if matches!(ended, Ok(Ended::Quit)) { None } else { Some(LAST_CHANGE_WITHIN) });
    ended
}

struct Reader<'a> {
    app: &'a mut App,
    hands: &'a mut Hands,
    memory: Option<&'a Memory>,
    screen: &'a mut Screen,
    own_stop: OwnStop,
    /// When the last key was pressed.
    key_last: Instant,
    /// Until when the text pane may stay as it is, while its article is on its way.
    text_due: Option<Instant>,
    line: Line,
    /// The terminal's background as it said last.
    background: Option<Rgb>,
    /// Whose text stands on the screen.
    text_shown: Option<ArticleId>,
    /// Whether the text that belongs there is held back until the hand rests.
    text_waits: bool,
    /// What came right behind a key and is heard only after the frame that shows what the key did.
    behind_key: Option<Inbound>,
}

impl Reader<'_> {
    fn attend(&mut self, inbox: &Receiver<Inbound>, now: &dyn Fn() -> Now) -> io::Result<Ended> {
        loop {
            // On a slow line a frame waits until the terminal has the one before it: what is passed over is never sent.
            if let Some(time) = self.line.wait(Instant::now()) {
                match inbox.recv_timeout(time) {
                    Ok(inbound) => {
                        if let Some(ended) = self.hear(std::iter::once(inbound), now)? {
                            return Ok(ended);
                        }
                        continue;
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return Ok(Ended::Quit),
                }
            }
            let left = self.text_left();
            // What moved is shown at once, and the pane keeps its cells until the text is there: it usually is before the
            // next frame of any screen. Emptying the pane for that moment would send its cells twice. Who is read to
            // would hear everything twice.
            match left {
                None => self.draw(TextPane::Drawn)?,
                Some(_) if self.app.linear() => {}
                Some(_) => self.draw(TextPane::Left)?,
            }
            let first = match (self.behind_key.take(), left) {
                (Some(inbound), _) => Some(inbound),
                (None, None) => self.wait(inbox, now),
                (None, Some(left)) => match inbox.recv_timeout(left) {
                    Ok(inbound) => Some(inbound),
                    Err(RecvTimeoutError::Timeout) => continue,
                    Err(RecvTimeoutError::Disconnected) => None,
                },
            };
            let Some(first) = first else { return Ok(Ended::Quit) };
            let heard = std::iter::once(first).chain(inbox.try_iter().take(MESSAGES_PER_FRAME_MAX - 1));
            if let Some(ended) = self.hear(heard, now)? {
                return Ok(ended);
            }
        }
    }

    /// How long the text pane may still stay as it is: no longer than a moment since its text was first asked for, however
    /// many keys come meanwhile.
    fn text_left(&mut self) -> Option<Duration> {
        if !self.app.awaits_text() {
            self.text_due = None;
            return None;
        }
        let now = Instant::now();
        let due = *self.text_due.get_or_insert(now + ANSWER_WAIT_MAX);
        (now < due).then(|| due - now)
    }

    fn draw(&mut self, pane: TextPane) -> io::Result<()> {
        let now = Instant::now();
        let text = self.app.reading().article().map(|it| it.row.id);
        // The text of an article that the hand only passes on its way is most of a frame.
        let passing = self.line.is_slow(now) && self.key_last.elapsed() < REST && self.app.focus() != Pane::Text;
        self.text_waits = passing && pane == TextPane::Drawn && text != self.text_shown;
        if pane == TextPane::Drawn && !self.text_waits {
            self.text_shown = text;
        }
        let pane = if self.text_waits { TextPane::Left } else { pane };
        let asks_from = self.line.asks_from(now);
        let sent = self.screen.draw(self.app, pane, asks_from)?;
        self.line.sent(Instant::now(), sent.bytes, sent.took, sent.asked);
        Ok(())
    }

    /// Takes what has happened, without drawing.
    fn hear(&mut self, heard: impl Iterator<Item = Inbound>, now: &dyn Fn() -> Now) -> io::Result<Option<Ended>> {
        let (mut size_changed, mut key_unseen) = (false, false);
        for inbound in heard {
            // A person waits for the row to move, and sees it before the text is laid out that came meanwhile.
            if key_unseen && self.app.awaits_text() && is_article(&inbound) {
                self.behind_key = Some(inbound);
                break;
            }
            let message = match inbound {
                Inbound::Message(Message::Background(background)) => {
                    self.line.answered(Instant::now());
                    if self.background.replace(background) == Some(background) {
                        continue;
                    }
                    Message::Background(background)
                }
                Inbound::Message(message) => message,
                // A storm of these is one question to the terminal.
                Inbound::SizeChanged => {
                    size_changed = true;
                    continue;
                }
                Inbound::Stop => {
                    self.stop(Stopping::Alone)?;
                    self.line.begins_anew();
                    size_changed = true;
                    continue;
                }
                Inbound::Continued => {
                    self.screen.resume()?;
                    self.line.begins_anew();
                    size_changed = true;
                    continue;
                }
                Inbound::Rested => continue,
                Inbound::ProgramEnded => {
                    self.screen.mend()?;
                    continue;
                }
                Inbound::HungUp => return Ok(Some(Ended::HungUp)),
                Inbound::End { signal } => return Ok(Some(Ended::Signal(signal))),
            };
            if matches!(message, Message::Key(_)) {
                self.key_last = Instant::now();
                // On a slow line one frame is worth more than one that comes sooner.
                key_unseen = !self.app.linear() && !self.line.is_slow(self.key_last);
            }
            if let Message::Configured(Ok(config)) = &message {
                self.hands.set(&config.settings);
            }
            let effects = update(self.app, &now(), message);
            if let Some(ended) = self.perform(effects)? {
                return Ok(Some(ended));
            }
        }
        if size_changed {
            let effects = update(self.app, &now(), Message::Resized(Screen::size()?));
            return self.perform(effects);
        }
        Ok(None)
    }

    /// Waits for something to happen, or for the moment the core asked to be woken at. `None` when nobody can send.
    fn wait(&self, inbox: &Receiver<Inbound>, now: &dyn Fn() -> Now) -> Option<Inbound> {
        // Moments are whole seconds; a second more makes sure that the moment has come when we look.
        let seconds = |moment: Timestamp| u64::try_from(moment.since(now().utc)).unwrap_or(0).saturating_add(1);
        let wake = self.app.next_wake().map(|it| (Duration::from_secs(seconds(it)), Message::Woke));
        // A pause is counted from the last key, whatever else goes on meanwhile.
        let pause = self.app.waits_for_key().then(|| WHICH_KEY_PAUSE.saturating_sub(self.key_last.elapsed()));
        let pause = pause.map(|it| (it, Inbound::Message(Message::Paused)));
        let wake = wake.map(|(time, message)| (time, Inbound::Message(message)));
        let rest = self.text_waits.then(|| (REST.saturating_sub(self.key_last.elapsed()), Inbound::Rested));
        let Some((time, due)) = [wake, pause, rest].into_iter().flatten().min_by_key(|it| it.0) else {
            return inbox.recv().ok();
        };
        match inbox.recv_timeout(time) {
            Ok(inbound) => Some(inbound),
            Err(RecvTimeoutError::Timeout) => Some(due),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) -> io::Result<Option<Ended>> {
        for effect in effects {
            match effect {
                Effect::Ask(ticket, ask) => self.hands.ask(ticket, ask),
                Effect::StopFinding => self.hands.stop_finding(),
                Effect::Change(ticket, change) => self.hands.change(ticket, change),
                Effect::Refresh(request) => self.hands.refresh(request),
                Effect::Cancel(work) => self.hands.cancel(work),
                Effect::Index { on } => self.hands.index_if(on),
                Effect::ListFolder { folder } => self.hands.list_folder(folder),
                Effect::ReadList { file } => self.hands.read_list(file),
                Effect::Typeset(ticket, job) => self.hands.typeset(ticket, job),
                Effect::FullText(article) => self.hands.full_text(article),
                Effect::Add { address } => self.hands.add(address),
                Effect::OpenInBrowser(url) => self.hands.open(url),
                Effect::Play(url) => self.hands.play(url),
                Effect::PlayAll { articles } => self.hands.play_all(articles),
                Effect::Save { articles, file } => self.hands.save(articles, file),
                Effect::Pipe { articles, program } => self.hands.pipe(articles, program),
                Effect::Copy(text) => self.screen.copy(text.as_str())?,
                Effect::Remember(text) => {
                    if let Some(memory) = self.memory {
                        memory.keep(text);
                    }
                }
                Effect::Suspend => self.stop(Stopping::WithGroup)?,
                Effect::Redraw => self.screen.forget()?,
                Effect::WriteSetting { name, value } => self.hands.write_setting(name, value),
                Effect::Quit => return Ok(Some(Ended::Quit)),
            }
        }
        Ok(None)
    }

    /// Gives the terminal back and stops until the shell continues us, then takes it again.
    fn stop(&mut self, stopping: Stopping) -> io::Result<()> {
        // Without a shell that has given us a process group of our own nobody would continue us.
        if rustix::process::getpgrp() == rustix::process::getsid(None)? {
            self.hands.say_failed("There is no shell here to go back to, so the reader goes on. Quit it instead.");
            return Ok(());
        }
        self.screen.give_back();
        match stopping {
            // Whatever runs us (`cargo run`, a script) must stop too, or the shell never gets its prompt.
            Stopping::WithGroup => self.own_stop.send(|| kill_current_process_group(Signal::TSTP))?,
            Stopping::Alone => {}
        }
        // SIGTSTP itself is caught by us; SIGSTOP can't be.
        kill_process(getpid(), Signal::STOP)?;
        self.screen.resume()
    }
}

fn is_article(inbound: &Inbound) -> bool {
    matches!(inbound, Inbound::Message(Message::Answered(_, Ok(Answer::Article(_)))))
}

#[derive(Clone, Copy)]
enum Stopping {
    /// The person pressed the key.
    WithGroup,
    /// The signal came from outside, to us.
    Alone,
}

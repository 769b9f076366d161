//! A program in a terminal of its own: every byte it sends is kept and drawn on a screen that tests can look at.
//!
//! Nothing here sleeps: a test waits until the screen shows something, or until a deadline that only a fault reaches.
//! At the end of every session its whole output is held against the [`oracle`](super::oracle).

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, MasterPty, NativePtySystem, PtySize, PtySystem};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};
use rustix::termios::{OptionalActions, SpecialCodeIndex};

use super::oracle::{Allowed, leaks};

/// A fault waits this long; nothing that works does. Long, because a machine may be busy with many tests.
pub const WAIT_MAX: Duration = Duration::from_secs(30);

/// How often a slow line brings something.
const READS_A_SECOND: usize = 16;

pub const ENTER: &str = "\r";
pub const ESCAPE: &str = "\x1b";
pub const CONTROL_C: &str = "\x03";
pub const CONTROL_D: &str = "\x04";
pub const CONTROL_Z: &str = "\x1a";

/// What is started, and in what surroundings. The environment holds PATH, HOME and TERM, and nothing else.
pub struct Launch {
    pub program: PathBuf,
    pub args: Vec<String>,
    pub home: PathBuf,
    pub columns: u16,
    pub rows: u16,
    pub allowed: Allowed,
    /// Beside PATH, HOME and TERM, and over them.
    pub environment: Vec<(String, String)>,
}

impl Launch {
    pub fn new(program: impl Into<PathBuf>, home: &Path) -> Launch {
        Launch {
            program: program.into(),
            args: Vec::new(),
            home: home.to_owned(),
            columns: 80,
            rows: 24,
            allowed: Allowed::default(),
            environment: Vec::new(),
        }
    }

    /// With a variable set; an empty value takes it away.
    pub fn variable(mut self, name: &str, value: &str) -> Launch {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn args<const N: usize>(mut self, args: [&str; N]) -> Launch {
        self.args.extend(args.map(str::to_owned));
        self
    }

    pub fn size(mut self, columns: u16, rows: u16) -> Launch {
        (self.columns, self.rows) = (columns, rows);
        self
    }

    pub fn start(self) -> Session {
        Session::start(self)
    }
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Code(i32),
    Signal(i32),
}

/// A program running in a pseudo-terminal.
pub struct Session {
    shared: Arc<Shared>,
    process: Pid,
    tty: PathBuf,
    /// None once hung up.
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    reader: Option<JoinHandle<()>>,
    allowed: Allowed,
    terminal_before: String,
    judged: bool,
}

/// What the threads of a session know together.
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    bytes: Vec<u8>,
    screen: vt100::Parser,
    exit: Option<Exit>,
    /// No more bytes come: everybody closed the terminal.
    silent: bool,
    /// How many bytes had come when the terminal got the size it has.
    resized_at: usize,
    /// Nobody reads: what the program sends stays in the terminal until it is full.
    held: bool,
    /// How many bytes a second are read at most; `None` reads all that comes.
    bytes_a_second: Option<usize>,
    /// The reader shall let go of the terminal at its next byte.
    hanging_up: bool,
}

impl Session {
    fn start(launch: Launch) -> Session {
        let pair = NativePtySystem::default().openpty(pty_size(launch.columns, launch.rows)).expect("a terminal");
        let tty = pair.master.tty_name().expect("its name");
        let mut command = CommandBuilder::new(&launch.program);
        command.args(&launch.args);
        command.env_clear();
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        command.env("HOME", &launch.home);
        command.env("TERM", "xterm-256color");
        for (name, value) in &launch.environment {
            if value.is_empty() {
                command.env_remove(name);
            } else {
                command.env(name, value);
            }
        }
        command.cwd(&launch.home);
        let terminal_before = terminal_settings(&*pair.master);
        let mut child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);

        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                bytes: Vec::new(),
                screen: vt100::Parser::new(cells(launch.rows), cells(launch.columns), 0),
                exit: None,
                silent: false,
                resized_at: 0,
                held: false,
                bytes_a_second: None,
                hanging_up: false,
            }),
            changed: Condvar::new(),
        });
        let process = Pid::from_raw(child.process_id().expect("a process").cast_signed()).expect("not zero");
        let reader = {
            let (shared, terminal) = (shared.clone(), pair.master.try_clone_reader().expect("a reader"));
            thread::spawn(move || shared.read(terminal))
        };
        let waiter = shared.clone();
        thread::spawn(move || {
            // Only looked at, not reaped yet: until `exit` is set the number belongs to this program, so that a
            // signal never reaches another one.
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            let status = rustix::process::waitid(WaitId::Pid(process), options).ok().flatten().expect("our child");
            let code = status.exit_status().map(Exit::Code);
            let exit = code.or(status.terminating_signal().map(Exit::Signal)).expect("one or the other");
            let mut state = waiter.lock();
            state.exit = Some(exit);
            child.wait().expect("our child");
            drop(state);
            waiter.changed.notify_all();
        });
        Session {
            shared,
            process,
            tty,
            writer: Some(pair.master.take_writer().expect("a writer")),
            master: Some(pair.master),
            reader: Some(reader),
            allowed: launch.allowed,
            terminal_before,
            judged: false,
        }
    }

    /// Types.
    pub fn send(&mut self, keys: &str) {
        self.try_send(keys).expect("the terminal takes keys");
    }

    /// Types into a terminal whose program may be gone by now.
    pub fn try_send(&mut self, keys: &str) -> std::io::Result<()> {
        let writer = self.writer.as_mut().expect("not hung up");
        writer.write_all(keys.as_bytes())?;
        writer.flush()
    }

    /// Waits until the screen is as wanted. `what` names it where it never comes.
    pub fn wait_for(&self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        self.wait(what, WAIT_MAX, |state| wanted(state.screen.screen()));
    }

    pub fn wait_for_text(&self, text: &str) {
        self.wait_for(&format!("“{text}”"), |screen| screen.contents().contains(text));
    }

    /// Waits until the screen is drawn as wanted for the size it has now. What it showed before a resize does not
    /// count, though some of it still stands there: a program clears the screen before it draws for another size.
    pub fn wait_for_frame(&self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        let cleared = |state: &State| {
            let never_resized = state.resized_at == 0;
            never_resized || state.bytes[state.resized_at..].windows(4).any(|it| it == b"\x1b[2J")
        };
        self.wait(what, WAIT_MAX, |state| cleared(state) && wanted(state.screen.screen()));
    }

    /// Waits until what has been sent is as wanted.
    pub fn wait_for_bytes(&self, what: &str, wanted: impl Fn(&[u8]) -> bool) {
        self.wait(what, WAIT_MAX, |state| wanted(&state.bytes));
    }

    /// Whether the screen becomes as wanted while the program lives.
    pub fn appears(&self, wanted: impl Fn(&vt100::Screen) -> bool) -> bool {
        let over = |state: &State| state.silent || state.exit.is_some();
        let state = self.shared.until(WAIT_MAX, |state| over(state) || wanted(state.screen.screen()));
        wanted(state.screen.screen())
    }

    /// The screen as text, one row a line.
    pub fn screen(&self) -> String {
        self.shared.lock().screen.screen().contents()
    }

    /// What has been sent so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.shared.lock().bytes.clone()
    }

    /// Reads nothing more of what the program sends, as when somebody presses Ctrl-S or a line is slow.
    pub fn hold(&self) {
        self.shared.lock().held = true;
    }

    /// Reads no more than so many bytes a second from now on, as over a slow line.
    pub fn slow_down(&self, bytes_a_second: usize) {
        self.shared.lock().bytes_a_second = Some(bytes_a_second);
    }

    pub fn let_go(&self) {
        self.shared.lock().held = false;
        self.shared.changed.notify_all();
    }

    /// Waits until the program has taken every key that was typed.
    pub fn wait_until_keys_are_taken(&self) {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let slave = File::from(rustix::fs::open(&self.tty, flags, Mode::empty()).expect("the terminal"));
        let deadline = Instant::now() + WAIT_MAX;
        while rustix::io::ioctl_fionread(&slave).is_ok_and(|waiting| waiting > 0) {
            assert!(Instant::now() < deadline, "the program takes no keys");
            thread::yield_now();
        }
    }

    /// Types what need not be text.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let writer = self.writer.as_mut().expect("not hung up");
        writer.write_all(bytes).and_then(|()| writer.flush()).expect("the terminal takes keys");
    }

    /// The most memory that the program ever held, in KiB (proc(5), `VmHWM`).
    pub fn resident_peak_kib(&self) -> u64 {
        self.status_kib("VmHWM:")
    }

    /// The memory that the program holds, in KiB (proc(5), `VmRSS`).
    pub fn resident_kib(&self) -> u64 {
        self.status_kib("VmRSS:")
    }

    fn status_kib(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.as_raw_nonzero()));
        let status = status.expect("the program runs");
        let value = status.lines().find_map(|it| it.strip_prefix(name)).expect("what it holds");
        value.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    pub fn allow_copy(&mut self, text: &str) {
        self.allowed.copies.push(text.to_owned());
    }

    pub fn resize(&self, columns: u16, rows: u16) {
        let mut state = self.shared.lock();
        state.screen.set_size(cells(rows), cells(columns));
        state.resized_at = state.bytes.len();
        self.master.as_ref().expect("not hung up").resize(pty_size(columns, rows)).expect("the terminal resizes");
    }

    /// Says that somebody else kills the program, so that its last bytes may be torn.
    pub fn expect_a_kill(&mut self) {
        self.allowed.torn = true;
    }

    /// Sends a signal, unless the program has ended.
    pub fn signal(&mut self, signal: Signal) {
        let state = self.shared.lock();
        self.allowed.torn |= signal == Signal::KILL;
        if state.exit.is_none() {
            rustix::process::kill_process(self.process, signal).expect("our child");
        }
    }

    /// The process started in the terminal.
    pub fn process(&self) -> Pid {
        self.process
    }

    /// The program that has the terminal now: the job in the foreground of a shell.
    pub fn foreground(&self) -> Pid {
        let master = self.master.as_ref().expect("not hung up");
        master.process_group_leader().and_then(Pid::from_raw).expect("somebody has the terminal")
    }

    /// The settings of the terminal now: modes, speeds, special characters.
    pub fn terminal_settings(&self) -> String {
        terminal_settings(&**self.master.as_ref().expect("not hung up"))
    }

    /// Sets the modes of a terminal that is nobody's, as a shell or a program that dies may: lines, and keys that are shown.
    pub fn spoil(&self) {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let slave = File::from(rustix::fs::open(&self.tty, flags, Mode::empty()).expect("the terminal"));
        let mut modes = rustix::termios::tcgetattr(&slave).expect("its settings");
        modes.local_modes |= rustix::termios::LocalModes::ICANON | rustix::termios::LocalModes::ECHO;
        rustix::termios::tcsetattr(&slave, OptionalActions::Now, &modes).expect("its settings");
    }

    /// Lets a second go by in which the terminal does nothing: what is slow cannot be seen without it.
    pub fn wait_a_second(&self) {
        drop(self.shared.until(Duration::from_secs(1), |_| false));
    }

    /// Lets a moment go by, as [`Session::wait_a_second`] does a second.
    pub fn wait_a_moment(&self) {
        drop(self.shared.until(Duration::from_millis(5), |_| false));
    }

    /// Whether the terminal is as it was before the program started: settings, main screen, cursor, no paste mode.
    pub fn terminal_is_restored(&self) -> Result<(), String> {
        let now = self.terminal_settings();
        if now != self.terminal_before {
            return Err(format!("terminal settings before: {}\nand now: {now}", self.terminal_before));
        }
        let state = self.shared.lock();
        let screen = state.screen.screen();
        for (left, what) in [
            (screen.alternate_screen(), "the alternate screen is on"),
            (screen.hide_cursor(), "the cursor is hidden"),
            (screen.bracketed_paste(), "bracketed paste is on"),
            (screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None, "the mouse is captured"),
            (screen.application_cursor(), "cursor keys are the program's"),
        ] {
            if left {
                return Err(what.to_owned());
            }
        }
        Ok(())
    }

    /// Closes the terminal under the program, as when a window or a connection is gone.
    pub fn hang_up(&mut self) {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let mut slave = File::from(rustix::fs::open(&self.tty, flags, Mode::empty()).expect("the terminal"));
        // The writer types an end of file when it is dropped; a window that closes types nothing.
        let mut settings = rustix::termios::tcgetattr(&slave).expect("its settings");
        settings.special_codes[SpecialCodeIndex::VEOF] = 0;
        rustix::termios::tcsetattr(&slave, OptionalActions::Now, &settings).expect("its settings");
        self.shared.lock().hanging_up = true;
        self.allowed.torn = true;
        // Its reader holds the terminal open until something comes, so that something must.
        slave.write_all(b".").expect("the terminal");
        self.reader.take().expect("only once").join().expect("the reader");
        drop(slave);
        self.writer = None;
        self.master = None;
    }

    /// Waits until the program has ended and all its bytes have come.
    pub fn wait_exit(&self) -> Exit {
        self.wait_exit_within(WAIT_MAX)
    }

    pub fn wait_exit_within(&self, time: Duration) -> Exit {
        self.wait("the program's end", time, |state| state.exit.is_some() && state.silent);
        self.shared.lock().exit.expect("just seen")
    }

    /// Ends the reader as a person does: it must end well and give the terminal back.
    pub fn quit(mut self) {
        self.send("Q");
        assert_eq!(self.wait_exit(), Exit::Code(0));
        self.terminal_is_restored().unwrap();
        self.finish();
    }

    /// Ends the session: the program must end by itself, and nothing it sent may drive the terminal.
    pub fn finish(mut self) -> Exit {
        let exit = self.wait_exit();
        self.judge();
        exit
    }

    fn judge(&mut self) {
        self.judged = true;
        let found = leaks(&self.bytes(), &self.allowed);
        assert!(found.is_empty(), "bytes reached the terminal that we never send:\n{}", found.join("\n"));
    }

    fn wait(&self, what: &str, time: Duration, wanted: impl Fn(&State) -> bool) {
        let state = self.shared.until(time, |state| wanted(state) || state.silent && state.exit.is_some());
        if wanted(&state) {
            return;
        }
        let tail = &state.bytes[state.bytes.len().saturating_sub(400)..];
        let (exit, screen) = (state.exit, state.screen.screen().contents());
        let tail = tail.escape_ascii().to_string();
        // Unlocked first: a panic that holds the lock would hide itself behind a poisoned one.
        drop(state);
        panic!("{what} did not come; exit {exit:?}\n┌ screen\n{screen}\n└\nlast bytes: {tail}");
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        if !self.judged && !thread::panicking() {
            drop(self.shared.until(WAIT_MAX, |state| state.exit.is_some() && state.silent));
            self.judge();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `wanted` holds or `time` is over.
    fn until(&self, time: Duration, wanted: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let deadline = Instant::now() + time;
        let mut state = self.lock();
        while !wanted(&state) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state
    }

    fn read(&self, mut terminal: Box<dyn Read + Send>) {
        let mut buffer = [0; 16 * 1024];
        loop {
            drop(self.until(WAIT_MAX, |state| !state.held));
            let slow = self.lock().bytes_a_second.map(|it| it / READS_A_SECOND);
            if slow.is_some() {
                drop(self.until(Duration::from_secs(1) / READS_A_SECOND as u32, |state| state.hanging_up));
            }
            let most = slow.unwrap_or(buffer.len());
            let count = terminal.read(&mut buffer[..most]).unwrap_or(0);
            let mut state = self.lock();
            if count == 0 || state.hanging_up {
                state.silent = true;
                break;
            }
            state.bytes.extend_from_slice(&buffer[..count]);
            state.screen.process(&buffer[..count]);
            drop(state);
            self.changed.notify_all();
        }
        self.changed.notify_all();
    }
}

fn terminal_settings(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}

fn pty_size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

/// The screen that we keep has one cell at least; a terminal may claim none.
fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN)
}

/// The harness is tried on programs that every system has.
mod tried {
    use super::{CONTROL_C, CONTROL_D, CONTROL_Z, ENTER, Exit, Launch, Session};
    use rustix::process::Signal;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::time::Duration;

    fn shell(script: &str) -> Launch {
        Launch::new("/bin/sh", &std::env::temp_dir()).args(["-c", script])
    }

    #[test]
    fn keys_go_in_and_the_screen_comes_out() {
        let mut session = Launch::new("/bin/cat", &std::env::temp_dir()).start();
        session.send("hello");
        session.send(ENTER);
        session.wait_for("both lines", |screen| screen.contents().matches("hello").count() == 2);
        session.send(CONTROL_D);
        assert_eq!(session.finish(), Exit::Code(0));
    }

    #[test]
    fn exits_and_signals_are_told_apart() {
        assert_eq!(shell("exit 3").start().finish(), Exit::Code(3));
        assert_eq!(shell("kill -TERM $$").start().finish(), Exit::Signal(Signal::TERM.as_raw()));
        let mut session = shell("echo ready; read line").start();
        session.wait_for_text("ready");
        session.send(CONTROL_C);
        assert_eq!(session.finish(), Exit::Signal(Signal::INT.as_raw()));
    }

    #[test]
    fn a_new_size_reaches_program_and_screen() {
        let mut session = shell("stty size; read line; stty size").start();
        session.wait_for_text("24 80");
        session.resize(120, 30);
        session.send(ENTER);
        session.wait_for_text("30 120");
        assert_eq!(session.finish(), Exit::Code(0));
    }

    #[test]
    fn a_terminal_left_behind_changed_is_seen() {
        for (script, left) in [
            ("true", None),
            ("stty -echo", Some("terminal settings")),
            ("printf '\\033[?1049h'", Some("alternate screen")),
            ("printf '\\033[?25l'", Some("cursor is hidden")),
            ("printf '\\033[?2004h'", Some("paste")),
        ] {
            let session = shell(script).start();
            session.wait_exit();
            let found = session.terminal_is_restored().err();
            assert_eq!(found.is_some(), left.is_some(), "{script}: {found:?}");
            assert!(found.unwrap_or_default().contains(left.unwrap_or("")), "{script}");
        }
    }

    #[test]
    fn what_drives_the_terminal_fails_the_test_at_its_end() {
        let session = shell("printf 'a\\033]0;b\\007c'").start();
        let failed = catch_unwind(AssertUnwindSafe(|| session.finish())).expect_err("a leak");
        assert!(failed.downcast_ref::<String>().is_some_and(|it| it.contains("byte 1: \\x1b]0;b")), "{failed:?}");
        // Without an explicit end, too.
        let session = shell("printf '\\007'; read line").start();
        session.wait_for("the bell", |screen| screen.cursor_position() == (0, 0));
        drop(session.shared.until(super::WAIT_MAX, |state| !state.bytes.is_empty()));
        assert!(catch_unwind(AssertUnwindSafe(|| drop(session))).is_err());
    }

    #[test]
    fn waiting_in_vain_shows_the_screen() {
        let session = shell("echo something else").start();
        let failed = catch_unwind(AssertUnwindSafe(|| session.wait_for_text("wanted"))).expect_err("in vain");
        let words = failed.downcast_ref::<String>().expect("words");
        assert!(words.contains("“wanted” did not come; exit Some(Code(0))"), "{words}");
        assert!(words.contains("something else"), "{words}");
    }

    #[test]
    fn a_terminal_that_closes_hangs_up_its_program() {
        let mut session = shell("echo ready; read line").start();
        session.wait_for_text("ready");
        session.hang_up();
        assert_eq!(session.wait_exit_within(Duration::from_secs(5)), Exit::Signal(Signal::HUP.as_raw()));
    }

    #[test]
    fn a_program_that_ignores_the_signal_sees_the_end_of_its_keys() {
        let mut session = shell("trap '' HUP; stty raw; echo ready; cat >/dev/null; exit 7").start();
        session.wait_for_text("ready");
        session.hang_up();
        assert_eq!(session.wait_exit_within(Duration::from_secs(5)), Exit::Code(7));
    }

    #[test]
    fn a_shell_with_job_control_stops_and_continues_a_program() {
        let script = "cat; echo stopped $?; read line; fg >/dev/null; echo ended $?";
        let mut session = Launch::new("/bin/sh", &std::env::temp_dir()).args(["-m", "-c", script]).start();
        session.send("one");
        session.send(ENTER);
        session.wait_for("cat runs", |screen| screen.contents().matches("one").count() == 2);
        session.send(CONTROL_Z);
        session.wait_for_text("stopped 148");
        session.send(ENTER);
        session.send("two");
        session.send(ENTER);
        session.wait_for("cat goes on", |screen| screen.contents().matches("two").count() == 2);
        session.send(CONTROL_D);
        session.wait_for_text("ended 0");
        assert_eq!(session.finish(), Exit::Code(0));
    }

    #[test]
    fn a_killed_session_leaves_nobody_behind() {
        let session: Session = shell("trap '' HUP INT TERM; while :; do read line; done").start();
        let process = session.process();
        drop(session);
        assert!(rustix::process::test_kill_process(process).is_err());
    }
}

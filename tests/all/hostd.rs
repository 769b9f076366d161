//! A scripted web server for tests, on loopback. It is a bare listener and not a framework, so that it can lie: it sends
//! exactly what its script says, and writes down every request it got.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// An address on loopback that tests call public; `127.0.0.1` stays private.
pub const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 7, 7, 7));
pub const PRIVATE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Hit {
    pub path: String,
    pub method: String,
    /// Names in lower case, values byte for byte, in the order in which they came.
    pub headers: Vec<(String, Vec<u8>)>,
    pub at: Instant,
}

impl Hit {
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_slice())
    }
}

/// What is sent back. Without `length` the true Content-Length is given.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    length: Option<usize>,
    raw: Option<Vec<u8>>,
    held: Option<Hold>,
    never: bool,
    drip: Option<Duration>,
}

impl Reply {
    pub fn status(status: u16) -> Reply {
        let (headers, body) = (Vec::new(), Vec::new());
        Reply { status, headers, body, length: None, raw: None, held: None, never: false, drip: None }
    }

    pub fn ok(body: impl Into<Vec<u8>>) -> Reply {
        Reply { body: body.into(), ..Reply::status(200) }
    }

    pub fn feed(body: impl Into<Vec<u8>>) -> Reply {
        Reply::ok(body).header("Content-Type", "application/rss+xml")
    }

    pub fn page(body: impl Into<Vec<u8>>) -> Reply {
        Reply::ok(body).header("Content-Type", "text/html; charset=utf-8")
    }

    pub fn redirect(status: u16, location: &str) -> Reply {
        Reply::status(status).header("Location", location)
    }

    /// These very bytes, then the end of the connection.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Reply {
        Reply { raw: Some(bytes.into()), ..Reply::status(200) }
    }

    /// Takes the request and never answers.
    pub fn never() -> Reply {
        Reply { never: true, ..Reply::status(200) }
    }

    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Reply {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Says another length than the body has.
    pub fn length(mut self, length: usize) -> Reply {
        self.length = Some(length);
        self
    }

    /// Answers when the hold is released.
    pub fn held(mut self, hold: &Hold) -> Reply {
        self.held = Some(hold.clone());
        self
    }

    /// Sends the body, or the raw bytes, byte by byte, this long apart.
    pub fn drip(mut self, every: Duration) -> Reply {
        self.drip = Some(every);
        self
    }
}

/// Holds answers back until it is released.
#[derive(Clone, Debug, Default)]
pub struct Hold(Arc<(Mutex<bool>, Condvar)>);

impl Hold {
    pub fn release(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    fn wait(&self) {
        let released = self.0.0.lock().unwrap();
        drop(self.0.1.wait_timeout_while(released, Duration::from_secs(20), |released| !*released).unwrap());
    }
}

/// The server. It ends with the test's process.
#[derive(Clone)]
pub struct Hostd {
    pub port: u16,
    scripts: Arc<Mutex<HashMap<String, Vec<Reply>>>>,
    log: Arc<(Mutex<Vec<Hit>>, Condvar)>,
    open: Arc<AtomicUsize>,
    peak: Arc<AtomicUsize>,
}

impl Hostd {
    /// Listens on one port of both [`PUBLIC`] and [`PRIVATE`].
    pub fn start() -> Hostd {
        let (private, public, port) = (0..100)
            .find_map(|_| {
                let private = TcpListener::bind((PRIVATE, 0)).ok()?;
                let port = private.local_addr().ok()?.port();
                Some((private, TcpListener::bind((PUBLIC, port)).ok()?, port))
            })
            .expect("some port is free on both addresses");
        let server =
            Hostd { port, scripts: Arc::default(), log: Arc::default(), open: Arc::default(), peak: Arc::default() };
        for listener in [private, public] {
            let server = server.clone();
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let server = server.clone();
                    // A client that hangs up in the middle is part of the game.
                    std::thread::spawn(move || server.serve(stream).ok());
                }
            });
        }
        server
    }

    /// Answers `path` with these in turn; the last one stays.
    pub fn on(&self, path: &str, replies: impl IntoIterator<Item = Reply>) {
        let replies: Vec<Reply> = replies.into_iter().collect();
        assert!(!replies.is_empty());
        self.scripts.lock().unwrap().insert(path.to_owned(), replies);
    }

    pub fn url(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }

    pub fn hits(&self) -> Vec<Hit> {
        self.log.0.lock().unwrap().clone()
    }

    /// What was asked so far is not looked at again.
    pub fn forget_hits(&self) -> usize {
        std::mem::take(&mut *self.log.0.lock().unwrap()).len()
    }

    pub fn hits_of(&self, path: &str) -> Vec<Hit> {
        self.hits().into_iter().filter(|it| it.path == path).collect()
    }

    /// Waits until this many requests have come.
    pub fn wait_for_hits(&self, count: usize) {
        let log = self.log.0.lock().unwrap();
        let (_log, waited) =
            self.log.1.wait_timeout_while(log, Duration::from_secs(20), |log| log.len() < count).unwrap();
        assert!(!waited.timed_out(), "{count} requests were awaited");
    }

    /// The most requests that were under way at one time.
    pub fn peak(&self) -> usize {
        self.peak.load(Ordering::SeqCst)
    }

    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut writer = stream;
        let mut lines = Vec::new();
        loop {
            let mut line = Vec::new();
            if reader.read_until(b'\n', &mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_ascii_end().to_vec();
            if line.is_empty() {
                break;
            }
            lines.push(line);
        }
        let first = String::from_utf8_lossy(&lines[0]).into_owned();
        let mut words = first.split(' ').map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let header = |line: &Vec<u8>| {
            let colon = line.iter().position(|it| *it == b':')?;
            let name = String::from_utf8_lossy(&line[..colon]).to_ascii_lowercase();
            Some((name, line[colon + 1..].trim_ascii().to_vec()))
        };
        let headers = lines[1..].iter().filter_map(header).collect();
        let under_way = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.peak.fetch_max(under_way, Ordering::SeqCst);
        self.log.0.lock().unwrap().push(Hit { path: path.clone(), method, headers, at: Instant::now() });
        self.log.1.notify_all();
        let reply = self.next_reply(&path);
        let answered = answer(&reply, &mut reader, &mut writer);
        self.open.fetch_sub(1, Ordering::SeqCst);
        answered
    }

    fn next_reply(&self, path: &str) -> Reply {
        let mut scripts = self.scripts.lock().unwrap();
        match scripts.get_mut(path) {
            Some(replies) if replies.len() > 1 => replies.remove(0),
            Some(replies) => replies[0].clone(),
            None => Reply::status(404),
        }
    }
}

fn answer(reply: &Reply, reader: &mut impl Read, writer: &mut TcpStream) -> std::io::Result<()> {
    if let Some(hold) = &reply.held {
        hold.wait();
    }
    if reply.never {
        // Until the client gives up.
        let mut byte = [0];
        while reader.read(&mut byte)? > 0 {}
        return Ok(());
    }
    if let Some(raw) = &reply.raw {
        return match reply.drip {
            Some(every) => raw.iter().try_for_each(|byte| {
                writer.write_all(&[*byte])?;
                std::thread::sleep(every);
                Ok(())
            }),
            None => writer.write_all(raw),
        };
    }
    let mut head = format!("HTTP/1.1 {} Scripted\r\nConnection: close\r\n", reply.status).into_bytes();
    let length = reply.length.unwrap_or(reply.body.len());
    if reply.status != 304 {
        head.extend_from_slice(format!("Content-Length: {length}\r\n").as_bytes());
    }
    for (name, value) in &reply.headers {
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value);
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    writer.write_all(&head)?;
    match reply.drip {
        Some(every) => {
            for byte in &reply.body {
                writer.write_all(&[*byte])?;
                std::thread::sleep(every);
            }
            Ok(())
        }
        None => writer.write_all(&reply.body),
    }
}

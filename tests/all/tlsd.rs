//! A TLS server for tests, on loopback, with certificates made while the test runs. It answers with the bytes it is
//! told to, in HTTP/1.1 or in frames of HTTP/2 (RFC 9113), lies included.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::hostd::PUBLIC;

/// One that signs certificates.
pub struct Authority {
    der: Vec<u8>,
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate chain and its key.
pub struct Identity {
    chain: Vec<Vec<u8>>,
    key: Vec<u8>,
}

impl Authority {
    pub fn named(name: &str) -> Authority {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let own = params.self_signed(&key).unwrap();
        Authority { der: own.der().to_vec(), pem: own.pem(), issuer: Issuer::new(params, key) }
    }

    pub fn der(&self) -> Vec<u8> {
        self.der.clone()
    }

    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for this name, valid from the first year until the second begins.
    pub fn identity(&self, name: &str, from: i32, until: i32) -> Identity {
        let (params, key) = leaf(name, from, until);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Identity { chain: vec![certificate.der().to_vec()], key: key.serialize_der() }
    }
}

impl Identity {
    /// A certificate that nobody but its own key has signed.
    pub fn self_signed(name: &str) -> Identity {
        let (params, key) = leaf(name, 2000, 4000);
        let certificate = params.self_signed(&key).unwrap();
        Identity { chain: vec![certificate.der().to_vec()], key: key.serialize_der() }
    }
}

fn leaf(name: &str, from: i32, until: i32) -> (CertificateParams, KeyPair) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    (params, KeyPair::generate().unwrap())
}

pub type Stream = StreamOwned<ServerConnection, TcpStream>;

/// The server. It ends with the test's process.
pub struct Tlsd {
    pub port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Tlsd {
    /// Answers each request of HTTP/1.1 by its path.
    pub fn start(identity: &Identity, answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Tlsd {
        Tlsd::serve(identity, b"http/1.1", move |stream, heads| {
            let head = head(stream);
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            heads.lock().unwrap().push(head);
            let _ = stream.write_all(answer(&path).as_bytes());
        })
    }

    /// Speaks HTTP/2: once the first request's headers are there, `answer` has the connection.
    pub fn start_http2(identity: &Identity, answer: impl Fn(&mut Stream) + Send + Sync + 'static) -> Tlsd {
        Tlsd::serve(identity, b"h2", move |stream, heads| {
            if stream.conn.alpn_protocol() != Some(b"h2") || !is_http2(stream) {
                return;
            }
            heads.lock().unwrap().push("HTTP/2".to_owned());
            answer(stream);
        })
    }

    fn serve(
        identity: &Identity,
        protocol: &[u8],
        serve: impl Fn(&mut Stream, &Mutex<Vec<String>>) + Send + Sync + 'static,
    ) -> Tlsd {
        // Fails only where a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let chain = identity.chain.iter().cloned().map(Into::into).collect();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(identity.key.clone()));
        let mut config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
        config.alpn_protocols = vec![protocol.to_vec()];
        let config = Arc::new(config);
        let listener = TcpListener::bind((PUBLIC, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (log, serve) = (Arc::clone(&heads), Arc::new(serve));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, log, serve) = (Arc::clone(&config), Arc::clone(&log), Arc::clone(&serve));
                std::thread::spawn(move || {
                    let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
                    // A handshake that the client breaks off is part of the game.
                    if stream.conn.complete_io(&mut stream.sock).is_ok() {
                        serve(&mut stream, &log);
                        stream.conn.send_close_notify();
                        let _ = stream.flush();
                    }
                });
            }
        });
        Tlsd { port, heads }
    }

    pub fn url(&self, host: &str, path: &str) -> String {
        format!("https://{host}:{}{path}", self.port)
    }

    /// The heads of the requests that came.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn head(stream: &mut Stream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
pub const CONTINUATION: u8 = 9;
pub const END_STREAM: u8 = 1;
pub const END_HEADERS: u8 = 4;
const ACK: u8 = 1;

/// Reads up to the first request's headers, and agrees to whatever the client wants. False where it hung up.
fn is_http2(stream: &mut Stream) -> bool {
    let mut preface = [0; PREFACE.len()];
    if stream.read_exact(&mut preface).is_err() || preface != PREFACE {
        return false;
    }
    let mut out = frame(SETTINGS, 0, 0, b"");
    out.extend(frame(SETTINGS, ACK, 0, b""));
    if stream.write_all(&out).and_then(|()| stream.flush()).is_err() {
        return false;
    }
    loop {
        let mut head = [0; 9];
        if stream.read_exact(&mut head).is_err() {
            return false;
        }
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        if stream.read_exact(&mut vec![0; length]).is_err() {
            return false;
        }
        if head[3] == HEADERS {
            return true;
        }
    }
}

/// A frame (RFC 9113 section 4.1).
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = u32::try_from(payload.len()).unwrap().to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// `:status: 200` by its number in the static table (RFC 7541 appendix A).
pub const STATUS_200: &[u8] = &[0x88];

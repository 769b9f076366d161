//! What the network's errors are in plain kinds. Nothing of an error's own text is passed on but a certificate's fault:
//! error texts carry addresses, and addresses carry passwords.

use std::error::Error;
use std::io;

use super::guard::NameError;
use super::limits::Limits;
use crate::news::{Problem, Timestamp, Zone};

/// Why no headers came. `proxy` is the one that the request went through.
pub(super) fn of_sending(error: &reqwest::Error, host: &str, proxy: Option<String>, limits: &Limits) -> Problem {
    let host = host.to_owned();
    if let Some(proxy) = proxy
        && let Some(detail) = of_the_proxy(error, &host)
    {
        return Problem::Proxy { proxy, detail };
    }
    if let Some(fault) = find::<NameError>(error) {
        return match fault {
            NameError::Unknown => Problem::UnknownHost { host },
            NameError::Unreachable => Problem::Unreachable { host },
            NameError::Private => Problem::PrivateAddress { host },
        };
    }
    if let Some(fault) = find::<rustls::Error>(error) {
        return Problem::Insecure { host, detail: tls_in_words(fault) };
    }
    if error.is_timeout() {
        return Problem::TimedOut { host, seconds: limits.connect.as_secs() };
    }
    if let Some(fault) = find::<io::Error>(error) {
        return match fault.kind() {
            io::ErrorKind::ConnectionRefused => Problem::Refused { host },
            io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::AddrNotAvailable => Problem::Unreachable { host },
            _ => Problem::ClosedEarly { host },
        };
    }
    // hyper tells a connection that ended from one that spoke something else in words only.
    if said_anywhere(error, "before message completed") {
        return Problem::ClosedEarly { host };
    }
    Problem::NotHttp { host }
}

/// What is wrong with the proxy, if it is the one that failed: with one, nothing else is looked up and dialled.
fn of_the_proxy(error: &reqwest::Error, host: &str) -> Option<String> {
    if said_anywhere(error, "proxy authorization") || said_anywhere(error, "proxy authentication") {
        return Some("it wants a password".to_owned());
    }
    if find::<rustls::Error>(error).is_some() || !error.is_connect() {
        return None;
    }
    if said_anywhere(error, "tunnel error: unsuccessful") {
        return Some(format!("it will not connect to {host}"));
    }
    Some("it can't be reached".to_owned())
}

/// Why a body did not come whole.
pub(super) fn of_body(error: &reqwest::Error, host: &str) -> Problem {
    let cut = find::<io::Error>(error).is_some_and(|it| it.kind() == io::ErrorKind::UnexpectedEof);
    if error.is_decode() && !cut && !said_anywhere(error, "before message completed") && !is_transport(error) {
        return Problem::NotHttp { host: host.to_owned() };
    }
    Problem::ClosedEarly { host: host.to_owned() }
}

/// A failed decompression may only be the echo of a failed connection.
fn is_transport(error: &reqwest::Error) -> bool {
    find::<io::Error>(error).is_some_and(|it| {
        matches!(
            it.kind(),
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe
        )
    }) || said_anywhere(error, "error reading a body from connection")
}

fn tls_in_words(fault: &rustls::Error) -> String {
    use rustls::CertificateError as Certificate;
    let words = match fault {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            Certificate::ExpiredContext { not_after, .. } => {
                return format!("its certificate expired on {}", day(not_after.as_secs()));
            }
            Certificate::NotValidYetContext { not_before, .. } => {
                return format!("its certificate is not valid before {}", day(not_before.as_secs()));
            }
            Certificate::Expired => "its certificate has expired",
            Certificate::NotValidYet => "its certificate is not valid yet",
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                "its certificate is for another name"
            }
            Certificate::UnknownIssuer => "its certificate is from nobody that this machine trusts",
            Certificate::Revoked => "its certificate was revoked",
            _ => "its certificate is not valid",
        },
        rustls::Error::AlertReceived(_) => "the server ended the handshake",
        rustls::Error::PeerIncompatible(_) => "the server speaks no version of TLS that is safe",
        rustls::Error::InvalidMessage(_) => "the server does not speak TLS there",
        _ => "the handshake failed",
    };
    words.to_owned()
}

fn day(seconds: u64) -> String {
    let moment = Timestamp::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
    Zone::utc().format(moment, "%-d %b %Y")
}

/// The first error of this type in the chain. An `io::Error` hides what it wraps from `source`, so it is opened.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            let wraps_another = std::any::TypeId::of::<T>() == std::any::TypeId::of::<io::Error>()
                && error.downcast_ref::<io::Error>().is_some_and(|it| it.kind() == io::ErrorKind::Other);
            if !wraps_another {
                return Some(found);
            }
        }
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

fn said_anywhere(error: &(dyn Error + 'static), words: &str) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.to_string().contains(words) {
            return true;
        }
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    false
}

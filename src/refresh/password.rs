//! The password of a feed, from a program that its person chose, as `pass show feeds/kabar`. An argument vector, never a
//! shell; what it prints is kept in memory for the one request, and is never logged.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long the program may take; somebody may have to touch a key.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(20);
const OUTPUT_BYTES_MAX: u64 = 4_096;

/// The first line that the program prints: `user:password`.
///
/// # Errors
/// A sentence's end: why there is no password. It names the program and never its output.
pub(super) fn password(command: &[String]) -> Result<String, String> {
    let Some((program, arguments)) = command.split_first() else { return Err("no program is named".to_owned()) };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{program} did not start ({error})"))?;
    let output = child.stdout.take();
    // The pipe is read beside the wait: a program that prints much would else never end.
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = output.map(|it| it.take(OUTPUT_BYTES_MAX).read_to_end(&mut bytes));
        read.transpose().map(|_| bytes)
    });
    if !ends_in_time(&mut child) {
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("{program} did not end within {} s", PATIENCE.as_secs()));
    }
    let status = child.wait().map_err(|error| format!("{program} failed ({error})"))?;
    if !status.success() {
        return Err(format!("{program} ended with an error"));
    }
    let bytes = reader.join().ok().and_then(Result::ok).unwrap_or_default();
    let line = bytes.split(|it| matches!(it, b'\n' | b'\r')).next().unwrap_or_default();
    match std::str::from_utf8(line) {
        Ok(line) if line.contains(':') && !line.chars().any(char::is_control) => Ok(line.to_owned()),
        Ok(_) | Err(_) => Err(format!("{program} did not print user:password")),
    }
}

fn ends_in_time(child: &mut Child) -> bool {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(_)) | Err(_) => return true,
            Ok(None) if begun.elapsed() >= PATIENCE => return false,
            Ok(None) => std::thread::sleep(LOOK_EVERY),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(command: &[&str]) -> Result<String, String> {
        password(&command.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_first_line_is_the_password_and_nothing_else_is_said() {
        assert_eq!(run(&["printf", "ida:s3cret\nmore\n"]).unwrap(), "ida:s3cret");
        for wrong in [
            &["printf", "no colon"][..],
            &["printf", "ida:\x1b]52;c;x\x07"],
            &["false"],
            &["no-such-program-here"],
            &[],
        ] {
            let why = run(wrong).unwrap_err();
            assert!(!why.contains("52;c"), "{why}");
        }
        // No shell reads it.
        assert_eq!(run(&["printf", "%s", "a:$(touch x)`y`;z"]).unwrap(), "a:$(touch x)`y`;z");
    }
}

//! A home of its own for the program under test: a library that nobody else sees, and the program run on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::pty::Launch;

pub struct World {
    home: TempDir,
}

/// The program under test.
pub fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_dateline"))
}

impl World {
    pub fn new() -> World {
        World { home: TempDir::new().expect("a folder") }
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Runs the command line with pipes for stdout and stderr.
    pub fn run(&self, args: &[&str]) -> Output {
        Command::new(program())
            .arg("--data")
            .arg(self.data())
            .args(args)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home())
            .env("TERM", "xterm-256color")
            .current_dir(self.home())
            .stdin(Stdio::null())
            .output()
            .expect("the program runs")
    }

    /// Runs the command line, which must do what it is asked, and gives its stdout.
    pub fn done(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "dateline {args:?}: {:?}\n{errors}", output.status);
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// JSON objects, one a line.
    pub fn objects(&self, args: &[&str]) -> Vec<serde_json::Value> {
        self.done(args).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// The command line in a terminal; without arguments the reader.
    pub fn launch(&self, args: &[&str]) -> Launch {
        let mut launch = Launch::new(program(), self.home());
        launch.args = vec!["--data".to_owned(), self.data().to_string_lossy().into_owned()];
        launch.args.extend(args.iter().map(|it| (*it).to_owned()));
        launch
    }

    /// A shell in a terminal that is given the program as `$0` and the library's folder as `$1`.
    pub fn launch_shell(&self, options: &[&str], script: &str) -> Launch {
        let mut launch = Launch::new("/bin/sh", self.home());
        launch.args = options.iter().map(|it| (*it).to_owned()).collect();
        launch.args.extend(["-c".to_owned(), script.to_owned()]);
        launch.args.extend([program().to_string_lossy().into_owned(), self.data().to_string_lossy().into_owned()]);
        launch
    }
}

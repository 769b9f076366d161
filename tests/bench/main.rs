//! Figures, not verdicts: how long a person waits, how much memory and disk is used, beside the same work in bare SQLite.
//!
//! `cargo bench --bench reader` runs the real program in a terminal of its own on libraries of 100 and 10,000 articles
//! and prints a table; `cargo bench --bench reader -- 100 1000000` takes other sizes, and `refresh` adds a refresh from
//! a server on loopback. `busy` is about keys while a thousand feeds are refreshed, `idle` about a reader that has
//! nothing to do, `drain` about the index, `parse` about reading feeds, `size` about the bytes of an article on disk.
//! Made libraries are kept in `target/bench`, or in the folder that `DATELINE_BENCH_DIR` names. Times are from the key
//! to the screen that answers it; the terminal emulator that looks at the bytes is part of them.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod bare;
mod busy;
mod drain;
mod library;
#[path = "../all/loopback.rs"]
#[allow(dead_code, unused_imports)]
mod loopback;
#[path = "../all/oracle.rs"]
#[allow(dead_code, unused_imports)]
mod oracle;
mod parse;
mod prose;
#[path = "../all/pty.rs"]
#[allow(dead_code, unused_imports)]
mod pty;
mod refresh;
mod size;
mod waits;

use std::time::{Duration, Instant};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_dateline");
const SIZES: [usize; 2] = [100, 10_000];

/// One line of the table at one size.
pub struct Figure {
    pub name: &'static str,
    pub value: f64,
}

fn main() {
    // Cargo itself passes `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with("--")).collect();
    for (name, figures) in [("drain", drain::table as fn()), ("parse", parse::figures)] {
        if arguments.iter().any(|it| it == name) {
            return figures();
        }
    }
    let mut sizes: Vec<usize> = arguments.iter().filter_map(|it| it.parse().ok()).collect();
    for (name, print) in [("busy", busy::table as fn(Option<usize>)), ("idle", busy::idle), ("size", size::table)] {
        if arguments.iter().any(|it| it == name) {
            return print(sizes.first().copied());
        }
    }
    if sizes.is_empty() {
        sizes.extend(SIZES);
    }
    let columns: Vec<Vec<Figure>> = sizes
        .iter()
        .map(|&size| {
            let made = library::library(size);
            let mut figures = waits::figures(&made);
            figures.extend(bare::figures(&made));
            figures
        })
        .collect();
    print_table(&sizes, &columns);
    if arguments.is_empty() || arguments.iter().any(|it| it == "refresh") {
        refresh::refresh();
    }
    if arguments.is_empty() {
        parse::figures();
    }
}

fn print_table(sizes: &[usize], columns: &[Vec<Figure>]) {
    print!("{:<44}", "articles");
    for size in sizes {
        print!("{size:>12}");
    }
    println!();
    for (line, figure) in columns[0].iter().enumerate() {
        print!("{:<44}", figure.name);
        for column in columns {
            print!("{:>12.2}", column[line].value);
        }
        println!();
    }
}

pub fn times(count: usize, mut act: impl FnMut(usize)) -> Vec<Duration> {
    (0..count)
        .map(|number| {
            let start = Instant::now();
            act(number);
            start.elapsed()
        })
        .collect()
}

/// Milliseconds below which so many percent of the times are.
pub fn percentile(times: &[Duration], percent: usize) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort();
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)].as_secs_f64() * 1000.0
}

pub fn median(times: &[Duration]) -> f64 {
    percentile(times, 50)
}

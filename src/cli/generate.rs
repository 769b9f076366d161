//! Documents made from the tables: man page, completions, keys.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell as CompletionShell;

use super::Failure;
use super::arguments::{Arguments, Generate, Shell};
use super::print::Out;
use crate::command::key_table_text;
use crate::config::SHIPPED;
use crate::query::GUIDE;

pub fn run(what: &Generate) -> Result<ExitCode, Failure> {
    let text = match what {
        Generate::Man => man_page()?,
        Generate::Completions { shell } => completions(*shell),
        Generate::Keys => key_table_text(),
        Generate::Config => SHIPPED.to_owned(),
    };
    Out::new().line(text.trim_end());
    Ok(ExitCode::SUCCESS)
}

/// One page for all commands, with the reader's keys.
fn man_page() -> Result<String, Failure> {
    let command = Arguments::command();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    let mut text = String::from_utf8_lossy(&page).into_owned();
    text.push_str(".SH COMMANDS IN DETAIL\n");
    for subcommand in command.get_subcommands() {
        let mut help = subcommand.clone().bin_name(format!("dateline {}", subcommand.get_name()));
        text.push_str(&format!(
            ".SS dateline {}\n.nf\n{}\n.fi\n",
            subcommand.get_name(),
            roff(&help.render_help().to_string())
        ));
    }
    text.push_str(
        ".SH QUERIES\nA space means and; case does not matter; what has signs or spaces in it goes in quotes.\n.nf\n",
    );
    for row in GUIDE {
        let examples = row.examples.join("   ");
        text.push_str(&roff(&format!("{}\n    {examples}\n    {}\n", row.heading, row.meaning)));
        text.push('\n');
    }
    text.push_str(".fi\n");
    text.push_str(&format!(".SH KEYS\n.nf\n{}\n.fi\n", roff(&key_table_text())));
    Ok(text)
}

/// Text as roff shows it verbatim: backslashes doubled, a dot or quote at the head of a line guarded.
fn roff(text: &str) -> String {
    let guarded = |line: &str| {
        let escaped = line.replace('\\', "\\\\").replace('-', "\\-");
        if escaped.starts_with(['.', '\'']) { format!("\\&{escaped}") } else { escaped }
    };
    text.lines().map(guarded).collect::<Vec<_>>().join("\n")
}

fn completions(shell: Shell) -> String {
    let shell = match shell {
        Shell::Bash => CompletionShell::Bash,
        Shell::Zsh => CompletionShell::Zsh,
        Shell::Fish => CompletionShell::Fish,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "dateline", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_man_page_names_every_command() {
        let page = man_page().unwrap();
        for subcommand in Arguments::command().get_subcommands() {
            assert!(page.contains(&format!("dateline {}", subcommand.get_name())), "{}", subcommand.get_name());
        }
        for row in GUIDE {
            assert!(page.contains(&roff(row.examples[0])), "{}", row.heading);
        }
    }
}

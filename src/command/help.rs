//! The table of keys as text, for README (`dateline generate keys` and the README test use the same words).
//!
//! Made from the command table and the shipped map, never kept by hand.

use super::{COMMANDS, Entry, Group, KeyMap};

/// README's key table: one Markdown table, group by group.
pub fn key_table_markdown() -> String {
    let map = KeyMap::shipped();
    let mut out = String::from("| | Keys | What it does | Command |\n|---|---|---|---|\n");
    for group in Group::ALL {
        for (index, entry) in rows(group).enumerate() {
            let heading = if index == 0 { format!("**{}**", group.title()) } else { String::new() };
            let keys: Vec<String> =
                map.keys_of(entry.command).iter().map(|it| format!("`{}`", it.replace('|', "\\|"))).collect();
            out.push_str(&format!("| {heading} | {} | {} | `{}` |\n", keys.join(" "), entry.doc, entry.name));
        }
    }
    out
}

/// The same for a terminal: aligned columns under the groups' headings.
pub fn key_table_text() -> String {
    let map = KeyMap::shipped();
    let keys = |entry: &Entry| map.keys_of(entry.command).join("  ");
    let width = |texts: &mut dyn Iterator<Item = String>| texts.map(|it| it.chars().count()).max().unwrap_or(0);
    let keys_width = width(&mut COMMANDS.iter().map(keys));
    let names_width = width(&mut COMMANDS.iter().map(|it| it.name.to_owned()));
    let mut out = String::new();
    for group in Group::ALL {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(group.title());
        out.push('\n');
        for entry in rows(group) {
            out.push_str(&format!("  {:keys_width$}  {:names_width$}  {}\n", keys(entry), entry.name, entry.doc));
        }
    }
    out
}

fn rows(group: Group) -> impl Iterator<Item = &'static Entry> {
    COMMANDS.iter().filter(move |it| it.group == group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_show_every_command_with_its_keys_and_its_doc() {
        let map = KeyMap::shipped();
        for table in [key_table_markdown(), key_table_text()] {
            for entry in COMMANDS {
                let keys = map.keys_of(entry.command);
                let shown = |line: &str| {
                    line.contains(entry.name) && line.contains(entry.doc) && keys.iter().all(|it| line.contains(it))
                };
                assert!(table.lines().any(shown), "{} with {keys:?} is not in\n{table}", entry.name);
            }
        }
    }

    #[test]
    fn a_markdown_row_has_four_cells() {
        for line in key_table_markdown().lines() {
            assert_eq!(line.replace("\\|", "").matches('|').count(), 5, "{line}");
        }
    }

    #[test]
    fn the_columns_of_the_text_are_aligned() {
        let text = key_table_text();
        let columns = |name: &str, doc: &str| {
            let line = text.lines().find(|line| line.contains(doc)).expect("the row");
            (line.find(&format!("  {name} ")), line.find(doc))
        };
        assert_eq!(columns("down", "go one line down"), columns("next-feed-with-unread", "go to the next feed"));
    }
}

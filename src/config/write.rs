//! One setting changed in a person's text: everything else in it, comments and blank lines too, stays as it is.

use toml_edit::{DocumentMut, Item, Table, TableLike, value};

use super::setting::{Setting, Value};

/// The text with the setting set to `wanted`, or without it.
///
/// # Errors
/// What the TOML parser says, where the text is none; or that the section's name means something else in it.
pub fn changed(text: &str, name: &str, wanted: Option<&Value>) -> Result<String, String> {
    let (mark, body) = match text.strip_prefix('\u{feff}') {
        Some(body) => ("\u{feff}", body),
        None => ("", text),
    };
    let mut document: DocumentMut = body
        .parse()
        .map_err(|error: toml_edit::TomlError| error.message().lines().next().unwrap_or("it is no TOML").to_owned())?;
    let (section, key) = name.split_once('.').unwrap_or(("", name));
    let item = wanted.map(|it| item_of(name, it));
    if item.is_none()
        && let Some(shorter) = without_its_line(body, &document, section, key)
    {
        return Ok(format!("{mark}{shorter}"));
    }
    if section.is_empty() {
        put(document.as_table_mut(), key, item);
    } else {
        let known = document.contains_key(section);
        if !known && item.is_none() {
            return Ok(text.to_owned());
        }
        let table = document.entry(section).or_insert_with(|| Item::Table(Table::new()));
        let Some(table) = table.as_table_like_mut() else {
            return Err(format!("`{section}` is a section, and is something else there"));
        };
        match (item, table.get_mut(key)) {
            (Some(item), Some(there)) => replace(there, item),
            (Some(item), None) => {
                table.insert(key, item);
            }
            (None, _) => {
                table.remove(key);
            }
        }
    }
    Ok(format!("{mark}{document}"))
}

/// The text without the one line on which the setting stands: whatever is said above it stays, since nobody can tell
/// whether it is said of this setting alone. `None` where it does not stand on a line of its own.
fn without_its_line(text: &str, document: &DocumentMut, section: &str, key: &str) -> Option<String> {
    let wanted = {
        let mut shorter = document.clone();
        let table = if section.is_empty() { Some(shorter.as_table_mut() as &mut dyn TableLike) } else { None };
        match table {
            Some(table) => table.remove(key),
            None => shorter.get_mut(section)?.as_table_like_mut()?.remove(key),
        };
        values_of(&shorter.to_string())?
    };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    (0..lines.len()).find_map(|left_out| {
        let names = [key, section].into_iter().filter(|it| !it.is_empty());
        let may_be = names.into_iter().any(|it| lines[left_out].contains(it)) && lines[left_out].contains('=');
        let shorter = may_be.then(|| [&lines[..left_out], &lines[left_out + 1..]].concat().concat())?;
        (values_of(&shorter)? == wanted).then_some(shorter)
    })
}

/// What a text sets, without how it is written. Empty sections set nothing.
fn values_of(text: &str) -> Option<toml::Table> {
    let mut table: toml::Table = toml::from_str(text).ok()?;
    table.retain(|_, value| !matches!(value, toml::Value::Table(it) if it.is_empty()));
    Some(table)
}

fn put(table: &mut Table, key: &str, item: Option<Item>) {
    match (item, table.get_mut(key)) {
        (Some(item), Some(there)) => replace(there, item),
        (Some(item), None) => {
            table.insert(key, item);
        }
        (None, _) => {
            table.remove(key);
        }
    }
}

/// Keeps what stands around the old value, such as a comment behind it.
fn replace(there: &mut Item, mut item: Item) {
    if let (Some(old), Some(new)) = (there.as_value(), item.as_value_mut()) {
        *new.decor_mut() = old.decor().clone();
    }
    *there = item;
}

fn item_of(name: &str, wanted: &Value) -> Item {
    match (Setting::named(name), wanted) {
        (Some(setting), it) if setting.is_quoted() => value(setting.text(it)),
        (_, Value::Switch(it)) => value(*it),
        (_, Value::Number(it)) => value(*it),
        (_, Value::Word(it)) => value(it.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::setting::{Kind, SETTINGS};
    use super::super::settings::{Config, Flags, SHIPPED};
    use super::super::themes::Themes;
    use super::*;

    fn word(it: &str) -> Value {
        Value::Word(it.to_owned())
    }

    #[test]
    fn comments_and_order_stay_and_only_the_value_changes() {
        let text = "# head\ntheme = \"dark\"   # at night\n\n[reader]\n# not too long\nmeasure = 60\n# tail\n";
        let once = changed(text, "theme", Some(&word("light"))).unwrap();
        assert_eq!(once, text.replace("\"dark\"", "\"light\""));
        let twice = changed(&once, "reader.read_on", Some(&word("never"))).unwrap();
        assert_eq!(twice.replace("read_on = \"never\"\n", ""), once);
        assert_eq!(changed(&twice, "reader.read_on", None).unwrap(), once);
    }

    #[test]
    fn what_is_said_above_a_setting_stays_when_it_is_taken_out() {
        let text = "# mine\ntheme = \"dark\" # at night\n# tail\n";
        assert_eq!(changed(text, "theme", None).unwrap(), "# mine\n# tail\n");
        let text = "linear = true\n[reader]\n# not too long\nmeasure = 60\n\n[keys]\n# none\n";
        let without = "linear = true\n[reader]\n# not too long\n\n[keys]\n# none\n";
        assert_eq!(changed(text, "reader.measure", None).unwrap(), without);
        assert_eq!(changed("reader.measure = 60\n", "reader.measure", None).unwrap(), "");
        let inline = changed("reader = { measure = 60, read_on = \"open\" }\n", "reader.measure", None).unwrap();
        assert!(inline.contains("read_on") && !inline.contains("measure"), "{inline}");
        assert_eq!(changed("theme = \"dark\"\n", "linear", None).unwrap(), "theme = \"dark\"\n");
    }

    #[test]
    fn a_section_is_made_where_there_is_none_and_a_setting_without_one_stands_before_all() {
        assert_eq!(changed("", "keys.preset", Some(&word("nnw"))).unwrap(), "[keys]\npreset = \"nnw\"\n");
        let text = "[reader]\nmeasure = 60\n";
        let both = changed(text, "linear", Some(&Value::Switch(true))).unwrap();
        assert_eq!(both, "linear = true\n[reader]\nmeasure = 60\n");
        assert_eq!(changed("", "keys.preset", None).unwrap(), "");
    }

    #[test]
    fn other_ways_to_write_a_section_are_kept() {
        let dotted = changed("reader.measure = 60\n", "reader.measure", Some(&Value::Number(80))).unwrap();
        assert_eq!(dotted, "reader.measure = 80\n");
        let inline = changed("reader = { measure = 60 }\n", "reader.measure", Some(&Value::Number(80))).unwrap();
        assert_eq!(inline, "reader = { measure = 80 }\n");
        assert!(changed("reader = 3\n", "reader.measure", Some(&Value::Number(80))).is_err());
        assert!(changed("reader = [\n", "reader.measure", Some(&Value::Number(80))).is_err());
    }

    #[test]
    fn every_setting_is_read_again_as_it_was_written_into_the_shipped_text() {
        for setting in SETTINGS {
            let wanted: Vec<Value> = match setting.kind {
                Kind::Switch => vec![Value::Switch(true), Value::Switch(false)],
                Kind::Number { least, most } | Kind::Time { least, most } | Kind::Size { least, most } => {
                    vec![Value::Number(least), Value::Number(most)]
                }
                Kind::Choice(words) => words.iter().map(|it| word(it)).collect(),
                Kind::Theme => Themes::shipped().names().into_iter().map(word).collect(),
                Kind::Words => vec![word(""), word("firefox --new-tab \"%s\" # \\ é")],
            };
            for value in wanted {
                for text in ["", SHIPPED] {
                    let text = changed(text, setting.name, Some(&value)).unwrap();
                    let config = Config::of(Some(("config.toml", &text)), Themes::shipped(), &Flags::default());
                    let config = config.unwrap_or_else(|error| panic!("{error:?} in\n{text}"));
                    let shown = config.shown();
                    let shown = shown.iter().find(|it| it.setting.name == setting.name).unwrap();
                    assert_eq!(shown.value, value, "{} in\n{text}", setting.name);
                }
            }
        }
    }
}

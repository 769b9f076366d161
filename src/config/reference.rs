//! What the shipped file says of each setting, for the settings view and README: its comments, never kept by hand
//! anywhere else.

use super::setting::SETTINGS;
use super::settings::{Config, SHIPPED};

/// What a setting does and what it may be: the comment right above it in the shipped file, as one line.
pub fn documentation(name: &str) -> String {
    let mut section = "";
    let mut comment: Vec<&str> = Vec::new();
    for line in SHIPPED.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix('#') {
            comment.push(text.trim());
            continue;
        }
        if let Some(head) = line.strip_prefix('[') {
            section = head.trim_end_matches(']');
        } else if let Some((key, _)) = line.split_once('=') {
            let key = key.trim();
            let whole = if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") };
            if whole == name {
                return comment.join(" ");
            }
        }
        comment.clear();
    }
    String::new()
}

/// README's table of settings.
pub fn settings_table_markdown() -> String {
    let mut out = String::from("| Setting | As shipped | What it does |\n|---|---|---|\n");
    for shown in Config::shipped().shown() {
        let value = shown.setting.text(&shown.shipped);
        let value = if shown.setting.is_quoted() { format!("\"{value}\"") } else { value };
        let doc = documentation(shown.setting.name).replace('|', "\\|");
        out.push_str(&format!("| `{}` | `{value}` | {doc} |\n", shown.setting.name));
    }
    debug_assert_eq!(out.lines().count(), SETTINGS.len() + 2);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_documented_in_the_shipped_file_and_in_its_order() {
        let mut names = Vec::new();
        let mut section = String::new();
        for line in SHIPPED.lines() {
            if let Some(head) = line.strip_prefix('[') {
                section = format!("{}.", head.trim_end_matches(']'));
            } else if let Some((key, _)) = line.split_once(" = ")
                && !line.starts_with('#')
            {
                names.push(format!("{section}{key}"));
            }
        }
        assert_eq!(names, SETTINGS.iter().map(|it| it.name).collect::<Vec<_>>());
        for setting in SETTINGS {
            let doc = documentation(setting.name);
            assert!(doc.len() > 20 && doc.ends_with('.') && !doc.contains('\n'), "{}: {doc:?}", setting.name);
        }
    }

    #[test]
    fn bounds_that_are_documented_are_the_real_ones() {
        for setting in SETTINGS {
            let doc = documentation(setting.name);
            match setting.kind {
                super::super::setting::Kind::Number { least, most } => {
                    assert!(doc.contains(&format!("{least} to {most}")), "{}: {doc}", setting.name);
                }
                super::super::setting::Kind::Choice(words) => {
                    for word in words {
                        assert!(doc.contains(&format!("\"{word}\"")), "{} does not name {word}: {doc}", setting.name);
                    }
                }
                super::super::setting::Kind::Time { least, most }
                | super::super::setting::Kind::Size { least, most } => {
                    for bound in [least, most] {
                        let text = setting.text(&super::super::setting::Value::Number(bound));
                        assert!(doc.contains(&text), "{}: {doc}", setting.name);
                    }
                }
                super::super::setting::Kind::Switch
                | super::super::setting::Kind::Theme
                | super::super::setting::Kind::Words => {}
            }
        }
    }
}

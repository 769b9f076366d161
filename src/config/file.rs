//! A person's file of settings and their themes, read within bounds and written as a whole.
//!
//! Never waits for a file: what is no ordinary file is refused unread. Never leaves half a file behind.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::mistake::Mistake;
use super::setting::Value;
use super::settings::{Config, Flags};
use super::themes::{self, THEMES_MAX, Themes};
use crate::news::{CleanText, Limit};

/// Nobody writes more settings than this.
const FILE_BYTES_MAX: u64 = 1_048_576;
/// Files beside the settings.
const THEMES_FOLDER: &str = "themes";

/// Why the settings could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigError {
    /// The file can't be read at all; a sentence that names it and the next step.
    Unreadable(CleanText),
    /// Its mistakes, in its order. Never empty.
    Mistakes(Vec<Mistake>),
}

/// Whether a file that a person named must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// `--config FILE`.
    Named,
    /// The usual place, where there may be nothing.
    Usual,
}

/// Reads settings and themes. Without a file everything is as it ships; nothing is ever made.
///
/// # Errors
/// The file can't be read, or has mistakes. A theme of the person's own with mistakes is a mistake too.
pub fn load(file: Option<&Path>, wanted: Wanted, flags: &Flags) -> Result<Config, ConfigError> {
    let Some(path) = file else {
        return Config::of(None, Themes::shipped(), flags).map_err(ConfigError::Mistakes);
    };
    let seen = stamp(path);
    let mut all = Themes::shipped();
    let mut mistakes = Vec::new();
    for (theme_path, name) in theme_files(path) {
        match text_of(&theme_path, Wanted::Named) {
            Err(sentence) => mistakes.push(Mistake::of_file(&file_name(&theme_path), sentence.as_str())),
            Ok(None) => {}
            Ok(Some(text)) => match themes::read(&file_name(&theme_path), &text) {
                Ok(theme) => all.add(&name, theme),
                Err(wrong) => {
                    // Its name is taken, so that the settings that name it are not wrong as well.
                    all.add(&name, super::theme::Theme::terminal());
                    mistakes.extend(wrong);
                }
            },
        }
    }
    let text = text_of(path, wanted).map_err(ConfigError::Unreadable)?;
    let name = file_name(path);
    let own = text.as_deref().map(|text| (name.as_str(), text));
    match Config::of(own, all, flags) {
        Ok(mut config) if mistakes.is_empty() => {
            config.file = Some(path.to_owned());
            config.seen = seen;
            Ok(config)
        }
        Ok(_) => Err(ConfigError::Mistakes(mistakes)),
        Err(mut wrong) => {
            wrong.extend(mistakes);
            Err(ConfigError::Mistakes(wrong))
        }
    }
}

impl Config {
    /// Reads everything again from where it came.
    ///
    /// # Errors
    /// As [`load`].
    pub fn again(&self) -> Result<Config, ConfigError> {
        load(self.file.as_deref(), Wanted::Usual, &self.flags)
    }
}

/// Changes one setting in the file, or takes it out of it so that it is as shipped again. Comments and everything else
/// in the file stay as they are; the file is replaced as a whole, and made where there was none.
///
/// # Errors
/// A sentence: the file can't be read or written, or is no TOML.
pub fn write(path: &Path, name: &str, value: Option<&Value>) -> Result<(), CleanText> {
    let text = text_of(path, Wanted::Usual)?.unwrap_or_default();
    let changed = super::write::changed(&text, name, value).map_err(|error| {
        sentence(&format!("{} was not changed, since it can't be read: {error}. Mend it first.", path.display()))
    })?;
    replace(path, &changed).map_err(|error| {
        sentence(&format!("{} could not be written: {error}. Check the folder's permissions.", path.display()))
    })
}

/// What the file and the themes look like from outside; it changes when one of them does.
pub fn stamp(path: &Path) -> Vec<(PathBuf, u64, Option<SystemTime>)> {
    let mut files = vec![path.to_owned()];
    files.extend(theme_files(path).into_iter().map(|(path, _)| path));
    let of = |path: PathBuf| {
        let metadata = fs::metadata(&path).ok()?;
        Some((path, metadata.len(), metadata.modified().ok()))
    };
    files.into_iter().filter_map(of).collect()
}

/// The text of a file, `None` where there is none and none must be. The error is a sentence.
fn text_of(path: &Path, wanted: Wanted) -> Result<Option<String>, CleanText> {
    let shown = path.display();
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound && wanted == Wanted::Usual && !is_link(path) => {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(path, &error)),
    };
    if let Some(what) = no_file(&metadata) {
        return Err(sentence(&format!("{shown} is {what}, not a file of settings. Name another with --config FILE.")));
    }
    let bytes = bytes_of(path).map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(sentence(&format!("{shown} is larger than 1 MiB, and so no file of settings. Name another.")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..good];
            let line = 1 + before.iter().filter(|it| **it == b'\n').count();
            let begin = before.iter().rposition(|it| *it == b'\n').map_or(0, |it| it + 1);
            let column = 1 + String::from_utf8_lossy(&before[begin..]).chars().count();
            let name = file_name(path);
            Err(sentence(&format!("{name}:{line}:{column}: this letter is not UTF-8. Save the file as UTF-8.")))
        }
    }
}

/// Reads no more than tells that a file is too large.
fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What it is instead of an ordinary file. To open a pipe would be to wait for whoever writes into it.
fn no_file(metadata: &Metadata) -> Option<&'static str> {
    if metadata.is_file() {
        None
    } else if metadata.is_dir() {
        Some("a folder")
    } else {
        Some("a pipe or a device")
    }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|it| it.is_symlink())
}

fn unreadable(path: &Path, error: &io::Error) -> CleanText {
    let shown = path.display();
    sentence(&match error.kind() {
        ErrorKind::NotFound if is_link(path) => {
            format!("{shown} is a link that leads nowhere. Mend it, or take it away.")
        }
        ErrorKind::NotFound => format!("There is no file {shown}. Name another with --config FILE, or leave it out."),
        ErrorKind::PermissionDenied => format!("{shown} may not be read by you. Check its permissions."),
        _ => format!("{shown} can't be read: {error}. Name another with --config FILE."),
    })
}

/// The person's themes: `themes/NAME.toml` beside the settings, in the order of their names.
fn theme_files(config: &Path) -> Vec<(PathBuf, String)> {
    let Some(folder) = config.parent() else { return Vec::new() };
    let Ok(entries) = fs::read_dir(folder.join(THEMES_FOLDER)) else { return Vec::new() };
    let mut files: Vec<(PathBuf, String)> = entries
        .flatten()
        .take(2 * THEMES_MAX)
        .map(|it| it.path())
        .filter(|it| it.extension().is_some_and(|it| it == "toml"))
        .filter_map(|it| Some((it.clone(), it.file_stem()?.to_str()?.to_owned())))
        .collect();
    files.sort();
    files.truncate(THEMES_MAX);
    files
}

/// Writes beside the file, then puts it in its place. A link stays a link: what it leads to is replaced.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let beside = folder.join(format!(".{}.{}.new", file_name(&target), std::process::id()));
    let written = (|| {
        let mut file = File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        if let Ok(before) = fs::metadata(&target) {
            file.set_permissions(before.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&beside, &target)
    })();
    if written.is_err() {
        // What could not be put in its place is of no use to anybody.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |it| it.to_string_lossy().into_owned())
}

fn sentence(text: &str) -> CleanText {
    CleanText::line(text, Limit::SENTENCE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn said(result: Result<Config, ConfigError>) -> String {
        match result.unwrap_err() {
            ConfigError::Unreadable(sentence) => sentence.to_string(),
            ConfigError::Mistakes(mistakes) => mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        }
    }

    fn load_usual(path: &Path) -> Result<Config, ConfigError> {
        load(Some(path), Wanted::Usual, &Flags::default())
    }

    #[test]
    fn without_a_file_all_is_as_shipped_and_nothing_is_made() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("dateline/config.toml");
        let config = load_usual(&path).unwrap();
        assert_eq!(config.file.as_deref(), Some(path.as_path()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(load(None, Wanted::Usual, &Flags::default()).unwrap().file.is_none());
        assert!(said(load(Some(&path), Wanted::Named, &Flags::default())).starts_with("There is no file "));
        fs::create_dir(path.parent().unwrap()).unwrap();
        fs::write(&path, "").unwrap();
        assert!(load_usual(&path).is_ok(), "an empty file sets nothing");
    }

    #[test]
    fn what_is_no_file_of_settings_is_refused_unread() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("config.toml");
        fs::create_dir(&path).unwrap();
        assert!(said(load_usual(&path)).contains("is a folder"));
        assert!(said(load_usual(Path::new("/dev/zero"))).contains("is a pipe or a device"));
        let circle = folder.path().join("circle.toml");
        std::os::unix::fs::symlink(&circle, &circle).unwrap();
        assert!(said(load_usual(&circle)).contains("can't be read"));
        let nowhere = folder.path().join("nowhere.toml");
        std::os::unix::fs::symlink(folder.path().join("gone"), &nowhere).unwrap();
        assert!(said(load_usual(&nowhere)).contains("leads nowhere"));
        let pipe = folder.path().join("pipe.toml");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert!(said(load_usual(&pipe)).contains("is a pipe or a device"));
        let large = folder.path().join("large.toml");
        File::create(&large).unwrap().set_len(1 << 30).unwrap();
        assert!(said(load_usual(&large)).contains("larger than 1 MiB"));
        let latin = folder.path().join("latin.toml");
        fs::write(&latin, b"theme = \"dark\"\nbrowser = \"caf\xe9\"\n").unwrap();
        assert_eq!(said(load_usual(&latin)), "latin.toml:2:15: this letter is not UTF-8. Save the file as UTF-8.");
    }

    #[test]
    fn a_theme_of_ones_own_is_found_beside_the_settings() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("config.toml");
        fs::create_dir(folder.path().join("themes")).unwrap();
        let sepia = include_str!("../../assets/themes/light.toml").replace("#fbfaf6", "#f4ecd8");
        fs::write(folder.path().join("themes/sepia.toml"), &sepia).unwrap();
        fs::write(&path, "theme = \"sepia\"\n").unwrap();
        let config = load_usual(&path).unwrap();
        let theme = config.theme(super::super::Depth::True, None);
        assert_eq!(theme.background(), super::super::Color::named("#f4ecd8"));
        fs::write(folder.path().join("themes/sepia.toml"), "text = \"nope\"\n").unwrap();
        let mistakes = said(load_usual(&path));
        assert!(mistakes.starts_with("sepia.toml:1:8:") && !mistakes.contains("config.toml"), "{mistakes}");
    }

    #[test]
    fn a_setting_that_is_written_is_read_again_and_the_rest_stays() {
        let folder = TempDir::new().unwrap();
        let real = folder.path().join("dotfiles.toml");
        let path = folder.path().join("config.toml");
        fs::write(&real, "# mine\nlinear = true # for the reader\n").unwrap();
        std::os::unix::fs::symlink(&real, &path).unwrap();
        write(&path, "reader.measure", Some(&Value::Number(60))).unwrap();
        let text = fs::read_to_string(&real).unwrap();
        assert_eq!(text, "# mine\nlinear = true # for the reader\n\n[reader]\nmeasure = 60\n");
        assert!(is_link(&path), "the link stays a link");
        assert_eq!(load_usual(&path).unwrap().settings.reader.measure, 60);
        write(&path, "reader.measure", None).unwrap();
        assert_eq!(load_usual(&path).unwrap().settings.reader.measure, 72);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside it");
    }
}

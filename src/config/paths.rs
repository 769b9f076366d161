//! Where the library and the configuration are.
//!
//! Only names places; makes no folder and opens no file.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

/// The folders of this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Holds `library.db`, `refresh.lock`, `backup/`, `log/`.
    pub data: PathBuf,
}

/// The person's settings, in the file that `--config` or `DATELINE_CONFIG` names (clap has merged them), else
/// `config.toml` in the XDG configuration folder. `None` where there is no home to look in: then nothing is set.
pub fn config_file(given: Option<PathBuf>) -> Option<PathBuf> {
    match given.filter(|it| !it.as_os_str().is_empty()) {
        Some(file) => Some(std::path::absolute(&file).unwrap_or(file)),
        None => {
            let offered = ProjectDirs::from("", "", "dateline").map(|it| it.config_dir().to_owned());
            let (home, xdg) = (env::var_os("HOME"), env::var_os("XDG_CONFIG_HOME"));
            home_config(home.as_deref(), xdg.as_deref(), offered).map(|it| it.join(CONFIG_FILE))
        }
    }
}

/// The person's settings, in the configuration folder.
const CONFIG_FILE: &str = "config.toml";

impl Paths {
    /// `--data` or `DATELINE_DATA` where given (clap has merged them), else the XDG data folder.
    /// The error is a sentence for a person.
    pub fn resolve(data: Option<PathBuf>) -> Result<Paths, String> {
        // An empty variable counts as unset, as it does for XDG's own (Base Directory Specification, 0.8).
        let given = data.filter(|it| !it.as_os_str().is_empty());
        let data = match given {
            // Absolute, so that a message names a place that can be found from anywhere.
            Some(folder) => std::path::absolute(&folder).unwrap_or(folder),
            None => {
                let offered = ProjectDirs::from("", "", "dateline").map(|it| it.data_dir().to_owned());
                home_data(env::var_os("HOME").as_deref(), env::var_os("XDG_DATA_HOME").as_deref(), offered)?
            }
        };
        Ok(Paths { data })
    }
}

/// The folder that the platform `offered`, provided that a person said where home is. Without HOME the platform
/// answers from the user database, and a service or a bare container would put a library where nobody looks for it.
fn home_data(home: Option<&OsStr>, xdg_data: Option<&OsStr>, offered: Option<PathBuf>) -> Result<PathBuf, String> {
    let absolute = |it: &OsStr| Path::new(it).is_absolute();
    let said = cfg!(windows) || home.is_some_and(absolute) || xdg_data.is_some_and(absolute);
    match offered {
        Some(folder) if said => Ok(folder),
        Some(_) | None => Err("There is no home folder to keep the library in (HOME is not set). \
            Say where it is: dateline --data FOLDER."
            .to_owned()),
    }
}

/// The same for settings; without a home there are none, which is no mistake.
fn home_config(home: Option<&OsStr>, xdg_config: Option<&OsStr>, offered: Option<PathBuf>) -> Option<PathBuf> {
    let absolute = |it: &OsStr| Path::new(it).is_absolute();
    let said = cfg!(windows) || home.is_some_and(absolute) || xdg_config.is_some_and(absolute);
    offered.filter(|_| said)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<&OsStr> {
        Some(OsStr::new(text))
    }

    #[test]
    fn the_folder_a_person_names_is_taken_as_it_is() {
        let given = Paths::resolve(Some(PathBuf::from("/somewhere/else"))).unwrap();
        assert_eq!(given.data, PathBuf::from("/somewhere/else"));
        assert!(Paths::resolve(Some(PathBuf::from("here"))).unwrap().data.is_absolute());
    }

    #[test]
    fn without_a_home_the_person_is_told_what_to_say() {
        let offered = || Some(PathBuf::from("/root/.local/share/dateline"));
        for (home, xdg) in [(None, None), (some(""), some("")), (some("here"), some("relative")), (None, some("x"))] {
            let sentence = home_data(home, xdg, offered()).expect_err("no home");
            assert!(sentence.contains("HOME is not set") && sentence.contains("--data"), "{sentence}");
        }
        assert!(home_data(some("/home/ada"), None, None).is_err());
    }

    #[test]
    fn without_a_home_nothing_is_set() {
        let offered = || Some(PathBuf::from("/root/.config/dateline"));
        assert_eq!(home_config(None, None, offered()), None);
        assert_eq!(home_config(some(""), some("relative"), offered()), None);
        assert_eq!(home_config(some("/home/ada"), None, offered()), offered());
        assert_eq!(config_file(Some(PathBuf::from("/my/own.toml"))), Some(PathBuf::from("/my/own.toml")));
    }

    #[test]
    fn a_home_or_an_absolute_data_folder_is_enough() {
        let offered = || Some(PathBuf::from("/offered"));
        assert_eq!(home_data(some("/home/ada"), None, offered()), Ok(PathBuf::from("/offered")));
        assert_eq!(home_data(None, some("/data"), offered()), Ok(PathBuf::from("/offered")));
    }
}

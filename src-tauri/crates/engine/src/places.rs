//! Where a workspace lies when nobody says otherwise. The window and the command line mean the same one.

use crate::workspace;
use std::path::PathBuf;

/// The folder of one's own workspace in the data folder.
const OWN_FOLDER: &str = "autoreach";
/// The folder of the demo workspace beside it.
const DEMO_FOLDER: &str = "autoreach-demo";

/// One's own workspace; `None` where the system names no data folder.
pub fn own_dir() -> Option<PathBuf> {
    Some(data_folder()?.join(OWN_FOLDER))
}

/// The demo workspace; `None` where the system names no data folder.
pub fn demo_dir() -> Option<PathBuf> {
    Some(data_folder()?.join(DEMO_FOLDER))
}

/// The workspace that is meant: one's own, else the demo when only that exists.
pub fn meant_dir() -> Option<PathBuf> {
    let (own, demo) = (own_dir()?, demo_dir()?);
    let only_the_demo_exists = !workspace::exists(&own) && workspace::exists(&demo);
    Some(if only_the_demo_exists { demo } else { own })
}

/// The folder in which the operating system keeps programs' data.
fn data_folder() -> Option<PathBuf> {
    let from = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if cfg!(windows) {
        from("APPDATA")
    } else if cfg!(target_os = "macos") {
        from("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        from("XDG_DATA_HOME").or_else(|| from("HOME").map(|home| home.join(".local/share")))
    }
}

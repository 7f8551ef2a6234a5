//! What is shipped: the interface's script, the program, its packages. What was not built is left out.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::figures::{Aim, Figures};

/// Weighs what lies beside this program and in the checkout.
pub(crate) fn measure(figures: &mut Figures) {
    let assets = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/dist/assets"), "js");
    if !assets.is_empty() {
        let bytes: usize = assets.iter().map(|file| compressed(file)).sum();
        figures.add("script_kb", "the window's script, compressed", bytes as f64 / 1024.0, "KB", Aim::AtMost(300.0));
    }
    let own = std::env::current_exe().expect("a program knows where it lies");
    let built = own.parent().expect("a file lies in a folder");
    add_file(figures, "desktop_mb", "the window's program", &built.join(format!("autoreach-desktop{}", std::env::consts::EXE_SUFFIX)));
    for (key, ending) in [("deb_mb", "deb"), ("rpm_mb", "rpm")] {
        for package in files(&built.join("bundle").join(ending), ending) {
            add_file(figures, key, &format!("its .{ending} package"), &package);
        }
    }
}

fn add_file(figures: &mut Figures, key: &'static str, what: &str, file: &Path) {
    if let Ok(about) = file.metadata() {
        figures.add(key, what, about.len() as f64 / 1_000_000.0, "MB", Aim::None);
    }
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == ending)).collect()
}

fn compressed(file: &Path) -> usize {
    let mut bytes = Vec::new();
    File::open(file).and_then(|mut file| file.read_to_end(&mut bytes)).expect("a built file can be read");
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it").len()
}

//! Tells Tauri where this repository keeps its capabilities, and makes sure that there is an interface to embed.

use std::path::Path;

/// Stands in for the interface, so that the shell can be compiled and tested before `ui` was built.
const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>AutoReach</title>\n<h1>AutoReach</h1>\n<p>The interface is not part of this build. <code>cargo xtask run</code> builds both.</p>\n";

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=ui/dist");
    place_an_interface(Path::new("ui/dist")).expect("the folder ui/dist can be written");
    let attributes = tauri_build::Attributes::new().capabilities_path_pattern("src-tauri/capabilities/**/*");
    tauri_build::try_build(attributes).expect("tauri.conf.json, the icons and src-tauri/capabilities belong together");
}

/// Leaves a built interface alone.
fn place_an_interface(dist: &Path) -> std::io::Result<()> {
    let page = dist.join("index.html");
    if page.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(dist)?;
    std::fs::write(page, PLACEHOLDER)
}

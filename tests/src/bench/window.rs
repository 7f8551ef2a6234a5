//! The real window, in WebKit under a virtual screen: how long until the first card of a long queue is there, how long a key
//! takes until the next card is painted, and what the idle program keeps in memory. Needs the built desktop program, Xvfb
//! and WebKitWebDriver. Then the interface alone in Chromium, on its in-memory backend, for what a key costs its main
//! thread: WebKit has no counters for that. Says so where a part is missing.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use autoreach_acceptance::desktop::{Desktop, Window};
use autoreach_acceptance::workspace::PASSPHRASE;

use serde_json::Value;

use crate::figures::{Aim, Figures, percentile};
use crate::options::Options;
use crate::review::{copy_folder, filled};

/// Keys pressed.
const KEYS: u32 = 100;
/// Most processor time of the page's main thread per key, in milliseconds (`experience.md`, budgets).
const MOST_PER_KEY: f64 = 15.0;
/// Longest until the next card is painted, in milliseconds (`experience.md`, budgets).
const MOST_UNTIL_PAINTED: f64 = 100.0;
/// How long the program is left alone before its memory is read.
const REST: Duration = Duration::from_secs(5);

/// Presses J and waits until another card is painted, again and again; gives the times in milliseconds.
const PRESS_KEYS: &str = r#"
const painted = () => new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
const title = () => document.getElementById('review-title').textContent;
(async () => {
  const times = [];
  for (let n = 0; n < 100; n++) {
    const before = title();
    const begun = performance.now();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', code: 'KeyJ', bubbles: true, cancelable: true }));
    do await painted();
    while (title() === before);
    times.push(performance.now() - begun);
  }
  done(times);
})();
"#;

/// Measures the window on a queue of `options.items`, and the interface in Chromium.
pub(crate) async fn measure(options: &Options, figures: &mut Figures) {
    in_webkit(options, figures).await;
    in_chromium(figures);
}

async fn in_webkit(options: &Options, figures: &mut Figures) {
    let desktop = match Desktop::start() {
        Ok(desktop) => desktop,
        Err(missing) => return eprintln!("the window is not measured: {missing}"),
    };
    lay_out(&desktop, options.items).await;
    let begun = Instant::now();
    let window = desktop.open();
    if !window.has_interface() {
        return eprintln!("the window is not measured: the interface is not part of this build");
    }
    window.await_that("the first card is there", || window.has("button", "Accept all"));
    let started = begun.elapsed();
    figures.add_time("window_start_ms", format!("window with {} items: from start to first card", options.items), started, Aim::None);
    time_keys(&desktop, &window, figures);
    std::thread::sleep(REST);
    figures.add("window_idle_pss_mb", "  memory of the idle window (PSS)", desktop.memory() as f64 / 1024.0, "MB", Aim::None);
}

/// A long queue in the demo's place: a demo is opened without asking anybody for a key.
async fn lay_out(desktop: &Desktop, items: usize) {
    let folder = filled(items).await.closed().await;
    let demo = desktop.data().join("autoreach-demo");
    std::fs::create_dir_all(&demo).expect("the folder is ours");
    copy_folder(folder.path(), &demo);
    std::fs::write(demo.join("demo-passphrase"), PASSPHRASE).expect("the folder is ours");
}

fn time_keys(desktop: &Desktop, window: &Window<'_>, figures: &mut Figures) {
    let (processor, page) = (desktop.processor_time(), desktop.page_thread_time());
    let times = window.evaluate(PRESS_KEYS);
    let (per_key, page_per_key) = ((desktop.processor_time() - processor) / KEYS, (desktop.page_thread_time() - page) / KEYS);
    let mut times: Vec<Duration> =
        times.as_array().into_iter().flatten().filter_map(serde_json::Value::as_f64).map(|ms| Duration::from_secs_f64(ms / 1e3)).collect();
    figures.add_time("window_key_p50_ms", "  key to next card painted, WebKit, p50", percentile(&mut times, 0.5), Aim::None);
    figures.add_time(
        "window_key_p95_ms",
        "  key to next card painted, WebKit, p95",
        percentile(&mut times, 0.95),
        Aim::AtMost(MOST_UNTIL_PAINTED),
    );
    figures.add_time("window_key_page_ms", "  processor time per key, page's main thread with its painting", page_per_key, Aim::None);
    figures.add_time("window_key_cpu_ms", "  processor time per key, all processes, painting included", per_key, Aim::None);
}

/// The interface's own script drives the browser and prints its figures as one line of JSON.
fn in_chromium(figures: &mut Figures) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/scripts/measure.mjs");
    let answer = Command::new("node").arg(script).stderr(Stdio::inherit()).output();
    let measured: Option<Value> = answer.ok().and_then(|answer| serde_json::from_slice(&answer.stdout).ok());
    let Some(measured) = measured else {
        return eprintln!("the interface is not measured in Chromium: Node, its packages or the browser is missing");
    };
    let of = |key: &str| measured[key].as_f64().unwrap_or(f64::NAN);
    figures.add("chromium_key_p50_ms", "10000 items in Chromium: key to next card painted, p50", of("p50"), "ms", Aim::None);
    figures.add("chromium_key_p95_ms", "  p95", of("p95"), "ms", Aim::AtMost(MOST_UNTIL_PAINTED));
    figures.add("chromium_key_main_ms", "  processor time per key, page's main thread", of("main"), "ms", Aim::AtMost(MOST_PER_KEY));
    figures.add("chromium_key_script_ms", "    of it script", of("script"), "ms", Aim::None);
    figures.add("chromium_key_styles_ms", "    of it styles", of("styles"), "ms", Aim::None);
    figures.add("chromium_key_layout_ms", "    of it layout", of("layout"), "ms", Aim::None);
}

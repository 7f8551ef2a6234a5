//! The one window: made in code, so that its rules stand beside it. It shows the embedded interface and nothing else.

use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder};
use url::Url;

/// The window's label, as the capability names it.
pub(crate) const MAIN: &str = "main";

/// WebKitGTK draws nothing at all on many graphics drivers unless this is set. Somebody who set it means it.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "the environment is changed before the first thread is started")]
pub(crate) fn avoid_blank_windows() {
    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(SWITCH).is_none() {
        // SAFETY: called first thing in `main`, while this process has one thread.
        unsafe { std::env::set_var(SWITCH, "1") };
    }
}

/// Opens the window. It goes nowhere and opens no other.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("AutoReach")
        .inner_size(1280.0, 840.0)
        .min_inner_size(880.0, 600.0)
        .on_navigation(is_our_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    Ok(())
}

/// Brings the window to the front.
pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    let outcome = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    if let Err(error) = outcome {
        tracing::warn!(%error, "the window could not be brought to the front");
    }
}

/// Does somebody look at the window now?
pub(crate) fn is_looked_at(app: &AppHandle) -> bool {
    app.get_webview_window(MAIN).is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// The embedded interface, under the names that Tauri gives it on the three systems.
fn is_our_own(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost") && url.port().is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_nowhere_but_to_its_own_pages() {
        let goes_to = |text: &str| is_our_own(&Url::parse(text).expect("the test's own address"));
        assert!(goes_to("tauri://localhost/index.html") && goes_to("http://tauri.localhost/"));
        for elsewhere in [
            "https://orbital.example/",
            "http://localhost/",
            "http://tauri.localhost:8080/",
            "file:///etc/passwd",
            "data:text/html,x",
            "tauri://evil/",
        ] {
            assert!(!goes_to(elsewhere), "{elsewhere}");
        }
    }
}

//! A workspace of one's own with a queue, made beforehand: sites read over loopback, locked by a passphrase.

use autoreach_acceptance::desktop::{Desktop, Window};
use autoreach_acceptance::workspace::{PASSPHRASE, TestWorkspace, pages_of};
use autoreach_testkit::site_server::SiteServer;
use std::path::Path;
use tempfile::TempDir;

/// Companies in it.
const LEADS: usize = 3;

/// Makes it; it is closed and can be moved.
pub(crate) fn workspace() -> TempDir {
    let sites = SiteServer::start(LEADS, 5).expect("the sites can be served");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be built");
    runtime.block_on(async {
        let workspace = TestWorkspace::new(pages_of(&sites), 10).await;
        workspace.import(&sites.leads_csv()).await;
        workspace.run().await;
        workspace.closed().await
    })
}

/// Puts it where the program looks for a person's own.
pub(crate) fn lay_out(desktop: &Desktop, workspace: &Path) {
    std::fs::rename(workspace, desktop.data().join("autoreach")).expect("both lie in the folder for temporary files");
}

/// Types the passphrase on the start screen.
pub(crate) fn unlock(window: &Window<'_>) {
    window.fill("Passphrase", PASSPHRASE);
    window.click("button", "Open");
}

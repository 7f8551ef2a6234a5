//! Where the pages of one's own workspace come from: the public web, behind the guard.
//!
//! The environment may name a file of exceptions to the guard, as `--resolve-file` does for the command line: each admits
//! one host on one port at one address and nothing else. Tests reach their servers on this computer that way. No page, link
//! or lead file can: the environment belongs to whoever starts the program.

use autoreach_engine::error::EngineError;
use autoreach_engine::web::{Admitted, Limits, NetworkSource, PageSource, admitted_lines};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The variable that names the file.
const RESOLVE_FILE: &str = "AUTOREACH_RESOLVE_FILE";

/// The network as the agent sees it. Fails when the exceptions cannot be read: a test must not go out into the world.
pub(crate) fn source() -> Result<Arc<dyn PageSource>, EngineError> {
    let named = std::env::var_os(RESOLVE_FILE).filter(|value| !value.is_empty()).map(PathBuf::from);
    let admitted = named.map_or(Ok(Admitted::none()), |path| admitted_by(&path))?;
    let source = NetworkSource::new(admitted, Limits::default()).map_err(|_| EngineError::NoNetworkClient)?;
    Ok(Arc::new(source))
}

fn admitted_by(path: &Path) -> Result<Admitted, EngineError> {
    let read = std::fs::read_to_string(path);
    let text = read.map_err(|cause| EngineError::File { path: path.to_owned(), action: "read", cause })?;
    Admitted::parse(admitted_lines(&text)).map_err(|_| EngineError::NoNetworkClient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_exceptions_is_read_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = folder.path().join("resolve.txt");
        assert!(matches!(admitted_by(&file), Err(EngineError::File { .. })));
        std::fs::write(&file, "# our server\nalvmark.example:8080:127.0.0.1\n").expect("a file can be written");
        assert!(admitted_by(&file).is_ok_and(|admitted| !admitted.is_empty()));
        std::fs::write(&file, "alvmark.example:8080:127.0.0.1\nanything\n").expect("a file can be written");
        assert!(admitted_by(&file).is_err());
    }
}

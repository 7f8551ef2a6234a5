//! States as bytes, to be kept beside the journal: a cache of a fold and nothing else. State of other feature rules is refused
//! by its version, so that it is folded anew.

use crate::fold::{FEATURE_SCHEMA_VERSION, LearningError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The state as bytes.
pub(crate) fn to_bytes(state: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(state).expect("the state is plain data")
}

/// The state these bytes were made of; its version stands in a field `schema`.
pub(crate) fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, LearningError> {
    #[derive(Deserialize)]
    struct Header {
        schema: u32,
    }
    let Header { schema: found } = serde_json::from_slice(bytes).map_err(LearningError::SnapshotUnreadable)?;
    if found != FEATURE_SCHEMA_VERSION {
        return Err(LearningError::SnapshotOutdated { found });
    }
    serde_json::from_slice(bytes).map_err(LearningError::SnapshotUnreadable)
}

/// SHA-256 over the exact state.
pub(crate) fn digest(state: &impl Serialize) -> [u8; 32] {
    let mut hasher = Sha256::new();
    serde_json::to_writer(&mut hasher, state).expect("the state is plain data and a hash takes every byte");
    hasher.finalize().into()
}

//! The public JSON parsing test suite, read as answers of a model.

use std::path::PathBuf;

use autoreach_llm::scripted::{ScriptedModel, reply};
use autoreach_llm::{ReplyFault, parse_strictly, structured};
use tokio_util::sync::CancellationToken;

use crate::shapes::{Verdict, request};

/// Valid by the standard, refused by us on purpose.
const DUPLICATES: [&str; 2] = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"];

#[tokio::test]
async fn every_file_of_the_suite_is_read_or_refused_as_it_should() {
    let Some(folder) = std::env::var_os("AUTOREACH_DEV_DATA").map(|data| PathBuf::from(data).join("security/json/test_parsing")) else {
        eprintln!("skipped: every_file_of_the_suite_is_read_or_refused_as_it_should: AUTOREACH_DEV_DATA is not set");
        return;
    };
    let mut counted = 0;
    for entry in std::fs::read_dir(folder).expect("the suite is there") {
        let path = entry.expect("is readable").path();
        let name = path.file_name().expect("is a file").to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).expect("is readable");
        let outcome = parse_strictly(&bytes);
        match &name[..2] {
            "y_" if DUPLICATES.contains(&name.as_str()) => assert_eq!(outcome, Err(ReplyFault::DuplicateKey), "{name}"),
            "y_" => assert!(outcome.is_ok(), "{name}: {outcome:?}"),
            "n_" => assert!(outcome.is_err(), "{name}"),
            _ => {}
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let model = ScriptedModel::answering(move |_| Ok(reply(&text)));
        let answer = structured::<Verdict>(&model, &request(), &CancellationToken::new()).await;
        assert!(answer.is_err(), "{name} is no verdict");
        counted += 1;
    }
    assert_eq!(counted, 318, "the suite is complete");
}

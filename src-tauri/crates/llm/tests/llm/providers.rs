//! The three dialects as they are meant to work.

use autoreach_llm::{ChatError, Dialect, Endpoint, Finish, HttpModel, Manners, structured};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::server::{Act, Server, json_answer, stream_answer};
use crate::shapes::{
    GOOD, KEY, Verdict, WIRES, Wire, anthropic_stream, ask, chat, good, ollama_stream, openai_stream, openai_whole, refusal, request,
};

#[tokio::test]
async fn every_dialect_gives_the_same_value_streamed_or_whole() {
    for wire in WIRES {
        let server = Server::start(vec![Act::Send(wire.framed(&wire.body(GOOD)))]).await;
        let answer = ask(wire.dialect(), &server).await.unwrap_or_else(|error| panic!("{wire:?}: {error}"));
        assert_eq!(answer.value, good(), "{wire:?}");
        assert!(!answer.was_repaired, "{wire:?}");
        assert_eq!((answer.usage.input_tokens, answer.usage.output_tokens, answer.usage.is_estimated), (120, 30, false), "{wire:?}");
        assert_eq!(answer.model, "pocket-1-2026", "{wire:?}");
        assert_eq!(server.asked().len(), 1, "{wire:?}");
    }
}

#[tokio::test]
async fn openai_is_asked_for_a_strict_schema() {
    let server = Server::start(vec![Act::Send(Wire::OpenAiStream.framed(&Wire::OpenAiStream.body(GOOD)))]).await;
    ask(Dialect::OpenAi, &server).await.expect("answers");
    let asked = &server.asked()[0];
    assert!(asked.head.starts_with("post /v1/chat/completions http/1.1"));
    assert!(asked.head.contains(&format!("authorization: bearer {KEY}")));
    let format = &asked.body["response_format"];
    assert_eq!((&format["type"], &format["json_schema"]["strict"]), (&json!("json_schema"), &json!(true)));
    let schema = &format["json_schema"]["schema"];
    assert_eq!(schema["additionalProperties"], json!(false));
    assert_eq!(schema["properties"]["reason"]["maxLength"], json!(400));
    assert_eq!(asked.body["messages"][1]["content"], json!(request().user));
    assert_eq!(asked.body["max_tokens"], json!(500));
    assert_eq!(asked.body["stream"], json!(true));
}

#[tokio::test]
async fn anthropic_is_asked_to_use_the_one_tool() {
    let server = Server::start(vec![Act::Send(Wire::AnthropicStream.framed(&Wire::AnthropicStream.body(GOOD)))]).await;
    ask(Dialect::Anthropic, &server).await.expect("answers");
    let asked = &server.asked()[0];
    assert!(asked.head.starts_with("post /v1/messages http/1.1"));
    assert!(asked.head.contains("anthropic-version: 2023-06-01") && asked.head.contains(&format!("x-api-key: {KEY}")));
    assert_eq!(asked.body["tool_choice"], json!({"type": "tool", "name": "answer"}));
    assert_eq!(asked.body["tools"][0]["input_schema"]["properties"]["facts"]["maxItems"], json!(8));
    assert_eq!(asked.body["system"], json!(request().system));
}

#[tokio::test]
async fn ollama_is_asked_with_a_context_that_holds_the_question() {
    let server = Server::start(vec![Act::Send(Wire::Ollama.framed(&Wire::Ollama.body(GOOD)))]).await;
    ask(Dialect::Ollama, &server).await.expect("answers");
    let asked = &server.asked()[0];
    assert!(asked.head.starts_with("post /api/chat http/1.1"));
    assert_eq!(asked.body["format"]["type"], json!("object"));
    assert_eq!(asked.body["options"]["num_ctx"], json!(4096));
    assert_eq!(asked.body["options"]["num_predict"], json!(500));
}

#[tokio::test]
async fn a_question_too_long_for_ollama_is_not_sent_to_be_cut_there() {
    let server = Server::start(vec![Act::Send(Wire::Ollama.framed(&Wire::Ollama.body(GOOD)))]).await;
    let model = crate::shapes::model(Dialect::Ollama, &server.base(), crate::shapes::quick());
    let long = autoreach_llm::ChatRequest { user: "x".repeat(120_000), ..request() };
    let outcome = autoreach_llm::ChatModel::chat(&model, &long, &Default::default()).await;
    assert_eq!(outcome, Err(ChatError::TooLong));
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn what_a_server_does_not_understand_is_conceded_and_remembered() {
    let good = Act::Send(Wire::OpenAiWhole.framed(&Wire::OpenAiWhole.body(GOOD)));
    let acts = vec![
        Act::Send(refusal(400, "max_tokens", "Unsupported parameter: use 'max_completion_tokens' instead.")),
        Act::Send(refusal(400, "temperature", "Only the default value is supported.")),
        Act::Send(refusal(400, "stream_options", "Unknown parameter.")),
        Act::Send(refusal(400, "response_format", "Invalid schema for response_format 'answer': 'maxLength' is not permitted.")),
        Act::Send(refusal(422, "", "response_format of type json_schema is not supported")),
        good,
    ];
    let server = Server::start(acts).await;
    let model = crate::shapes::model(Dialect::OpenAi, &server.base(), crate::shapes::quick());
    for _ in 0..2 {
        let reply = autoreach_llm::ChatModel::chat(&model, &request(), &Default::default()).await.expect("is understood in the end");
        assert_eq!(reply.text, GOOD);
    }
    let asked = server.asked();
    assert_eq!(asked.len(), 7, "the second call concedes everything at once");
    let last = &asked[6].body;
    assert_eq!(last["response_format"], json!({"type": "json_object"}));
    assert_eq!(last["max_completion_tokens"], json!(500));
    assert!(last.get("temperature").is_none() && last.get("stream_options").is_none() && last.get("max_tokens").is_none());
    assert!(last["messages"][0]["content"].as_str().expect("is text").contains("\"maxLength\":400"));
    assert!(!asked[4].body.to_string().contains("maxLength"));
}

#[tokio::test]
async fn prose_where_the_tool_was_asked_for_is_heard_but_marked() {
    let body = json!({"type": "message", "model": "pocket-1", "content": [{"type": "text", "text": GOOD}], "stop_reason": "end_turn",
                      "usage": {"input_tokens": 1, "output_tokens": 1}});
    let server = Server::start(vec![Act::Send(json_answer(200, &body))]).await;
    assert!(ask(Dialect::Anthropic, &server).await.expect("is heard").was_repaired);
}

#[tokio::test]
async fn a_refusal_is_named_in_every_dialect() {
    let whole = |message| json!({"choices": [{"message": message, "finish_reason": "stop"}]});
    let refused = [
        (Dialect::OpenAi, json_answer(200, &whole(json!({"content": null, "refusal": "I cannot help with that."})))),
        (Dialect::OpenAi, stream_answer("text/event-stream", openai_stream("", "content_filter"))),
        (Dialect::Anthropic, stream_answer("text/event-stream", anthropic_stream("", "refusal"))),
    ];
    for (dialect, bytes) in refused {
        let server = Server::start(vec![Act::Send(bytes)]).await;
        assert_eq!(ask(dialect, &server).await, Err(ChatError::Refused), "{dialect:?}");
        assert_eq!(server.asked().len(), 1, "a refusal is not asked again");
    }
}

#[tokio::test]
async fn an_answer_cut_at_the_token_limit_is_named_in_every_dialect() {
    let cut = [
        (Dialect::OpenAi, stream_answer("text/event-stream", openai_stream(GOOD, "length"))),
        (Dialect::OpenAi, json_answer(200, &openai_whole(GOOD, "length"))),
        (Dialect::Anthropic, stream_answer("text/event-stream", anthropic_stream(GOOD, "max_tokens"))),
        (Dialect::Ollama, stream_answer("application/x-ndjson", ollama_stream(GOOD, "length"))),
    ];
    for (dialect, bytes) in cut {
        let server = Server::start(vec![Act::Send(bytes.clone())]).await;
        assert_eq!(chat(dialect, &server).await.expect("is a reply").finish, Finish::Length, "{dialect:?}");
        assert_eq!(ask(dialect, &server).await, Err(ChatError::CutByLength), "{dialect:?}");
    }
}

#[tokio::test]
async fn tokens_nobody_counted_are_estimated_and_say_so() {
    let body = json!({"choices": [{"message": {"content": GOOD}, "finish_reason": "stop"}]});
    let server = Server::start(vec![Act::Send(json_answer(200, &body))]).await;
    let usage = ask(Dialect::OpenAi, &server).await.expect("answers").usage;
    assert!(usage.is_estimated && usage.output_tokens >= GOOD.len() as u64 / 4);
}

#[tokio::test]
async fn the_models_of_a_provider_are_listed_or_the_key_is_refused() {
    let openai = json!({"object": "list", "data": [{"id": "pocket-1"}, {"id": "text-embedding-3"}]});
    let anthropic = json!({"data": [{"type": "model", "id": "pocket-1", "display_name": "Pocket"}], "has_more": false});
    let ollama = json!({"models": [{"name": "pocket-1", "details": {"family": "llama"}}]});
    let lists =
        [(Dialect::OpenAi, "v1/models", openai), (Dialect::Anthropic, "v1/models", anthropic), (Dialect::Ollama, "api/tags", ollama)];
    for (dialect, path, list) in lists {
        let server = Server::start(vec![Act::Send(json_answer(200, &list)), Act::Send(json_answer(401, &json!({})))]).await;
        let model = crate::shapes::model(dialect, &server.base(), crate::shapes::quick());
        assert_eq!(model.list_models(&Default::default()).await, Ok(vec!["pocket-1".to_owned()]), "{dialect:?}");
        assert_eq!(model.list_models(&Default::default()).await, Err(ChatError::KeyRefused), "{dialect:?}");
        let head = &server.asked()[0].head;
        assert!(head.starts_with(&format!("get /{path} ")) && head.contains(KEY), "{dialect:?}");
    }
}

#[tokio::test]
async fn a_real_model_is_understood() {
    let Some(base) = std::env::var("AUTOREACH_TEST_MODEL_URL").ok() else {
        eprintln!("skipped: a_real_model_is_understood: AUTOREACH_TEST_MODEL_URL is not set");
        return;
    };
    let endpoint = Endpoint::new(Dialect::OpenAi, &base, "default", None).expect("is an address");
    let model = HttpModel::new(endpoint, Manners::default()).expect("the client builds");
    let outcome = structured::<Verdict>(&model, &request(), &CancellationToken::new()).await;
    // A small model's words prove nothing; that its answer is a value, a fragment or a named fault does.
    let is_understood = matches!(outcome, Ok(_) | Err(ChatError::CutByLength | ChatError::Malformed(_)));
    assert!(is_understood, "{outcome:?}");
}

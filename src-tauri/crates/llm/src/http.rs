//! The real model: one HTTP exchange per try, in the endpoint's dialect.
//!
//! Answers are streamed, so that a cancelled call stops the provider's work and a dead connection is noticed by its
//! silence; a server that answers whole is read as well. Everything read is capped while it is read. Redirects are not
//! followed, because a key must not travel to where an answer points. A proxy is used for the network, never for this
//! computer's own models.

use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, RequestBuilder, Response};
use serde_json::Value;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::budget::{Budget, Price, Reservations};
use crate::chat::{ChatModel, ChatReply, ChatRequest};
use crate::detect::listed_models;
use crate::endpoint::{Dialect, Endpoint};
use crate::error::{ChatError, ReplyFault};
use crate::fault::{Concessions, LONGEST_ERROR_BODY, Words, meaning, retry_after};
use crate::lines::{Events, Lines};
use crate::partial::Partial;
use crate::retry::{Breaker, RetryPolicy};
use crate::strict_json::parse_strictly;
use crate::traffic::Traffic;
use crate::{anthropic, ollama, openai};

/// How we introduce ourselves.
const USER_AGENT: &str = concat!("AutoReach/", env!("CARGO_PKG_VERSION"));

/// A streamed answer wraps every few characters into an event, so the stream may be far larger than the answer in it.
const LONGEST_STREAM: usize = 8 * 1024 * 1024;

/// A whole answer wraps its text once.
const LONGEST_WHOLE: usize = 1024 * 1024;

/// How long to wait for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// For a connection.
    pub connect: Duration,
    /// For the beginning of an answer, and then for each next piece of it. A local model may have to be loaded first.
    pub silence: Duration,
    /// For one try from beginning to end.
    pub one_try: Duration,
    /// For the call with all its tries.
    pub whole_call: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(60),
            one_try: Duration::from_secs(180),
            whole_call: Duration::from_secs(600),
        }
    }
}

/// How a provider is treated. Breaker and budget are shared with the provider's other models.
#[derive(Clone)]
pub struct Manners {
    /// How long to wait for what.
    pub deadlines: Deadlines,
    /// How often to try.
    pub retry: RetryPolicy,
    /// When to leave the provider alone.
    pub breaker: Arc<Breaker>,
    /// What may be spent.
    pub budget: Arc<Budget>,
    /// What it costs; nothing for a local model.
    pub price: Price,
}

impl Default for Manners {
    /// The usual patience, no limits, no price.
    fn default() -> Self {
        Self {
            deadlines: Deadlines::default(),
            retry: RetryPolicy::default(),
            breaker: Breaker::usual(),
            budget: Budget::unlimited(),
            price: Price::default(),
        }
    }
}

/// A model at an endpoint.
pub struct HttpModel {
    endpoint: Endpoint,
    client: Client,
    manners: Manners,
    concessions: Mutex<Concessions>,
}

impl HttpModel {
    /// Prepares the client; nothing is sent yet. Fails with [`ChatError::NoNetworkClient`] only.
    pub fn new(endpoint: Endpoint, manners: Manners) -> Result<Self, ChatError> {
        let client = client(&endpoint, &manners.deadlines)?;
        Ok(Self { endpoint, client, manners, concessions: Mutex::default() })
    }

    /// Where the calls go.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The models the provider offers with this key, for choosing one and for testing a key without paying. Asked once,
    /// without retries.
    pub async fn list_models(&self, cancel: &CancellationToken) -> Result<Vec<String>, ChatError> {
        cancel.run_until_cancelled(self.listed()).await.unwrap_or(Err(ChatError::Cancelled))
    }

    async fn listed(&self) -> Result<Vec<String>, ChatError> {
        let traffic = Traffic::default();
        let response = self.answer_to(self.client.get(self.endpoint.models_url().clone())).await?;
        let status = response.status().as_u16();
        if status != 200 {
            let wait = retry_after(response.headers(), Timestamp::now());
            return Err(meaning(status, &Words::of_body(&self.beginning(response, &traffic).await), wait));
        }
        let list = parse_strictly(&self.read_whole(response, &traffic).await?)?;
        listed_models(self.endpoint.dialect, &list).ok_or(ReplyFault::WrongShape.into())
    }

    /// As [`ChatModel::chat`], drawing on `budgets` besides the model's own, and counting in `traffic` what goes to and fro,
    /// also of a call that fails.
    pub async fn chat_within(
        &self,
        request: &ChatRequest,
        budgets: &[Arc<Budget>],
        traffic: &Traffic,
        cancel: &CancellationToken,
    ) -> Result<ChatReply, ChatError> {
        cancel.run_until_cancelled(self.call(request, budgets, traffic)).await.unwrap_or(Err(ChatError::Cancelled))
    }

    /// Bytes of the question's body as it would be sent now.
    pub fn question_bytes(&self, request: &ChatRequest) -> Result<u64, ChatError> {
        let concessions = *self.concessions.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(self.body(request, concessions)?.to_string().len() as u64)
    }

    async fn call(&self, request: &ChatRequest, budgets: &[Arc<Budget>], traffic: &Traffic) -> Result<ChatReply, ChatError> {
        self.manners.breaker.admit(Instant::now())?;
        let tries = self.manners.retry.run(|| self.one_try(request, budgets, traffic));
        let outcome = timeout(self.manners.deadlines.whole_call, tries).await.unwrap_or(Err(ChatError::TimedOut));
        self.manners.breaker.report(&outcome, Instant::now());
        outcome
    }

    /// One paid exchange, with as many unpaid ones before it as the server needs to say what it does not understand.
    async fn one_try(&self, request: &ChatRequest, budgets: &[Arc<Budget>], traffic: &Traffic) -> Result<ChatReply, ChatError> {
        let all = std::iter::once(&self.manners.budget).chain(budgets);
        let reservation = Reservations::make(all, self.manners.price, request)?;
        let response = match self.accepted(request, traffic).await {
            Ok(response) => response,
            Err(error) => {
                // Only a call that ran into silence may have been worked on, and so be billed.
                if error != ChatError::TimedOut && error != ChatError::Interrupted {
                    reservation.release();
                }
                return Err(error);
            }
        };
        let reply = self.read_answer(response, request, traffic).await?;
        reservation.settle(&reply.usage);
        Ok(reply)
    }

    /// An exchange the server began to answer. Each round concedes something new, so there are five at most.
    async fn accepted(&self, request: &ChatRequest, traffic: &Traffic) -> Result<Response, ChatError> {
        loop {
            let concessions = *self.concessions.lock().unwrap_or_else(PoisonError::into_inner);
            let response = self.send(self.body(request, concessions)?, traffic).await?;
            let status = response.status().as_u16();
            if status == 200 {
                return Ok(response);
            }
            let wait = retry_after(response.headers(), Timestamp::now());
            let words = Words::of_body(&self.beginning(response, traffic).await);
            let Some(next) = concessions.after(status, &words) else {
                tracing::debug!(status, "a model provider refused a call");
                return Err(meaning(status, &words, wait));
            };
            *self.concessions.lock().unwrap_or_else(PoisonError::into_inner) = next;
        }
    }

    fn body(&self, request: &ChatRequest, concessions: Concessions) -> Result<Value, ChatError> {
        let model = &self.endpoint.model;
        match self.endpoint.dialect {
            Dialect::OpenAi => Ok(openai::body(request, model, concessions)),
            Dialect::Anthropic => Ok(anthropic::body(request, model, concessions)),
            Dialect::Ollama => ollama::body(request, model, concessions),
        }
    }

    async fn send(&self, body: Value, traffic: &Traffic) -> Result<Response, ChatError> {
        let body = body.to_string();
        traffic.count_question(body.len());
        let request = self
            .client
            .post(self.endpoint.url().clone())
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "text/event-stream, application/x-ndjson, application/json")
            .body(body);
        self.answer_to(request).await
    }

    async fn answer_to(&self, request: RequestBuilder) -> Result<Response, ChatError> {
        let sending = self.with_key(request.timeout(self.manners.deadlines.one_try)).send();
        let response = timeout(self.manners.deadlines.silence, sending).await.map_err(|_| ChatError::TimedOut)?;
        response.map_err(|error| cause_of(&error))
    }

    fn with_key(&self, request: RequestBuilder) -> RequestBuilder {
        let key = self.endpoint.key.as_ref();
        match self.endpoint.dialect {
            Dialect::OpenAi | Dialect::Ollama => match key {
                Some(key) => request.header(AUTHORIZATION, key.header("Bearer ")),
                None => request,
            },
            Dialect::Anthropic => {
                let request = request.header(HeaderName::from_static("anthropic-version"), anthropic::VERSION);
                match key {
                    Some(key) => request.header(HeaderName::from_static("x-api-key"), key.header("")),
                    None => request,
                }
            }
        }
    }

    /// The beginning of an error answer, as far as it comes.
    async fn beginning(&self, mut response: Response, traffic: &Traffic) -> Vec<u8> {
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = self.next_chunk(&mut response, traffic).await {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST_ERROR_BODY {
                body.truncate(LONGEST_ERROR_BODY);
                break;
            }
        }
        body
    }

    async fn read_answer(&self, response: Response, request: &ChatRequest, traffic: &Traffic) -> Result<ChatReply, ChatError> {
        let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_event_stream = content_type.trim_start().starts_with("text/event-stream");
        let mut partial = Partial::default();
        if self.endpoint.dialect == Dialect::Ollama {
            self.read_stream(response, &mut partial, Framing::Lines, traffic).await?;
        } else if is_event_stream {
            self.read_stream(response, &mut partial, Framing::Events(Events::default()), traffic).await?;
        } else {
            let body = self.read_whole(response, traffic).await?;
            self.take(&mut partial, &body)?;
        }
        partial.into_reply(request, &self.endpoint.model)
    }

    async fn read_whole(&self, mut response: Response, traffic: &Traffic) -> Result<Vec<u8>, ChatError> {
        let mut body = Vec::new();
        while let Some(chunk) = self.next_chunk(&mut response, traffic).await? {
            if body.len() + chunk.len() > LONGEST_WHOLE {
                return Err(ReplyFault::TooLarge.into());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    async fn read_stream(
        &self,
        mut response: Response,
        partial: &mut Partial,
        mut framing: Framing,
        traffic: &Traffic,
    ) -> Result<(), ChatError> {
        let mut lines = Lines::default();
        let mut received = 0;
        loop {
            let chunk = match self.next_chunk(&mut response, traffic).await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                // The answer is whole; only the farewell is missing.
                Err(_) if partial.is_complete() => return Ok(()),
                Err(error) => return Err(error),
            };
            received += chunk.len();
            if received > LONGEST_STREAM {
                return Err(ReplyFault::TooLarge.into());
            }
            lines.push(&chunk);
            while let Some(line) = lines.next()? {
                if self.take_line(partial, &mut framing, line)? == Progress::Over {
                    return Ok(());
                }
            }
        }
        self.take_last_line(partial, &framing, &lines)
    }

    fn take_line(&self, partial: &mut Partial, framing: &mut Framing, line: String) -> Result<Progress, ChatError> {
        let data = match framing {
            Framing::Lines => Some(line).filter(|line| !line.trim().is_empty()),
            Framing::Events(events) => events.take(&line)?,
        };
        let Some(data) = data else { return Ok(Progress::More) };
        if data.trim() == "[DONE]" {
            return Ok(Progress::Over);
        }
        self.take(partial, data.as_bytes())?;
        Ok(Progress::More)
    }

    /// A stream of lines may end without a line end. What cannot be read there was cut.
    fn take_last_line(&self, partial: &mut Partial, framing: &Framing, lines: &Lines) -> Result<(), ChatError> {
        if !matches!(framing, Framing::Lines) || partial.is_complete() {
            return Ok(());
        }
        let rest = lines.rest().map_err(|_| ChatError::Interrupted)?;
        let Ok(value) = parse_strictly(rest.as_bytes()) else { return Err(ChatError::Interrupted) };
        ollama::take(partial, value)
    }

    fn take(&self, partial: &mut Partial, data: &[u8]) -> Result<(), ChatError> {
        let event = parse_strictly(data)?;
        match self.endpoint.dialect {
            Dialect::OpenAi => openai::take(partial, event),
            Dialect::Anthropic => anthropic::take(partial, event),
            Dialect::Ollama => ollama::take(partial, event),
        }
    }

    async fn next_chunk(&self, response: &mut Response, traffic: &Traffic) -> Result<Option<Vec<u8>>, ChatError> {
        let chunk = timeout(self.manners.deadlines.silence, response.chunk()).await.map_err(|_| ChatError::TimedOut)?;
        if let Ok(Some(bytes)) = &chunk {
            traffic.count_answer(bytes.len());
        }
        chunk.map(|chunk| chunk.map(|bytes| bytes.to_vec())).map_err(|error| cause_of(&error))
    }
}

#[async_trait]
impl ChatModel for HttpModel {
    async fn chat(&self, request: &ChatRequest, cancel: &CancellationToken) -> Result<ChatReply, ChatError> {
        self.chat_within(request, &[], &Traffic::default(), cancel).await
    }
}

/// How a stream is cut into events.
enum Framing {
    /// A line each.
    Lines,
    /// Server-sent events.
    Events(Events),
}

/// Whether a stream goes on.
#[derive(PartialEq, Eq)]
enum Progress {
    More,
    Over,
}

fn client(endpoint: &Endpoint, deadlines: &Deadlines) -> Result<Client, ChatError> {
    // A second installation fails because the first one stands, which is all we want.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Reading the system's certificates takes a tenth of a second, which plain http need not wait for.
    if endpoint.url().scheme() == "https"
        && let Ok(client) = builder(endpoint, deadlines).build()
    {
        return Ok(client);
    }
    // A computer without any root certificates can still ask its own models; https then fails as untrusted.
    builder(endpoint, deadlines).tls_certs_only([]).build().map_err(|_| ChatError::NoNetworkClient)
}

fn builder(endpoint: &Endpoint, deadlines: &Deadlines) -> ClientBuilder {
    let builder = Client::builder()
        .user_agent(USER_AGENT)
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(deadlines.connect);
    if endpoint.is_local() { only_this_computer(builder) } else { builder }
}

/// No proxy in between, and `localhost` is what it says, whatever a resolver thinks.
pub(crate) fn only_this_computer(builder: ClientBuilder) -> ClientBuilder {
    let own = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
    builder.no_proxy().resolve_to_addrs("localhost", &own)
}

/// What a client's error means. Its text holds the address and is never passed on.
fn cause_of(error: &reqwest::Error) -> ChatError {
    if chain(error).any(is_from_tls) {
        return ChatError::UntrustedServer;
    }
    if error.is_connect() {
        return ChatError::Unreachable;
    }
    if error.is_timeout() { ChatError::TimedOut } else { ChatError::Interrupted }
}

fn chain<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}

/// An [`io::Error`] hides what it wraps from its chain of sources, so it is unwrapped by hand.
fn is_from_tls(cause: &(dyn Error + 'static)) -> bool {
    let mut cause = cause;
    while let Some(wrapped) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        cause = wrapped;
    }
    cause.is::<rustls::Error>()
}

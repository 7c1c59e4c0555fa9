//! One request, one answer.

use bytes::{Bytes, BytesMut};
use futures::future::{Either, select};
use http::header::{
    ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HOST, USER_AGENT,
};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::target::Target;
use crate::{Document, FetchError, freshness};

pub(crate) const AGENT: &str = concat!("countersign/", env!("CARGO_PKG_VERSION"));

/// Enough for the headers of every content network; hyper would take 400 KiB.
pub(crate) const HEAD_BUFFER: usize = 32 * 1024;

/// Asks for the document on a connection that serves nothing else.
pub(crate) async fn get(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    target: &Target,
    limit: usize,
) -> Result<Document, FetchError> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD_BUFFER)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| interruption(&error))?;
    let exchange = Box::pin(async {
        let request = request(target)?;
        let answer = sender
            .send_request(request)
            .await
            .map_err(|error| interruption(&error))?;
        read(answer, limit).await
    });
    // Driven here and not by a task of its own, so that whoever gives up the fetch also closes the
    // connection.
    match select(exchange, Box::pin(connection)).await {
        Either::Left((document, _)) => document,
        Either::Right((_, exchange)) => exchange.await,
    }
}

fn request(target: &Target) -> Result<Request<Empty<Bytes>>, FetchError> {
    Request::get(target.path.as_str())
        .header(HOST, &target.authority)
        .header(USER_AGENT, AGENT)
        .header(ACCEPT, "application/json")
        .header(ACCEPT_ENCODING, "identity")
        .header(CONNECTION, "close")
        .body(Empty::new())
        .map_err(|_| FetchError::NotAUrl)
}

async fn read(answer: Response<Incoming>, limit: usize) -> Result<Document, FetchError> {
    let (head, mut body) = answer.into_parts();
    match head.status {
        StatusCode::OK => {}
        status if status.is_redirection() && status != StatusCode::NOT_MODIFIED => {
            return Err(FetchError::Redirect(status.as_u16()));
        }
        status => return Err(FetchError::Status(status.as_u16())),
    }
    if !is_identity(&head.headers) {
        return Err(FetchError::ContentEncoding);
    }
    if !is_json(&head.headers) {
        return Err(FetchError::ContentType);
    }
    let within = |size: usize| size <= limit;
    // What it announces is believed only against it.
    if !usize::try_from(body.size_hint().lower()).is_ok_and(within) {
        return Err(FetchError::TooLarge(limit));
    }
    let mut content = BytesMut::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(|error| interruption(&error))?.into_data() {
            if !within(content.len().saturating_add(data.len())) {
                return Err(FetchError::TooLarge(limit));
            }
            content.extend_from_slice(&data);
        }
    }
    Ok(Document {
        body: content.freeze(),
        fresh_for: freshness::lifetime(&head.headers),
    })
}

pub(crate) fn is_identity(headers: &HeaderMap) -> bool {
    headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(value)) = headers.get(CONTENT_TYPE).map(|value| value.to_str()) else {
        return false;
    };
    let essence = value
        .split_once(';')
        .map_or(value, |(essence, _)| essence)
        .trim()
        .to_ascii_lowercase();
    essence.strip_prefix("application/").is_some_and(|subtype| {
        subtype == "json"
            || subtype
                .strip_suffix("+json")
                .is_some_and(|name| !name.is_empty())
    })
}

fn interruption(error: &hyper::Error) -> FetchError {
    if error.is_parse() {
        FetchError::Malformed
    } else {
        FetchError::Interrupted
    }
}

//! Answers that never arrive.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::response::Response;
use http::Request;
use tower::Service;

/// Marks, as an extension, a response that must not reach the client.
#[derive(Clone, Copy, Debug)]
pub struct Lost;

/// The router, but a response that is marked as lost ends its connection instead.
#[derive(Clone)]
pub(crate) struct Lossy(pub(crate) Router);

/// Ends a connection.
#[derive(Debug, thiserror::Error)]
#[error("the answer was lost on purpose")]
pub(crate) struct AnswerLost;

impl<B> Service<Request<B>> for Lossy
where
    Router: Service<Request<B>, Response = Response, Error = Infallible>,
    <Router as Service<Request<B>>>::Future: Send + 'static,
{
    type Response = Response;
    type Error = AnswerLost;
    type Future = Pin<Box<dyn Future<Output = Result<Response, AnswerLost>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), AnswerLost>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let answer = self.0.call(request);
        Box::pin(async move {
            let Ok(response) = answer.await;
            if response.extensions().get::<Lost>().is_some() {
                return Err(AnswerLost);
            }
            Ok(response)
        })
    }
}

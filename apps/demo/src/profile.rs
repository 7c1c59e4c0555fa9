//! `my_profile`: what the product's own API says about the person.

use std::sync::Arc;

use bytes::Bytes;
use countersign_egress::{ApiClient, ApiError};
use countersign_mcp::{
    Annotations, Definition, JsonObject, Tool, ToolContext, ToolError, ToolOutput, UpstreamToken,
};
use countersign_oauth::scope::ScopeSet;
use http::header::{ACCEPT, AUTHORIZATION, InvalidHeaderValue};
use http::{HeaderValue, Request, Response, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The product's API, where the tools act as the person who signed in.
#[derive(Clone, Debug)]
pub struct ProductApi {
    /// The way there.
    pub client: ApiClient,
    /// Where it answers with the profile of whoever the token is for, as a JSON object.
    pub profile_url: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NoArguments {}

#[derive(Serialize, JsonSchema)]
struct Profile {
    /// The profile, in the API's own words.
    profile: JsonObject,
}

/// Why there is no profile, for the log.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("{0}")]
    NoAnswer(#[from] ApiError),
    #[error("the product's API answered {0}")]
    Status(StatusCode),
    #[error("the product's API refused a token and the one that took its place")]
    TwoTokensRefused,
    #[error("the product's API answered something else than a JSON object")]
    NotAnObject,
    #[error("the profile's address is not a URL")]
    NotAUrl(#[from] http::Error),
    #[error("the token for the product's API does not fit a header")]
    NotAHeader(#[from] InvalidHeaderValue),
}

impl From<Fault> for ToolError {
    fn from(fault: Fault) -> Self {
        Self::unavailable(fault)
    }
}

pub(crate) fn tool(scope: ScopeSet, api: ProductApi) -> Tool {
    let definition = Definition {
        name: "my_profile".to_owned(),
        title: "My profile".to_owned(),
        description: "Reads your profile from the product's API. Use it when the person asks what the product knows about them.".to_owned(),
        annotations: Annotations {
            read_only: true,
            destructive: false,
            idempotent: true,
            open_world: false,
        },
    };
    let api = Arc::new(api);
    Tool::new(definition, scope, move |context, NoArguments {}| {
        profile(Arc::clone(&api), context)
    })
}

async fn profile(
    api: Arc<ProductApi>,
    context: ToolContext,
) -> Result<ToolOutput<Profile>, ToolError> {
    let token = context.upstream_token().await?;
    let mut answer = ask(&api, &token).await?;
    if refuses_the_token(&answer) {
        let another = context.upstream_token_refused(&token).await?;
        answer = ask(&api, &another).await?;
    }
    Ok(ToolOutput::new(Profile {
        profile: read(&answer)?,
    }))
}

async fn ask(api: &ProductApi, token: &UpstreamToken) -> Result<Response<Bytes>, Fault> {
    let request = request(&api.profile_url, token)?;
    Ok(api.client.send(request).await?)
}

fn request(url: &str, token: &UpstreamToken) -> Result<Request<Bytes>, Fault> {
    let credentials = HeaderValue::try_from(format!("Bearer {}", token.expose()))?;
    let request = Request::get(url)
        .header(AUTHORIZATION, credentials)
        .header(ACCEPT, "application/json")
        .body(Bytes::new())?;
    Ok(request)
}

/// The words of an error are ours, because a model obeys what it reads. A token that is still
/// refused leads to no sign-in: whoever signed in would be here again.
fn read(answer: &Response<Bytes>) -> Result<JsonObject, ToolError> {
    match answer.status() {
        StatusCode::OK => {
            let profile = serde_json::from_slice(answer.body());
            Ok(profile.map_err(|_| Fault::NotAnObject)?)
        }
        _ if refuses_the_token(answer) => Err(Fault::TwoTokensRefused.into()),
        StatusCode::FORBIDDEN => Err(ToolError::refused(
            "The product's API does not let this person read the profile. Signing in again would not change that.",
        )),
        StatusCode::NOT_FOUND => Err(ToolError::refused(
            "The product's API has no profile of this person.",
        )),
        // Not about this request: too many others came.
        status @ StatusCode::TOO_MANY_REQUESTS => Err(Fault::Status(status).into()),
        status if status.is_client_error() => Err(ToolError::refused(
            "The product's API does not accept the question for the profile. The operator of this server sets its address in api.profile.",
        )),
        status => Err(Fault::Status(status).into()),
    }
}

fn refuses_the_token(answer: &Response<Bytes>) -> bool {
    match answer.status() {
        StatusCode::UNAUTHORIZED => true,
        StatusCode::FORBIDDEN => says_that_the_token_expired(answer.body()),
        _ => false,
    }
}

/// mcp2's API answers 403 to an expired token as well as to a forbidden request.
fn says_that_the_token_expired(content: &[u8]) -> bool {
    let content = String::from_utf8_lossy(content).to_ascii_lowercase();
    content.contains("expired") && content.contains("token")
}

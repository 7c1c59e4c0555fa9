//! `GET /`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_ui::{HomePage, OfferedTool};

use crate::page;
use crate::site::Shared;

pub(crate) async fn get(State(site): Shared) -> Response {
    let tools = site
        .tools
        .iter()
        .map(|tool| OfferedTool {
            name: &tool.name,
            title: &tool.title,
            description: &tool.description,
            scope: tool.scope.as_deref(),
        })
        .collect();
    let page = HomePage {
        brand: &site.brand,
        public_url: &site.server.settings().issuer,
        tools,
        operator_guide: site.operator_guide,
        playground: site.playground.is_some(),
    };
    page::show(StatusCode::OK, &page)
}

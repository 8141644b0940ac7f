//! How a refusal looks in a dialect: whatever was refused, and wherever (a token, a body, a rule), goes
//! through one function of that dialect.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde_json::{Map, Value};
use utoipa_axum::router::OpenApiRouter;

use crate::http::problem::Problem;
use crate::state::Server;
use openvisit_app::Error;

/// How a dialect says a problem: its status and its body, of what the problem says and what a handler adds.
pub type Shape = fn(&Problem, Map<String, Value>) -> (StatusCode, Value);

/// A problem with what this dialect has to say besides.
#[derive(Debug)]
pub struct Refused {
    pub problem: Problem,
    /// Further fields of the answer.
    pub more: Map<String, Value>,
}

#[derive(Clone)]
struct More(Map<String, Value>);

impl<E: Into<Problem>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self { problem: error.into(), more: Map::new() }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.problem.into_response();
        response.extensions_mut().insert(More(self.more));
        response
    }
}

/// Says a refusal in a dialect's shape; answers that are no refusals pass. The status is the canonical
/// API's unless the dialect has another.
///
/// Used as `.layer(axum::middleware::map_response(|answer| async { shaped(answer, shape) }))`.
pub fn shaped(answer: Response, shape: Shape) -> Response {
    let Some(problem) = answer.extensions().get::<Arc<Problem>>().cloned() else { return answer };
    let more = answer.extensions().get::<More>().map(|more| more.0.clone()).unwrap_or_default();
    let (status, body) = shape(&problem, more);
    let mut shaped = (status, axum::Json(body)).into_response();
    // What a program must know whatever the shape: `www-authenticate`, `retry-after`.
    for (name, value) in answer.headers() {
        if !shaped.headers().contains_key(name) && name != axum::http::header::CONTENT_LENGTH {
            shaped.headers_mut().insert(name, value.clone());
        }
    }
    shaped
}

/// A dialect's routes, every refusal of which takes its shape: also of a method that a path does not take, and
/// of a path under `root` that is none.
pub fn in_shape(routes: OpenApiRouter<Server>, root: &str, shape: Shape) -> OpenApiRouter<Server> {
    let nothing_there = any(|| async { Problem::from(Error::NotFound) });
    let (router, document) = routes.route(&format!("{root}/{{*path}}"), nothing_there).split_for_parts();
    let router: Router<Server> = router
        .method_not_allowed_fallback(|| async { Problem::MethodNotAllowed })
        .layer(map_response(move |answer| async move { shaped(answer, shape) }));
    let mut routes = OpenApiRouter::from(router);
    *routes.get_openapi_mut() = document;
    routes
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use serde_json::json;
    use tower::ServiceExt;

    use super::*;

    fn shape(problem: &Problem, more: Map<String, Value>) -> (StatusCode, Value) {
        let more = Value::Object(more);
        (problem.status(), json!({ "error": problem.to_string(), "more": more }))
    }

    #[tokio::test]
    async fn a_refusal_takes_the_shape_of_its_dialect_and_keeps_its_headers() {
        let refuses = || async {
            let mut refused = Refused::from(Error::TooManyRequests { retry_after_seconds: 7 });
            refused.more.insert("session_id".to_owned(), json!(1));
            Err::<(), _>(refused)
        };
        let router: Router = Router::new()
            .route("/no", get(refuses))
            .route("/yes", get(|| async { "yes" }))
            .layer(map_response(|answer| async { shaped(answer, shape) }));
        let ask = |path: &str| axum::http::Request::get(path).body(Body::empty()).unwrap();
        let refused = router.clone().oneshot(ask("/no")).await.unwrap();
        assert_eq!(refused.status(), 429);
        assert_eq!(refused.headers()["retry-after"], "7");
        assert_eq!(refused.headers()["content-type"], "application/json");
        let body = axum::body::to_bytes(refused.into_body(), 1_000).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["more"]["session_id"], 1);
        assert_eq!(router.oneshot(ask("/yes")).await.unwrap().status(), 200);
    }
}

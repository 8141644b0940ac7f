//! The clinic dialect: doctor and patient. What an appointment's session is called in its words: `CREATED`
//! until it begins, `IN_PROGRESS`, `COMPLETED`, and `CANCELLED` also where it did not come about.

mod end;
mod get;
mod join;
mod list;
mod notes;
mod start;
mod usage;
mod view;

use axum::http::StatusCode;
use openvisit_core::lifecycle::Move;
use openvisit_core::session::Status;
use serde_json::{Map, Value};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::refused::in_shape;
use crate::http::problem::Problem;
use crate::state::Server;
use openvisit_app::Error;

pub fn routes() -> OpenApiRouter<Server> {
    let routes = OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(get::get))
        .routes(routes!(start::start))
        .routes(routes!(join::join))
        .routes(routes!(end::end))
        .routes(routes!(notes::put))
        .routes(routes!(usage::usage));
    in_shape(routes, "/api/video", shape)
}

/// `{"error": …, "status": …}`, with what programs may need beyond that.
fn shape(problem: &Problem, more: Map<String, Value>) -> (StatusCode, Value) {
    let status = match problem {
        Problem::Refused(Error::Invalid(_)) => StatusCode::BAD_REQUEST,
        _ => problem.status(),
    };
    let error = match problem {
        Problem::Refused(Error::NotFound) => "Session not found".to_owned(),
        Problem::Refused(Error::NotAllowedNow { state: Status::InProgress, asked: Move::Start }) => {
            "Session already started for this appointment".to_owned()
        }
        _ => problem.to_string(),
    };
    let mut body = problem.extras();
    body.insert("error".to_owned(), error.into());
    body.insert("status".to_owned(), status.as_u16().into());
    body.insert("code".to_owned(), problem.code().into());
    body.extend(more);
    (status, Value::Object(body))
}

//! A query parameter that a route of the canonical API does not have is refused, by one look at its description: passed
//! over, a mistyped filter would answer everybody's.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{MatchedPath, Query, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use openvisit_app::Error;
use openvisit_app::error::{FieldCode, FieldError};
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

use super::extract::without_empty_values;
use super::problem::Problem;

/// So much of a name is repeated to whoever sent it.
const SHOWN: usize = 64;

/// The query parameters of each route below `/api/v1`.
#[derive(Debug, Default)]
pub struct QueryNames(HashMap<(String, Method), Vec<String>>);

impl QueryNames {
    #[must_use]
    pub fn of(document: &OpenApi) -> Arc<Self> {
        let mut names = HashMap::new();
        let canonical = document.paths.paths.iter().filter(|(path, _)| path.starts_with("/api/v1/"));
        for (path, item) in canonical {
            let operations = [
                (Method::GET, &item.get),
                (Method::POST, &item.post),
                (Method::PUT, &item.put),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            for (method, operation) in operations {
                let Some(operation) = operation else { continue };
                names.insert((path.clone(), method), of_query(operation));
            }
        }
        Arc::new(Self(names))
    }

    /// Whether the canonical API has this: of a method that a route does not take it has not.
    pub fn describes(&self, request: &Request) -> bool {
        self.known(request).is_some()
    }

    /// `None` of a route that is described elsewhere, or not at all.
    fn known(&self, request: &Request) -> Option<&[String]> {
        let route = request.extensions().get::<MatchedPath>()?.as_str().to_owned();
        let method = if request.method() == Method::HEAD { Method::GET } else { request.method().clone() };
        self.0.get(&(route, method)).map(Vec::as_slice)
    }
}

fn of_query(operation: &Operation) -> Vec<String> {
    let parameters = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    });
    parameters.filter(|it| it.parameter_in == ParameterIn::Query).map(|it| it.name.clone()).collect()
}

/// Around every route.
pub async fn expect_known(State(names): State<Arc<QueryNames>>, request: Request, next: Next) -> Response {
    let unknown = names.known(&request).map(|known| unknown(&given(&request), known)).unwrap_or_default();
    if unknown.is_empty() {
        next.run(request).await
    } else {
        Problem::from(Error::Invalid(unknown)).into_response()
    }
}

/// The names in a query that have a value; none where it cannot be read, which the route says itself.
fn given(request: &Request) -> Vec<String> {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(&without_empty_values(request.uri()));
    pairs.map(|Query(pairs)| pairs.into_iter().map(|(name, _)| name).collect()).unwrap_or_default()
}

fn unknown(given: &[String], known: &[String]) -> Vec<FieldError> {
    let unknown = given.iter().filter(|name| !known.contains(name));
    unknown
        .map(|name| FieldError {
            field: name.chars().take(SHOWN).collect(),
            code: FieldCode::Unknown,
            message: match nearest(name, known) {
                Some(nearest) => format!("is not known here; the nearest that is known is \"{nearest}\""),
                None => "is not known here; nothing is asked for in this address".to_owned(),
            },
        })
        .collect()
}

/// Which of them was meant.
pub(super) fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let plain = name.to_ascii_lowercase();
    let likeness = |known: &str| strsim::normalized_damerau_levenshtein(&plain, known);
    known.iter().map(String::as_str).max_by(|one, other| likeness(one).total_cmp(&likeness(other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_what_was_meant() {
        let names = ["status", "practitioner_id", "client_id", "from", "to", "cursor", "order", "limit"];
        let known = names.map(str::to_owned);
        for (mistyped, meant) in [
            ("stauts", "status"),
            ("state", "status"),
            ("practitioner", "practitioner_id"),
            ("clientId", "client_id"),
            ("PractitionerId", "practitioner_id"),
            ("form", "from"),
            ("sort_order", "order"),
            ("page_limit", "limit"),
        ] {
            assert_eq!(nearest(mistyped, &known), Some(meant), "{mistyped}");
        }
        assert_eq!(nearest("status", &[]), None);
    }
}

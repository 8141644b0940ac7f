//! What handlers take from a request; a request that does not have it is refused with a problem.

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use garde::Validate;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use super::problem::{FieldError, Problem};

/// A JSON body that has been read and validated; as an answer, plain JSON.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// A JSON body that may be left out.
#[derive(Debug)]
pub struct OptionalJson<T>(pub T);

/// A query string that has been read and validated.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// The path's variables. What is malformed there names nothing: 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S, T> FromRequest<S> for Json<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Validate<Context = ()>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(&request) {
            return Err(Problem::UnsupportedMediaType("application/json"));
        }
        read_json(&body(request).await?).map(Self)
    }
}

impl<S, T> FromRequest<S> for OptionalJson<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Default + Validate<Context = ()>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let declared = request.headers().contains_key(CONTENT_TYPE);
        if declared && !is_json(&request) {
            return Err(Problem::UnsupportedMediaType("application/json"));
        }
        let bytes = body(request).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        if declared {
            read_json(&bytes).map(Self)
        } else {
            Err(Problem::UnsupportedMediaType("application/json"))
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The whole body, at most as large as the server takes.
///
/// # Errors
/// Too large, or cut short.
pub async fn body(request: Request) -> Result<Bytes, Problem> {
    request.extract().await.map_err(|rejection| match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            Problem::PayloadTooLarge
        }
        _ => Problem::BadRequest("the body ended early".to_owned()),
    })
}

fn is_json(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The character zero, as JSON writes it.
const ZERO: &[u8] = br"\u0000";

fn read_json<T: DeserializeOwned + Validate<Context = ()>>(bytes: &[u8]) -> Result<T, Problem> {
    // One of the databases cannot keep it, and nobody types it.
    if bytes.windows(ZERO.len()).any(|part| part == ZERO) {
        return Err(Problem::invalid("", "a text must not hold the character zero"));
    }
    // Of a list, a field's place would be taken for its name.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Problem::invalid("", "must be an object"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let field = error.path().to_string();
        let inner = error.into_inner();
        // Of a word from a list, another type counts as a mistake in the JSON.
        let is_json = || serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
        if inner.is_data() || is_json() {
            Problem::invalid(if field == "." { String::new() } else { field }, told(&inner.to_string()))
        } else {
            Problem::BadRequest(format!("the body is not JSON: {inner}"))
        }
    })?;
    deserializer.end().map_err(|error| Problem::BadRequest(format!("the body is not JSON: {error}")))?;
    validated(value)
}

/// Without the place in the text, which says nothing to who sent a field, and without the value that was
/// sent, which may be personal.
fn told(message: &str) -> String {
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    match (message.split_once(": "), message.rsplit_once(", expected ")) {
        (Some(("invalid type" | "invalid value", _)), Some((_, expected))) => format!("must be {expected}"),
        _ => message.to_owned(),
    }
}

fn validated<T: Validate<Context = ()>>(value: T) -> Result<T, Problem> {
    match value.validate() {
        Ok(()) => Ok(value),
        Err(report) => Err(Problem::Invalid(
            report
                .iter()
                .map(|(path, error)| FieldError { field: path.to_string(), message: error.to_string() })
                .collect(),
        )),
    }
}

impl<S, T> FromRequestParts<S> for Query<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Validate<Context = ()>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let axum::extract::Query(value) =
            axum::extract::Query::try_from_uri(&parts.uri).map_err(|rejection| {
                let text = rejection.body_text();
                let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
                match text.split_once(": ") {
                    Some((field, message)) => Problem::invalid(field, message),
                    None => Problem::invalid("", text),
                }
            })?;
        validated(value).map(Self)
    }
}

impl<S, T> FromRequestParts<S> for Path<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(Problem::NotFound),
        }
    }
}

/// Tells a field that is `null` from one that is not there: with
/// `#[serde(default, deserialize_with = "given")]`.
///
/// # Errors
/// The value is of another type.
pub fn given<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, Validate)]
    struct Booking {
        #[garde(length(min = 1))]
        title: String,
        #[garde(skip)]
        #[serde(default)]
        kind: Kind,
        #[garde(dive)]
        #[serde(default)]
        price: Price,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    enum Kind {
        #[default]
        Video,
    }

    #[derive(Debug, Default, Deserialize, Validate)]
    struct Price {
        #[garde(range(max = 9_999))]
        cents: u32,
    }

    fn refused(body: &str) -> Problem {
        read_json::<Booking>(body.as_bytes()).unwrap_err()
    }

    #[test]
    fn what_is_no_json_is_a_bad_request() {
        for body in ["", "{", "{\"title\":\"a\"} x", "\u{0}"] {
            assert_eq!(refused(body).code(), "bad_request", "{body}");
        }
    }

    #[test]
    fn a_wrong_type_names_its_field_and_keeps_the_value_to_itself() {
        assert_eq!(
            refused(r#"{"title":"a","price":{"cents":"Mr. Private"}}"#),
            Problem::invalid("price.cents", "must be u32")
        );
        assert_eq!(refused("{}").code(), "invalid");
        // A word from a list, too.
        let good = read_json::<Booking>(br#"{"title":"a","kind":"Video"}"#);
        assert_eq!(good.unwrap().kind, Kind::Video);
        for kind in ["7", "[]", "true", "\"Walk\""] {
            assert_eq!(refused(&format!(r#"{{"title":"a","kind":{kind}}}"#)).code(), "invalid", "{kind}");
        }
        for list in ["[]", " [\"a\", {}]"] {
            assert_eq!(refused(list), Problem::invalid("", "must be an object"), "{list}");
        }
    }

    #[test]
    fn the_character_zero_is_refused_before_any_database_sees_it() {
        assert_eq!(refused(r#"{"title":"a\u0000b"}"#).code(), "invalid");
    }

    #[test]
    fn what_breaks_a_rule_names_its_field() {
        let Problem::Invalid(errors) = refused(r#"{"title":""}"#) else { panic!("not invalid") };
        assert_eq!(errors[0].field, "title");
    }
}

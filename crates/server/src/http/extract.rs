//! What handlers take from a request; a request that does not have it is refused with a problem.

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use garde::Validate;
use openvisit_app::Error;
use openvisit_app::error::{FieldCode, FieldError};
use openvisit_app::people::rules::Mistake;
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Deserializer, Serialize};

use super::problem::Problem;
use super::serde_errors::told;

/// A JSON body that has been read and validated; as an answer, plain JSON.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// A JSON body that may be left out, which is then an object without fields.
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
    T: DeserializeOwned + Validate<Context = ()>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let is_json = is_json(&request);
        let bytes = body(request).await?;
        // Libraries name a type also where they send nothing, and write nothing as `null`.
        match bytes.trim_ascii() {
            b"" => read_json(b"{}").map(Self),
            b"null" if is_json => read_json(b"{}").map(Self),
            _ if is_json => read_json(&bytes).map(Self),
            _ => Err(Problem::UnsupportedMediaType("application/json")),
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
    names_json(request.headers())
}

/// Whether a body is said to be JSON.
#[must_use]
pub fn names_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

const NO_ZERO: &str = "a text must not hold the character zero";
/// The character zero, as JSON writes it.
const ZERO: &[u8] = br"\u0000";

fn read_json<T: DeserializeOwned + Validate<Context = ()>>(bytes: &[u8]) -> Result<T, Problem> {
    // One of the databases cannot keep it, and nobody types it.
    if bytes.windows(ZERO.len()).any(|part| part == ZERO) {
        return Err(Error::invalid("", FieldCode::Malformed, NO_ZERO).into());
    }
    // Of a list, a field's place would be taken for its name.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Error::invalid("", FieldCode::WrongType, "must be an object").into());
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let field = error.path().to_string();
        let inner = error.into_inner();
        // Of a word from a list, another type counts as a mistake in the JSON.
        let is_json = || serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
        if inner.is_data() || is_json() {
            let field = if field == "." { String::new() } else { field };
            Problem::from(Error::Invalid(vec![told(&field, &inner.to_string())]))
        } else {
            Problem::BadRequest(format!("the body is not JSON: {inner}"))
        }
    })?;
    deserializer.end().map_err(|error| Problem::BadRequest(format!("the body is not JSON: {error}")))?;
    validated(value)
}

fn validated<T: Validate<Context = ()>>(value: T) -> Result<T, Problem> {
    let Err(report) = value.validate() else { return Ok(value) };
    let wrong = report.iter().map(|(path, error)| {
        let (code, message) = rule(error.message());
        FieldError { field: path.to_string(), code, message }
    });
    Err(Error::Invalid(wrong.collect()).into())
}

/// Between the code and the text of a mistake, in an error of a rule of ours.
const SEPARATOR: char = '\u{1f}';

/// A mistake as an error of a validation rule, which has room for a text only.
#[must_use]
pub fn broken(mistake: &Mistake) -> garde::Error {
    garde::Error::new(format!("{}{SEPARATOR}{}", mistake.code.name(), mistake.message))
}

/// How the library's own texts begin.
const LIBRARY: [(&str, FieldCode); 5] = [
    ("length is lower than", FieldCode::TooShort),
    ("length is greater than", FieldCode::TooLong),
    ("lower than", FieldCode::OutOfRange),
    ("greater than", FieldCode::OutOfRange),
    ("not a valid email", FieldCode::Malformed),
];

/// What a validation rule says: one of ours its code, the library's own by how their texts begin.
fn rule(text: &str) -> (FieldCode, String) {
    if let Some((name, message)) = text.split_once(SEPARATOR) {
        let code = FieldCode::ALL.into_iter().find(|code| code.name() == name);
        return (code.unwrap_or(FieldCode::Invalid), message.to_owned());
    }
    let known = LIBRARY.into_iter().find(|(start, _)| text.starts_with(start));
    (known.map_or(FieldCode::Invalid, |(_, code)| code), text.to_owned())
}

impl<S, T> FromRequestParts<S> for Query<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Validate<Context = ()>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if has_zero(parts.uri.query()) {
            return Err(Error::invalid("", FieldCode::Malformed, NO_ZERO).into());
        }
        let query = axum::extract::Query::try_from_uri(&without_empty_values(&parts.uri));
        let axum::extract::Query(value) = query.map_err(|rejection| {
            let text = rejection.body_text();
            let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
            let (field, message) = text.split_once(": ").unwrap_or(("", text));
            Error::Invalid(vec![told(field, message)])
        })?;
        validated(value).map(Self)
    }
}

/// The character zero, as URLs write it.
fn has_zero(part: Option<&str>) -> bool {
    part.is_some_and(|part| part.contains("%00"))
}

/// Parameters that may be given several times, as descriptions write lists; no value of theirs holds a comma.
const LISTS: [&str; 1] = ["status"];

/// Forms send an empty value for what was not filled in: it is absent. A bare name is a flag, and stays. What is a list is
/// one value, however it was given: see [`several`].
#[must_use]
pub fn without_empty_values(uri: &Uri) -> Uri {
    let given = |part: &&str| part.split_once('=').is_none_or(|(_, value)| !value.is_empty());
    let mut parts: Vec<String> = Vec::new();
    for part in uri.query().unwrap_or_default().split('&').filter(given) {
        let list = part.split_once('=').filter(|(name, _)| LISTS.contains(name));
        let begun = list.and_then(|(name, _)| {
            let names = |part: &String| part.split_once('=').is_some_and(|(other, _)| other == name);
            parts.iter().position(names)
        });
        match (list, begun.and_then(|place| parts.get_mut(place))) {
            (Some((_, value)), Some(begun)) => begun.extend([",", value]),
            _ => parts.push(part.to_owned()),
        }
    }
    // Parts of a URI make one.
    Uri::try_from(format!("/?{}", parts.join("&"))).unwrap_or_else(|_| uri.clone())
}

/// Values with commas between them: with `#[serde(default, deserialize_with = "several")]`, and the name in `LISTS`.
///
/// # Errors
/// One of them is none.
pub fn several<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let text = String::deserialize(deserializer)?;
    let values = text.split(',').filter(|value| !value.is_empty());
    values.map(|value| T::deserialize(value.into_deserializer())).collect()
}

impl<S, T> FromRequestParts<S> for Path<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if has_zero(Some(parts.uri.path())) {
            return Err(Error::NotFound.into());
        }
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(Error::NotFound.into()),
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

/// Takes a field that is `null` for one that is not there: with `#[serde(default, deserialize_with = "or_default")]`, where
/// the description allows `null`.
///
/// # Errors
/// The value is of another type.
pub fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
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
            Problem::from(Error::invalid("price.cents", FieldCode::WrongType, "must be a whole number"))
        );
        assert_eq!(refused("{}").code(), "invalid");
        // A word from a list, too.
        let good = read_json::<Booking>(br#"{"title":"a","kind":"Video"}"#);
        assert_eq!(good.unwrap().kind, Kind::Video);
        for kind in ["7", "[]", "true", "\"Walk\""] {
            assert_eq!(refused(&format!(r#"{{"title":"a","kind":{kind}}}"#)).code(), "invalid", "{kind}");
        }
        for list in ["[]", " [\"a\", {}]"] {
            let wrong = Error::invalid("", FieldCode::WrongType, "must be an object");
            assert_eq!(refused(list), Problem::from(wrong), "{list}");
        }
    }

    #[test]
    fn the_character_zero_is_refused_before_any_database_sees_it() {
        assert_eq!(refused(r#"{"title":"a\u0000b"}"#).code(), "invalid");
    }

    #[test]
    fn what_breaks_a_rule_names_its_field() {
        let refused = refused(r#"{"title":"","price":{"cents":10000}}"#);
        let Problem::Refused(Error::Invalid(errors)) = refused else { panic!("not invalid") };
        let mut told: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        told.sort_unstable_by_key(|(field, _)| *field);
        assert_eq!(told, [("price.cents", FieldCode::OutOfRange), ("title", FieldCode::TooShort)]);
    }

    fn taken(_: &str, _: &()) -> garde::Result {
        Err(broken(&Mistake::new(FieldCode::Taken, "is taken")))
    }

    #[test]
    fn every_mistake_has_the_code_of_its_kind() {
        #[derive(Debug, Deserialize, Validate)]
        struct Guest {
            #[garde(email, length(max = 12))]
            email: String,
            #[garde(custom(taken))]
            name: String,
        }
        let codes = |body: &str| {
            let problem = read_json::<Guest>(body.as_bytes()).unwrap_err();
            let Problem::Refused(Error::Invalid(errors)) = problem else { panic!("{problem}") };
            errors.into_iter().map(|error| (error.field, error.code, error.message)).collect::<Vec<_>>()
        };
        let found = codes(r#"{"email":"nobody-at-nowhere","name":"a"}"#);
        let kinds: Vec<_> = found.iter().map(|(field, code, _)| (field.as_str(), *code)).collect();
        assert!(kinds.contains(&("email", FieldCode::Malformed)), "{kinds:?}");
        assert!(kinds.contains(&("email", FieldCode::TooLong)), "{kinds:?}");
        assert!(found.contains(&("name".to_owned(), FieldCode::Taken, "is taken".to_owned())), "{found:?}");
        assert_eq!(codes(r#"{"name":"a"}"#)[0].1, FieldCode::Required);
    }
}

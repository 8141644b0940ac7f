//! Lists that are answered whole, however long: read page by page, with the database given back in between, and sent as
//! they are read, so that memory stays flat.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use openvisit_app::Error;
use serde::Serialize;

/// How many are read at a time. A session takes some 12 KiB until it is sent, as a row, as itself and as JSON.
pub const PAGE: u32 = 100;

/// A part of a list, and where it goes on.
pub struct Part<T, P> {
    pub items: Vec<T>,
    pub then: Then<P>,
}

/// What comes after a part.
pub enum Then<P> {
    Part(P),
    /// The text that closes the JSON.
    End(String),
}

/// A list as JSON. `open` is what stands before its items; `read` reads the part that begins somewhere.
///
/// # Errors
/// Those of the first part. Of a later one the answer breaks off, since its status was sent.
pub async fn streamed<T, P, F, R>(open: &str, from: P, read: F) -> Result<Response, Error>
where
    T: Serialize + 'static,
    P: Send + 'static,
    F: Fn(P) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Part<T, P>, Error>> + Send + 'static,
{
    let Part { items, then } = read(from).await?;
    let mut text = open.to_owned();
    let is_empty = items.is_empty();
    write(&mut text, &items, true)?;
    let body = match then {
        Then::End(close) => Body::from(text + &close),
        Then::Part(next) => {
            let state = (Some(Then::Part(next)), Some(text), is_empty, read);
            Body::from_stream(stream::try_unfold(state, rest::<T, P, F, R>))
        }
    };
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}

/// What is still to be sent, and how to go on.
type State<P, F> = (Option<Then<P>>, Option<String>, bool, F);

/// What was read first, then a part at a time.
async fn rest<T, P, F, R>(
    (then, first, is_empty, read): State<P, F>,
) -> Result<Option<(String, State<P, F>)>, Error>
where
    T: Serialize,
    F: Fn(P) -> R,
    R: Future<Output = Result<Part<T, P>, Error>>,
{
    if let Some(text) = first {
        return Ok(Some((text, (then, None, is_empty, read))));
    }
    match then {
        None => Ok(None),
        Some(Then::End(close)) => Ok(Some((close, (None, None, is_empty, read)))),
        Some(Then::Part(from)) => {
            let part = read(from).await.inspect_err(|error| {
                tracing::warn!(code = error.code(), "a list that is being sent breaks off");
            });
            let Part { items, then } = part?;
            let mut text = String::new();
            write(&mut text, &items, is_empty)?;
            Ok(Some((text, (Some(then), None, is_empty && items.is_empty(), read))))
        }
    }
}

fn write<T: Serialize>(text: &mut String, items: &[T], mut is_first: bool) -> Result<(), Error> {
    for item in items {
        if !is_first {
            text.push(',');
        }
        is_first = false;
        text.push_str(&serde_json::to_string(item).map_err(Error::internal)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use serde_json::{Value, json};

    use super::*;

    /// The numbers below `all`, some at a time, with nothing in every second part.
    fn numbers(from: u32, all: u32) -> Result<Part<u32, u32>, Error> {
        let to = (from + 2).min(all);
        let items = if from.is_multiple_of(4) { (from..to).collect() } else { vec![] };
        let then = if to < all { Then::Part(to) } else { Then::End("],\"next\":null}".to_owned()) };
        Ok(Part { items, then })
    }

    async fn sent(all: u32) -> Value {
        let answer =
            streamed("{\"items\":[", 0, move |from| async move { numbers(from, all) }).await.unwrap();
        let body = to_bytes(answer.into_body(), 10_000).await.unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    #[tokio::test]
    async fn parts_make_one_list() {
        for all in 0..20 {
            let items: Vec<u32> = (0..all).filter(|n| n % 4 < 2).collect();
            assert_eq!(sent(all).await, json!({ "items": items, "next": null }), "{all}");
        }
    }

    #[tokio::test]
    async fn what_fails_at_once_is_refused_and_what_fails_later_breaks_off() {
        let fails = |at: u32| {
            move |from: u32| async move { if from == at { Err(Error::Unavailable) } else { numbers(from, 100) } }
        };
        assert!(matches!(streamed("[", 0, fails(0)).await, Err(Error::Unavailable)));
        let answer = streamed("[", 0, fails(8)).await.unwrap();
        assert!(to_bytes(answer.into_body(), 10_000).await.is_err());
    }
}

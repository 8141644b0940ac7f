//! `POST /sessions/{id}/files`, `GET /sessions/{id}/files/{file}`: pictures and PDF in a call's chat.
//!
//! They go in and out as they come, a part at a time. Browsers are told to save one and never to show it by itself.

use std::future::ready;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{once, try_unfold};
use futures_util::{Stream, StreamExt, TryStreamExt};
use openvisit_app::chat;
use openvisit_app::chat_files::{self, Upload};
use openvisit_app::error::FieldCode;
use openvisit_app::{App, Error};
use openvisit_core::ids::{MessageId, SessionId};
use openvisit_store::ChatFile;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

/// What a file is called, percent-encoded: a name may tell of somebody's health, and addresses are logged elsewhere.
pub const FILE_NAME: HeaderName = HeaderName::from_static("x-file-name");

const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'");

/// A file that was sent, and is told to everybody in the call as a message with this id.
#[derive(Serialize, ToSchema)]
pub struct FileSent {
    #[schema(value_type = uuid::Uuid)]
    pub id: MessageId,
    /// As the others see it: without folders, with the end that its kind has.
    pub name: String,
    /// What it was found to be: image/png, image/jpeg, image/gif, image/webp or application/pdf.
    pub kind: &'static str,
    /// In bytes.
    pub size: u64,
}

/// Sends a picture or a PDF of 10 MiB at most to everybody in the call, the bytes as they are; `Content-Length` must
/// say how many. It is gone with the session's chat, after 24 hours at the latest.
#[utoipa::path(post, path = "/sessions/{id}/files", tag = "sessions", operation_id = "send_file",
    params(("id" = uuid::Uuid, Path), ("X-File-Name" = Option<String>, Header, description = "Percent-encoded")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = FileSent)), security(("bearer" = [])))]
pub async fn send(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<FileSent>), Problem> {
    let participant = chat::in_call(&app, &caller, id).await?;
    let mut upload = chat_files::begin(&app, id, participant, name(&headers), length(&headers)?).await?;
    match take(&app, &caller, id, &mut upload, body).await {
        Ok(sent) => Ok((StatusCode::CREATED, Json(sent))),
        Err(problem) => {
            upload.abandon().await;
            Err(problem)
        }
    }
}

async fn take(
    app: &App,
    caller: &Caller,
    session: SessionId,
    upload: &mut Upload,
    body: Body,
) -> Result<FileSent, Problem> {
    let mut bytes = body.into_data_stream();
    while let Some(next) = bytes.try_next().await.map_err(|_| ended_early())? {
        upload.write(&next).await?;
    }
    let file = upload.complete().await?;
    chat::say_file(app, caller, session, upload, &file).await?;
    Ok(FileSent { id: upload.id, name: file.name, kind: file.kind, size: file.size })
}

fn ended_early() -> Problem {
    Problem::BadRequest("the body ended early".to_owned())
}

fn length(headers: &HeaderMap) -> Result<u64, Error> {
    let told = headers.get(CONTENT_LENGTH).and_then(|told| told.to_str().ok()?.parse().ok());
    told.ok_or_else(|| {
        Error::invalid("file", FieldCode::Required, "Content-Length must say how many bytes come")
    })
}

fn name(headers: &HeaderMap) -> String {
    let given = headers.get(FILE_NAME).map_or(&b""[..], HeaderValue::as_bytes);
    percent_decoded(given.get(..given.len().min(2_000)).unwrap_or_default())
}

/// What is no escape stays as it is.
fn percent_decoded(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        let escaped = after.get(..2).filter(|_| *first == b'%');
        let byte = escaped.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A file of the chat, for whoever was let in before it was sent, while the session is under way.
#[utoipa::path(get, path = "/sessions/{id}/files/{file}", tag = "sessions", operation_id = "file",
    params(("id" = uuid::Uuid, Path), ("file" = uuid::Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream")), security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path((id, file)): Path<(SessionId, MessageId)>,
) -> Result<Response, Problem> {
    let admitted_at = chat::admitted_at(&app, &caller, id).await?;
    let file = app.store.chat_file(id, file).await?.filter(|file| file.sent_at >= admitted_at);
    let file = file.ok_or(Error::NotFound)?;
    let kind = HeaderValue::from_str(&file.kind).map_err(Error::internal)?;
    let disposition =
        format!("attachment; filename*=UTF-8''{}", percent_encoded(&chat_files::name(&app, &file)?));
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_LENGTH, HeaderValue::from(file.size)),
        (CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(Error::internal)?),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    // One that cannot be opened is not begun.
    let first = chat_files::part(&app, &file, 0).await?.unwrap_or_default();
    let all = once(ready(Ok(first))).chain(after_the_first(app, file));
    Ok((headers, Body::from_stream(all)).into_response())
}

fn after_the_first(app: App, file: ChatFile) -> impl Stream<Item = Result<Vec<u8>, Error>> {
    try_unfold((app, file, 1), |(app, file, part)| async move {
        let bytes = chat_files::part(&app, &file, part).await?;
        Ok(bytes.map(|bytes| (bytes, (app, file, part + 1))))
    })
}

fn percent_encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_travels_in_a_header() {
        for name in ["Befund März (1).pdf", "100%.png", "", "a/b"] {
            assert_eq!(percent_decoded(percent_encoded(name).as_bytes()), name);
        }
        assert_eq!(percent_decoded(b"50%"), "50%");
        assert_eq!(percent_decoded(b"%zz%2"), "%zz%2");
        assert_eq!(percent_decoded(b"%ff"), "\u{fffd}");
    }
}

//! What support staff ask: where is this session, and why does this practitioner see no requests? The same
//! answers for the API and for the command line; no names, no notes, nothing that a client wrote.

pub mod practitioner;
pub mod session;

/// `1 request`, `2 requests`.
#[must_use]
fn requests(count: usize) -> String {
    if count == 1 { "1 request".to_owned() } else { format!("{count} requests") }
}

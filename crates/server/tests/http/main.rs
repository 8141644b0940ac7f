//! The API over HTTP, as its users meet it: one server per test, on a free port, with a database and a
//! clock of its own.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod access;
mod accounts;
mod api_keys;
mod appointments;
mod broker;
mod by_code;
mod chat;
mod chat_files;
mod common;
mod corrections;
mod crashed_calls;
mod demo;
mod described;
mod description;
mod dialects;
mod double_ends;
mod events_page;
mod floods;
mod garage;
mod homes;
mod hostile;
mod idempotency;
mod input;
mod invitations;
mod issuers;
mod joining;
mod jwks;
mod life;
mod lockout;
mod log;
mod logins;
mod nodes;
mod operation;
mod organization_claim;
mod overlaps;
mod pages;
mod phone;
mod presence;
mod promised;
mod providers;
mod reception;
mod reports;
mod requests;
mod sealed;
mod story;
mod support;
mod system;
mod taking_over;
mod terms;
mod test_calls;
mod tls;
mod waiting;
mod webhooks;

//! One suite for both databases: every function of the store, each test in a database of its own.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod figures;
mod given;

mod accounts;
mod api_keys;
mod attendance;
mod chat_files;
mod chat_messages;
mod deliveries;
mod doors;
mod homes;
mod idempotency;
mod lists;
mod mail;
mod meetings;
mod messages;
mod node_sockets;
mod nodes;
mod opening;
mod outbox;
mod overlap;
mod persons;
mod races;
mod request_events;
mod requests;
mod room_names;
mod sealing_keys;
mod sessions;
mod sums;
mod time;
mod webhooks;

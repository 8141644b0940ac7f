//! A worker in virtual time and a simulated network.

#![expect(clippy::unwrap_used, reason = "a test that cannot make its world must fail")]
#![expect(clippy::disallowed_methods, reason = "a test needs an instant to begin with")]

mod call;
mod connections;
mod echo;
mod eight;
mod hostile;
mod overload;
mod stage;

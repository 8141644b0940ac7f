//! The API over HTTP, as its users meet it: one server per test, on a free port, with a database and a
//! clock of its own.

mod accounts;
mod appointments;
mod common;
mod invitations;
mod joining;
mod life;
mod story;

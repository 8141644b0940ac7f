//! The program itself, as operators and their machines meet it, and the house that it is built in.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod accounts;
mod api_keys;
mod broker_tls;
mod check;
mod cli;
mod crash;
mod docs;
mod faults;
mod house;
mod keys;
mod killed;
mod left_behind;
mod links;
mod mail;
mod modes;
mod nodes;
mod nodes_killed;
mod operate;
mod provider_check;
mod restore;
mod running;
mod secrets;
mod sfu;
mod starts;
mod turn;

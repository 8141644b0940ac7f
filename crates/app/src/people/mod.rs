//! Accounts and whoever is known without one: one file per command.

pub mod accounts;
pub mod authenticate;
pub mod calendar_feed;
pub mod clients;
pub mod organizations;
pub mod own;
pub mod password_links;
pub mod passwords;
pub mod programs;
pub mod rules;
pub mod service_accounts;
pub mod signed_out;

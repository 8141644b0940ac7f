//! Who meets whom, when, on what terms: one file per command.

pub mod book;
pub mod by_code;
pub mod cancel;
pub mod change;
pub mod correct;
pub mod invite;
pub mod pay;
pub mod register;
pub mod terms;
pub mod view;

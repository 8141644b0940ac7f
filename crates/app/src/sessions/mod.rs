//! What happens to a session: one file per command.

pub mod admit;
pub mod change;
mod credentials;
pub mod doorway;
pub mod end;
pub mod entry;
pub mod extend;
pub mod find;
pub mod join;
pub mod leave;
pub mod list;
pub mod media;
pub mod notes;
pub mod passcode;
pub mod phone;
pub mod rate;
pub mod start;
pub mod view;
mod visitor;
pub mod waiting;
pub mod way_in;

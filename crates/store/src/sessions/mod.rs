//! The aggregate: an appointment and its session, one row, loaded with its ledger by one query.

pub(crate) mod list;
mod load;
mod row;
mod save;

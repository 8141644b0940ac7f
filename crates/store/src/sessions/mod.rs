//! The aggregate: an appointment and its session, one row, loaded with its ledger by one query.

pub(crate) mod batch;
pub(crate) mod by_party;
mod changes;
pub(crate) mod details;
pub(crate) mod figures;
pub(crate) mod kept;
pub(crate) mod list;
mod load;
pub(crate) mod offset_list;
pub(crate) mod overlap;
pub(crate) mod row;
mod save;
pub(crate) mod sums;
pub(crate) mod visible;

#[cfg(test)]
mod tests {
    use openvisit_core::appointment::MAX_DURATION;
    use openvisit_core::session::Status;

    #[test]
    fn the_schema_knows_the_longest_slot() {
        assert_eq!(MAX_DURATION.as_micros(), 43_200_000_000, "needs a migration, and overlap::overlapping!");
        assert_eq!(MAX_DURATION.as_micros(), i128::from(super::list::LONGEST_SLOT));
    }

    #[test]
    fn the_schema_knows_the_live_states() {
        let live: Vec<_> =
            Status::ALL.into_iter().filter(|status| status.is_live()).map(Status::name).collect();
        assert_eq!(
            live,
            ["scheduled", "waiting", "in_progress"],
            "needs a migration, and overlap::overlapping!"
        );
    }
}

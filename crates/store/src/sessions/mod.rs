//! The aggregate: an appointment and its session, one row, loaded with its ledger by one query.

/// The condition that a live session overlaps the slot between two parameters. No slot is longer than
/// twelve hours (the schema says so too), so an index on the start finds all that reach into it.
macro_rules! live_overlapping {
    ($from:literal, $to:literal) => {
        concat!(
            "starts_at < ",
            $to,
            " and starts_at > ",
            $from,
            " - 43200000000 and ends_at > ",
            $from,
            " and status in ('scheduled', 'waiting', 'in_progress')"
        )
    };
}

pub(crate) mod batch;
pub(crate) mod by_party;
mod changes;
pub(crate) mod details;
pub(crate) mod figures;
pub(crate) mod list;
mod load;
pub(crate) mod offset_list;
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
        assert_eq!(MAX_DURATION.as_micros(), 43_200_000_000, "needs a migration, and live_overlapping!");
        assert_eq!(MAX_DURATION.as_micros(), i128::from(super::list::LONGEST_SLOT));
    }

    #[test]
    fn the_schema_knows_the_live_states() {
        let live: Vec<_> =
            Status::ALL.into_iter().filter(|status| status.is_live()).map(Status::name).collect();
        assert_eq!(live, ["scheduled", "waiting", "in_progress"], "needs a migration, and live_overlapping!");
    }
}

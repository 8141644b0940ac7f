//! How long the database is waited for, and used.

use std::time::Instant;

use metrics::histogram;

/// Measures a unit of work: how long it waited to begin, and how long it lasted then.
#[derive(Debug)]
pub(crate) struct Took {
    kind: &'static str,
    began: Instant,
}

impl Took {
    /// `kind`: read or write.
    pub fn begin(kind: &'static str) -> Self {
        Self { kind, began: Instant::now() }
    }

    /// Now it has a connection, and on SQLite its turn.
    pub fn has_begun(&mut self) {
        histogram!("database_wait_seconds", "kind" => self.kind).record(self.began.elapsed().as_secs_f64());
        self.began = Instant::now();
    }
}

impl Drop for Took {
    fn drop(&mut self) {
        histogram!("database_work_seconds", "kind" => self.kind).record(self.began.elapsed().as_secs_f64());
    }
}

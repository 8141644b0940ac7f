//! What is counted while packets flow: sent, received, twice received, and how long they took.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hdrhistogram::Histogram;

/// The stretch of time that counts, in nanoseconds since the Unix epoch. A packet belongs to it by when
/// it was sent, at both ends, so that what is still under way at the window's end is not taken for lost.
#[derive(Debug)]
pub struct Window {
    from: AtomicU64,
    to: AtomicU64,
}

impl Default for Window {
    /// A window that has not opened.
    fn default() -> Self {
        Self { from: AtomicU64::new(u64::MAX), to: AtomicU64::new(u64::MAX) }
    }
}

impl Window {
    /// Everything sent from `at` on counts.
    pub fn open(&self, at: u64) {
        self.from.store(at, Ordering::Relaxed);
    }

    /// Nothing sent from `at` on counts.
    pub fn close(&self, at: u64) {
        self.to.store(at, Ordering::Relaxed);
    }

    /// Whether a packet sent at this time counts.
    #[must_use]
    pub fn holds(&self, sent_at: u64) -> bool {
        sent_at >= self.from.load(Ordering::Relaxed) && sent_at < self.to.load(Ordering::Relaxed)
    }
}

/// Counts of one thread; added up at the end. Times are microseconds.
#[derive(Debug)]
pub struct Tally {
    pub sent: u64,
    pub received: u64,
    /// Received a second time.
    pub repeated: u64,
    /// Received by somebody it was not sent to.
    pub foreign: u64,
    /// Never left, because our own socket refused it.
    pub refused: u64,
    pub latency: Histogram<u64>,
    /// How far behind its pace a packet was sent: the generator's own lateness.
    pub lateness: Histogram<u64>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            sent: 0,
            received: 0,
            repeated: 0,
            foreign: 0,
            refused: 0,
            latency: micros(),
            lateness: micros(),
        }
    }
}

impl Tally {
    /// Adds another thread's counts.
    pub fn add(&mut self, other: &Self) {
        self.sent += other.sent;
        self.received += other.received;
        self.repeated += other.repeated;
        self.foreign += other.foreign;
        self.refused += other.refused;
        record_all(&mut self.latency, &other.latency);
        record_all(&mut self.lateness, &other.lateness);
    }
}

/// A histogram of microseconds that saturates at a minute.
#[must_use]
pub fn micros() -> Histogram<u64> {
    const MINUTE: u64 = 60_000_000;
    match Histogram::new_with_max(MINUTE, 3) {
        Ok(histogram) => histogram,
        Err(error) => unreachable!("the bounds are constants: {error}"),
    }
}

/// Records a duration; one longer than a minute counts as a minute.
pub fn record(histogram: &mut Histogram<u64>, took: Duration) {
    histogram.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
}

fn record_all(into: &mut Histogram<u64>, from: &Histogram<u64>) {
    for value in from.iter_recorded() {
        into.saturating_record_n(value.value_iterated_to(), value.count_at_value());
    }
}

/// Which packets of one stream have arrived.
#[derive(Debug, Default)]
pub struct SessionDetails(Vec<u64>);

impl SessionDetails {
    /// Notes an index; `false` when it had been there before.
    pub fn insert(&mut self, index: u32) -> bool {
        let (word, bit) = ((index / 64) as usize, 1 << (index % 64));
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        let new = self.0[word] & bit == 0;
        self.0[word] |= bit;
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_counts_by_the_time_of_sending() {
        let window = Window::default();
        assert!(!window.holds(5));
        window.open(10);
        window.close(20);
        assert_eq!([9, 10, 19, 20].map(|at| window.holds(at)), [false, true, true, false]);
    }

    #[test]
    fn what_was_seen_is_seen_once() {
        let mut seen = SessionDetails::default();
        assert_eq!([0, 64, 0, 1000, 1000].map(|index| seen.insert(index)), [true, true, false, true, false]);
    }

    #[test]
    fn threads_add_up() {
        let mut one = Tally { sent: 3, received: 2, ..Tally::default() };
        record(&mut one.latency, Duration::from_micros(100));
        let mut two = Tally { sent: 1, ..Tally::default() };
        record(&mut two.latency, Duration::from_secs(3600));
        one.add(&two);
        assert_eq!((one.sent, one.received, one.latency.len()), (4, 2, 2));
        assert!(one.latency.max() >= 60_000_000);
    }
}

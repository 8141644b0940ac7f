//! Chance that a run can repeat: SplitMix64, which needs no more than a number to begin with.

/// A worker's own.
pub struct Rng(u64);

impl Rng {
    #[must_use]
    pub fn new(seed: u64, worker: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ worker.rotate_left(32))
    }

    /// A whole number below `bound`, which is small; the tiny bias does not matter here.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    /// # Panics
    /// Where there is nothing to choose from.
    pub fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let index = self.below(u64::try_from(of.len()).unwrap_or(1));
        &of[usize::try_from(index).unwrap_or_default()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_run_and_workers_differ() {
        let run = |seed, worker| {
            let mut rng = Rng::new(seed, worker);
            (0..20).map(|_| rng.below(16)).collect::<Vec<_>>()
        };
        assert_eq!(run(1, 1), run(1, 1));
        assert_ne!(run(1, 1), run(1, 2));
        assert_ne!(run(1, 1), run(2, 1));
    }
}

//! The practice contract, row by row and rule by rule.

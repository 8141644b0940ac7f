//! The clinic contract, row by row and rule by rule.

//! The marketplace contract, row by row and rule by rule.

//! The counselling contract, row by row and rule by rule.

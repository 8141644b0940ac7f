//! The telehealth contract, row by row and rule by rule.

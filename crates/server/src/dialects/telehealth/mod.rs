//! The telehealth dialect: clinician and patient, `/telehealth`. Status follows from join and end alone.

pub mod http;
mod view;
mod words;

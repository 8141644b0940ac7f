//! `openvisit-load`: synthetic consultations and requests against a running server.

mod peer;
#[cfg(test)]
mod relay;
mod source;
mod stamp;
mod tally;

fn main() {}

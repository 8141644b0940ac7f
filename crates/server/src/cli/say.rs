//! What commands print. Whoever reads it may have seen enough and be gone, as `head` is: that is no fault, and the
//! command does the rest of its work.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

/// Prints a line.
///
/// # Errors
/// It cannot be written for another reason than that nobody reads any more.
pub(super) fn say(text: impl Display) -> anyhow::Result<()> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

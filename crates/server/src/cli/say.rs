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

/// What went wrong with its causes, each once: some errors tell their cause themselves.
#[must_use]
pub fn sentence(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |told, cause| match told.as_str() {
        "" => cause,
        _ if told.contains(&cause) => told,
        _ => format!("{told}: {cause}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let cause = || std::io::Error::from(ErrorKind::AddrInUse);
        let plain = anyhow::Error::new(cause()).context("listen: cannot bind");
        assert_eq!(sentence(&plain), format!("listen: cannot bind: {}", cause()));
        let telling =
            anyhow::Error::new(cause()).context(format!("cannot listen: {}", cause())).context("media");
        assert_eq!(sentence(&telling), format!("media: cannot listen: {}", cause()));
    }
}

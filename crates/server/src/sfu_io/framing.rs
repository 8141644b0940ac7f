//! Datagrams in a TCP stream: each has its length in two bytes before it (RFC 4571).

/// No client sends larger ones: they would not pass over UDP.
const MAX_DATAGRAM: usize = 4096;

/// A peer that breaks the framing cannot be understood again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frame of {0} bytes")]
pub struct Oversized(usize);

/// Puts a stream's bytes together to datagrams.
#[derive(Debug, Default)]
pub struct Deframer {
    bytes: Vec<u8>,
    /// Up to here the bytes were taken.
    taken: usize,
}

impl Deframer {
    /// More of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..std::mem::take(&mut self.taken));
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole datagram.
    ///
    /// # Errors
    /// The stream is no such stream.
    pub fn take(&mut self) -> Result<Option<&[u8]>, Oversized> {
        let Some((datagram, after)) = self.whole()? else { return Ok(None) };
        self.taken = after;
        Ok(Some(&self.bytes[datagram..after]))
    }

    /// The next whole datagram, which stays.
    ///
    /// # Errors
    /// As [`Deframer::take`].
    pub fn peek(&self) -> Result<Option<&[u8]>, Oversized> {
        Ok(self.whole()?.map(|(datagram, after)| &self.bytes[datagram..after]))
    }

    fn whole(&self) -> Result<Option<(usize, usize)>, Oversized> {
        let Some((length, rest)) = self.bytes[self.taken..].split_first_chunk::<2>() else { return Ok(None) };
        let length = usize::from(u16::from_be_bytes(*length));
        if length > MAX_DATAGRAM {
            return Err(Oversized(length));
        }
        let start = self.taken + 2;
        Ok((rest.len() >= length).then_some((start, start + length)))
    }
}

/// A datagram as it goes into the stream; `None` if it is too long for a frame.
pub(super) fn frame(datagram: &[u8], into: &mut impl Extend<u8>) -> Option<()> {
    let length = u16::try_from(datagram.len()).ok()?;
    into.extend(length.to_be_bytes());
    into.extend(datagram.iter().copied());
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn datagrams_survive_any_split_of_the_stream() {
        let mut stream = Vec::new();
        for datagram in [&b"one"[..], b"", b"three"] {
            frame(datagram, &mut stream).unwrap();
        }
        for at in 0..stream.len() {
            let mut deframer = Deframer::default();
            let mut seen = Vec::new();
            for part in [&stream[..at], &stream[at..]] {
                deframer.push(part);
                while let Some(datagram) = deframer.take().unwrap() {
                    seen.push(datagram.to_vec());
                }
            }
            assert_eq!(seen, [&b"one"[..], b"", b"three"], "split at {at}");
        }
    }

    proptest! {
        #[test]
        fn any_stream_gives_the_same_datagrams_however_it_is_split(
            stream in prop::collection::vec(prop_oneof![3 => 0..8_u8, 1 => any::<u8>()], 0..200),
            at in any::<prop::sample::Index>(),
        ) {
            let read = |parts: &[&[u8]]| {
                let (mut deframer, mut seen) = (Deframer::default(), Vec::new());
                for part in parts {
                    deframer.push(part);
                    loop {
                        match deframer.take() {
                            Ok(Some(datagram)) => seen.push(datagram.to_vec()),
                            Ok(None) => break,
                            Err(oversized) => return (seen, Some(oversized)),
                        }
                    }
                }
                (seen, None)
            };
            let at = at.index(stream.len() + 1);
            prop_assert_eq!(read(&[&stream]), read(&[&stream[..at], &stream[at..]]));
        }
    }

    #[test]
    fn peeking_takes_nothing_and_absurd_lengths_are_refused() {
        let mut deframer = Deframer::default();
        deframer.push(&[0, 1, 9]);
        assert_eq!(deframer.peek(), Ok(Some(&[9][..])));
        assert_eq!(deframer.take(), Ok(Some(&[9][..])));
        deframer.push(&[0xff, 0xff]);
        assert_eq!(deframer.take(), Err(Oversized(0xffff)));
    }
}

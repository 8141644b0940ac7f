//! What a synthetic packet carries, so that the one who receives it can tell what it is and how long
//! it was under way. All participants run in one process, so both ends read the same clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// Bytes before the stamp that look like the codec's own header, for servers that look into it.
pub const OFFSET: usize = 16;
/// Bytes of a stamp.
pub const LENGTH: usize = 20;

const MAGIC: u32 = 0x4f56_4c44;

/// One packet's label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Who sent it: the participant's number, times two, plus one for video.
    pub stream: u32,
    /// The how manieth of its stream it is, from 0.
    pub index: u32,
    /// When it was handed to the transport, in nanoseconds since the Unix epoch.
    pub sent_at: u64,
}

impl Stamp {
    /// Writes the stamp into a payload of at least [`OFFSET`] + [`LENGTH`] bytes.
    pub fn write(self, payload: &mut [u8]) {
        let room = &mut payload[OFFSET..OFFSET + LENGTH];
        room[..4].copy_from_slice(&MAGIC.to_be_bytes());
        room[4..8].copy_from_slice(&self.stream.to_be_bytes());
        room[8..12].copy_from_slice(&self.index.to_be_bytes());
        room[12..].copy_from_slice(&self.sent_at.to_be_bytes());
    }

    /// Reads the stamp back; `None` when the payload is not one of ours.
    #[must_use]
    pub fn read(payload: &[u8]) -> Option<Self> {
        let room = payload.get(OFFSET..OFFSET + LENGTH)?;
        let word = |at: usize| Some(u32::from_be_bytes(room.get(at..at + 4)?.try_into().ok()?));
        (word(0)? == MAGIC).then_some(())?;
        Some(Self {
            stream: word(4)?,
            index: word(8)?,
            sent_at: u64::from_be_bytes(room.get(12..20)?.try_into().ok()?),
        })
    }
}

/// Nanoseconds since the Unix epoch: the clock of stamps, and of the kernel's receive times.
#[must_use]
pub fn epoch_nanos() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_comes_back_as_it_was_written() {
        let stamp = Stamp { stream: 7, index: 4_000_000_000, sent_at: 1_763_000_000_123_456_789 };
        let mut payload = vec![0; OFFSET + LENGTH];
        stamp.write(&mut payload);
        assert_eq!(Stamp::read(&payload), Some(stamp));
    }

    #[test]
    fn foreign_and_short_payloads_are_no_stamps() {
        assert_eq!(Stamp::read(&[0; OFFSET + LENGTH]), None);
        assert_eq!(Stamp::read(&[0; OFFSET]), None);
        assert_eq!(Stamp::read(&[]), None);
    }
}

//! When a packet's content was captured, as the sender's reports tell it.
//!
//! Receivers keep lips and voice together by the capture times in our sender reports. We derive these
//! from the sender's own reports, so that a camera that is slower than the microphone stays so.

use std::time::{Duration, Instant, SystemTime};

use str0m::rtp::rtcp::SenderInfo;

/// All capture times are shifted back by this much, for audio and video alike, so that no capture time lies in
/// the future when one packet travels faster than the report before it. str0m refuses such times.
const MARGIN: Duration = Duration::from_millis(500);

/// One clock per connection: its microphone, camera and screen share it.
#[derive(Debug, Default)]
pub(crate) struct SenderClock {
    anchor: Option<(SystemTime, Instant)>,
}

impl SenderClock {
    /// The capture time of RTP time `timestamp`; where no report told anything, the arrival.
    pub fn capture_time(&mut self, now: Instant, report: Option<&SenderInfo>, timestamp: u32) -> Instant {
        self.reported(now, report, timestamp).unwrap_or_else(|| back(now, MARGIN)).min(now)
    }

    fn reported(&mut self, now: Instant, report: Option<&SenderInfo>, timestamp: u32) -> Option<Instant> {
        let report = report?;
        let (wall, local) = *self.anchor.get_or_insert((report.ntp_time, now));
        let reported_at = shift(back(local, MARGIN), report.ntp_time, wall)?;
        // Both clocks wrap; the distance between a report and a packet is far below half a cycle.
        let ticks = i64::from(timestamp.wrapping_sub(report.rtp_time.numer() as u32) as i32);
        let rate = u64::from(report.rtp_time.frequency().get());
        let distance = Duration::from_micros(ticks.unsigned_abs() * 1_000_000 / rate);
        if ticks < 0 { reported_at.checked_sub(distance) } else { reported_at.checked_add(distance) }
    }
}

fn shift(instant: Instant, to: SystemTime, from: SystemTime) -> Option<Instant> {
    match to.duration_since(from) {
        Ok(ahead) => instant.checked_add(ahead),
        Err(behind) => instant.checked_sub(behind.duration()),
    }
}

fn back(instant: Instant, by: Duration) -> Instant {
    instant.checked_sub(by).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use str0m::media::{Frequency, MediaTime};

    use super::*;

    fn report(seconds: u64, rtp: u64) -> SenderInfo {
        SenderInfo {
            ssrc: 1.into(),
            ntp_time: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
            rtp_time: MediaTime::new(rtp, Frequency::NINETY_KHZ),
            sender_packet_count: 0,
            sender_octet_count: 0,
        }
    }

    #[test]
    fn streams_of_one_sender_share_its_clock() {
        let now = Instant::now() + Duration::from_secs(100);
        let mut clock = SenderClock::default();
        let video = clock.capture_time(now, Some(&report(1_000, 90_000)), 90_000);
        // The other stream's report is two seconds younger, its packet one second older than that.
        let audio =
            clock.capture_time(now + Duration::from_secs(2), Some(&report(1_002, 5_000_000)), 4_910_000);
        assert_eq!(audio - video, Duration::from_secs(1));
        assert_eq!(now - video, MARGIN);
    }

    #[test]
    fn a_lying_clock_never_tells_the_future() {
        let now = Instant::now();
        let mut clock = SenderClock::default();
        clock.capture_time(now, Some(&report(1_000, 0)), 0);
        assert_eq!(clock.capture_time(now, Some(&report(u32::MAX.into(), 0)), 0), now);
        assert!(clock.capture_time(now, Some(&report(0, 0)), u32::MAX / 2) <= now);
    }
}

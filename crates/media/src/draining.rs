//! Taking out what a peer's state machine has to send and to tell.
//!
//! To ask str0m until it has nothing more costs as much as the packet that it was asked for. So media are asked for one by
//! one, and the rest (feedback, timers) with a packet that comes some milliseconds later.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use str0m::net::{Receive, Transmit};
use str0m::{Event, Input, Output, PacerReason, Reason};

use crate::peer::{Fault, Peer, PeerEvent, guard};

/// NACKs, feedback and the like may be this late. While media arrives, the next packet brings them
/// before that, and saves the tick.
const SLACK: Duration = Duration::from_millis(10);

/// Where a drained peer puts its output.
#[derive(Debug, Default)]
pub(crate) struct PeerOutput {
    pub transmits: VecDeque<Transmit>,
    pub events: Vec<PeerEvent>,
}

impl Peer {
    /// Takes all output; str0m requires it after every mutation. Tells how many media packets left:
    /// the pacer gives out one per tick, so where one did, another may wait.
    pub fn drain(&mut self, output: &mut PeerOutput) -> Result<u32, Fault> {
        guard(|| {
            let mut media = 0;
            loop {
                match self.rtc.poll_output()? {
                    Output::Timeout(at) => {
                        self.expect_tick(at);
                        return Ok(media);
                    }
                    Output::Transmit(transmit) => {
                        media += u32::from(is_rtp(&transmit.contents));
                        output.transmits.push_back(transmit);
                    }
                    Output::Event(event) => output.events.extend(self.peer_event(event)),
                }
            }
        })
    }

    /// All queued packets have left, yet str0m asks for another tick at once, only to see that. Let it
    /// come with the next packet, or with the timers of str0m that this request may hide.
    pub fn postpone_pacer_tick(&mut self) {
        if self.rtc.last_timeout_reason() == Reason::Pacer(PacerReason::Immediate) {
            self.deadline = self.clock + 2 * SLACK;
        }
    }

    /// Feeds a media packet, and takes out what came of it.
    pub fn receive_media(
        &mut self,
        now: Instant,
        packet: Receive<'_>,
        output: &mut PeerOutput,
    ) -> Result<(), Fault> {
        self.receive(now, packet)?;
        guard(|| {
            loop {
                match self.rtc.poll_output()? {
                    Output::Timeout(at) => {
                        self.expect_tick(at);
                        // What is queued leaves with the flush.
                        self.postpone_pacer_tick();
                        return Ok(());
                    }
                    Output::Transmit(transmit) => {
                        let media = is_rtp(&transmit.contents);
                        self.queued = self.queued.saturating_sub(u32::from(media));
                        self.primed &= !media;
                        output.transmits.push_back(transmit);
                    }
                    Output::Event(event) => {
                        let media = matches!(event, Event::RtpPacket(_));
                        output.events.extend(self.peer_event(event));
                        if media {
                            self.primed = self.queued > 0;
                            if self.may_leave_the_rest() {
                                return Ok(());
                            }
                        }
                    }
                }
            }
        })
    }

    /// Takes out the packets that were queued: the pacer gives out one for each time that it is told the time.
    pub fn release_queued(&mut self, now: Instant, output: &mut PeerOutput) -> Result<(), Fault> {
        let now = self.advance(now);
        let mut queued = std::mem::take(&mut self.queued);
        let mut ticks = queued + 1;
        let mut primed = std::mem::take(&mut self.primed);
        guard(|| {
            loop {
                if !std::mem::replace(&mut primed, true) {
                    ticks -= 1;
                    self.rtc.handle_input(Input::Timeout(now))?;
                }
                match self.rtc.poll_output()? {
                    Output::Timeout(at) if queued == 0 || ticks == 0 => {
                        self.expect_tick(at);
                        if queued == 0 {
                            self.postpone_pacer_tick();
                        }
                        return Ok(());
                    }
                    Output::Timeout(_) => primed = false,
                    Output::Event(event) => output.events.extend(self.peer_event(event)),
                    Output::Transmit(transmit) => {
                        let media = is_rtp(&transmit.contents);
                        output.transmits.push_back(transmit);
                        queued = queued.saturating_sub(u32::from(media));
                        if queued == 0 && self.may_leave_the_rest() {
                            return Ok(());
                        }
                        primed = queued == 0 || !media || ticks == 0;
                    }
                }
            }
        })
    }

    fn expect_tick(&mut self, at: Instant) {
        self.deadline = at + slack(self.rtc.last_timeout_reason());
    }

    /// Whether what else the state machine has can wait, as long as its timers may be late. A packet that comes near the end
    /// of that time takes the rest with it; where none comes, a tick does.
    fn may_leave_the_rest(&mut self) -> bool {
        let may = self.deadline > self.clock + SLACK;
        if may {
            self.deadline = self.deadline.min(self.clock + 2 * SLACK);
        }
        may
    }
}

/// Handshakes, the data channel and packets that wait are served in time, regular reports have time.
fn slack(reason: Reason) -> Duration {
    match reason {
        Reason::Nack
        | Reason::Twcc
        | Reason::Feedback
        | Reason::PauseCheck
        | Reason::Stats
        | Reason::Pacer(PacerReason::Handle)
        | Reason::BweDelayControl => SLACK,
        _ => Duration::ZERO,
    }
}

/// RTP, not RTCP, DTLS or STUN (RFC 7983, RFC 5761).
pub(crate) fn is_rtp(datagram: &[u8]) -> bool {
    matches!(datagram, [first, second, ..] if (128..192).contains(first) && !(64..96).contains(&(second & 0x7f)))
}

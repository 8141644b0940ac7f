//! What a worker needs to know before its first client.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::bwe::Bitrate;
use str0m::config::DtlsCert;
use str0m::net::{Protocol, TcpType};
use str0m::{Candidate, Rtc, RtcConfig};

use crate::probe::ProbeKey;

/// Packets kept for retransmission per video stream, and for how long. They are most of the memory of a call; what is asked
/// for later than that, over a way of 0.2 s and back, would come too late to be shown.
pub(crate) const RESEND_PACKETS: usize = 200;
pub(crate) const RESEND_WITHIN: Duration = Duration::from_millis(450);
/// What may be sent again, of all that is sent: a way that loses more is not helped by more packets.
pub(crate) const RESEND_SHARE: f32 = 0.15;
/// How often the quality of a connection is reported, and that it is alive.
pub(crate) const REPORT_EVERY: Duration = Duration::from_secs(5);
/// Start of the bandwidth estimate: what a browser's camera wants at 720p. It falls within a second
/// where the network gives less; starting low would only blur the first seconds of every call.
pub(crate) const FIRST_ESTIMATE: Bitrate = Bitrate::kbps(2_500);

/// An address that clients can reach us at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalAddress {
    pub protocol: Protocol,
    pub address: SocketAddr,
}

/// Settings of a [`crate::Worker`].
#[derive(Clone, Debug)]
pub struct WorkerConfig {
    /// Written into every answer as host candidates. UDP and TCP only.
    pub addresses: Vec<LocalAddress>,
    /// The certificate of all connections; its fingerprint is in every answer.
    pub certificate: DtlsCert,
    /// A connection that sends nothing authentic for this long is over.
    pub silence: Duration,
    /// A client that was answered has this long to connect.
    pub connect_within: Duration,
    /// Who has it may ask whether this is the server.
    pub probe_key: Option<ProbeKey>,
}

impl WorkerConfig {
    #[must_use]
    pub fn new(addresses: Vec<LocalAddress>, certificate: DtlsCert) -> Self {
        Self {
            addresses,
            certificate,
            silence: Duration::from_secs(15),
            connect_within: Duration::from_secs(30),
            probe_key: None,
        }
    }

    pub(crate) fn rtc(&self, now: Instant) -> Rtc {
        let mut rtc = RtcConfig::new()
            .set_rtp_mode(true)
            .set_ice_lite(true)
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .set_dtls_cert(self.certificate.clone())
            .set_send_buffer_video(RESEND_PACKETS)
            .enable_bwe(Some(FIRST_ESTIMATE))
            .set_stats_interval(Some(REPORT_EVERY))
            .build(now);
        for local in &self.addresses {
            if let Some(candidate) = local.candidate() {
                rtc.add_local_candidate(candidate);
            }
        }
        rtc
    }
}

impl LocalAddress {
    fn candidate(self) -> Option<Candidate> {
        match self.protocol {
            Protocol::Udp => Candidate::builder().udp().host(self.address).build().ok(),
            Protocol::Tcp => {
                Candidate::builder().tcp().host(self.address).tcptype(TcpType::Passive).build().ok()
            }
            Protocol::SslTcp | Protocol::Tls => None,
        }
    }
}

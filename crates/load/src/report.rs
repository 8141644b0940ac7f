//! The figures, as JSON and as text.

use std::collections::BTreeMap;
use std::fmt;
use std::iter::Sum;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use hdrhistogram::Histogram;
use serde::Serialize;

use crate::nodes::NodeUse;
use crate::process::Process;
use crate::tally::Tally;

/// Times in milliseconds; `null` when nothing was measured.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Quantiles {
    pub p50: Option<f64>,
    pub p99: Option<f64>,
    pub max: Option<f64>,
}

impl From<&Histogram<u64>> for Quantiles {
    /// From a histogram of microseconds.
    fn from(histogram: &Histogram<u64>) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a minute in microseconds is far below 2^52")]
        let millis = |micros: u64| (!histogram.is_empty()).then_some(micros as f64 / 1000.0);
        Self {
            p50: millis(histogram.value_at_quantile(0.5)),
            p99: millis(histogram.value_at_quantile(0.99)),
            max: millis(histogram.max()),
        }
    }
}

impl fmt::Display for Quantiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.p50, self.p99, self.max) {
            (Some(p50), Some(p99), Some(max)) => {
                write!(f, "p50 {p50:.2} ms, p99 {p99:.2} ms, max {max:.2} ms")
            }
            _ => f.write_str("nothing measured"),
        }
    }
}

/// Processor time and memory of a process at one moment, or of several added up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    cpu: Duration,
    pub rss: u64,
}

impl Reading {
    /// `None` where /proc does not tell.
    #[must_use]
    pub fn of(process: Process) -> Option<Self> {
        Some(Self { cpu: process.cpu()?, rss: process.rss()? })
    }

    #[must_use]
    pub fn cpu_since(self, before: Self) -> Duration {
        self.cpu.saturating_sub(before.cpu)
    }

    /// Of one processor.
    #[must_use]
    pub fn cpu_percent(self, before: Self, elapsed: Duration) -> f64 {
        100.0 * self.cpu_since(before).as_secs_f64() / elapsed.as_secs_f64().max(f64::EPSILON)
    }
}

impl Sum for Reading {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self { cpu: sum.cpu + one.cpu, rss: sum.rss + one.rss })
    }
}

/// What the server used while calls were measured.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ServerUse {
    /// Of several, the first one's; the other figures are those of all.
    pub pid: u32,
    pub cpu_seconds: f64,
    /// Of one processor.
    pub cpu_percent: f64,
    /// Milliseconds for 1000 forwarded packets, which is microseconds for one.
    pub cpu_ms_per_1000_packets: Option<f64>,
    /// Before anything was asked of it.
    pub rss_idle_bytes: u64,
    /// With accounts and appointments made, and nobody in a call.
    pub rss_booked_bytes: u64,
    /// At the end of the measured time.
    pub rss_bytes: u64,
    /// Beyond the idle server.
    pub rss_per_call_bytes: u64,
    /// Beyond the server that has made accounts, which costs memory of its own.
    pub rss_per_call_since_booking_bytes: u64,
}

/// What was read of the server: before anything, before the first join, and at both ends of the measured time.
#[derive(Clone, Copy, Debug)]
pub struct Readings {
    pub process: Process,
    pub idle: Reading,
    pub booked: Reading,
    pub begin: Reading,
    pub end: Reading,
}

impl Readings {
    #[must_use]
    pub fn server_use(&self, elapsed: Duration, packets: u64, calls: u64) -> ServerUse {
        let cpu = self.end.cpu_since(self.begin).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a packet count is far below 2^52")]
        let per_thousand = (packets > 0).then(|| cpu * 1e6 / packets as f64);
        ServerUse {
            pid: self.process.pid,
            cpu_seconds: cpu,
            cpu_percent: self.end.cpu_percent(self.begin, elapsed),
            cpu_ms_per_1000_packets: per_thousand,
            rss_idle_bytes: self.idle.rss,
            rss_booked_bytes: self.booked.rss,
            rss_bytes: self.end.rss,
            rss_per_call_bytes: self.end.rss.saturating_sub(self.idle.rss) / calls.max(1),
            rss_per_call_since_booking_bytes: self.end.rss.saturating_sub(self.booked.rss) / calls.max(1),
        }
    }
}

/// The figures of a run of calls. A packet belongs to the run if it was sent within the measured time.
#[derive(Debug, Serialize)]
pub struct CallReport {
    pub calls: u32,
    pub connected: u32,
    pub failed: u32,
    /// Why calls failed, and how many did for that reason.
    pub failures: BTreeMap<String, u32>,
    pub interrupted: bool,
    pub seconds: f64,
    pub packets_sent: u64,
    pub packets_forwarded: u64,
    pub packets_lost: u64,
    pub packets_repeated: u64,
    /// Packets that reached somebody of another call. Any is a fault of the server.
    pub packets_foreign: u64,
    /// Packets that this machine's own sockets refused to send; they count as lost too.
    pub packets_refused: u64,
    pub latency_ms: Quantiles,
    /// From the client's join request to the partner's first packet.
    pub join_ms: Quantiles,
    pub server: Option<ServerUse>,
    /// Where there are several.
    pub nodes: Vec<NodeUse>,
    pub generator_cpu_percent: Option<f64>,
    /// How far behind its pace the generator sent.
    pub generator_lateness_ms: Quantiles,
}

impl CallReport {
    /// A run of which nothing has been counted yet.
    #[must_use]
    pub fn new(calls: u32, connected: usize, failures: BTreeMap<String, u32>) -> Self {
        let nothing = Quantiles { p50: None, p99: None, max: None };
        Self {
            calls,
            connected: u32::try_from(connected).unwrap_or(u32::MAX),
            failed: failures.values().sum(),
            failures,
            interrupted: false,
            seconds: 0.0,
            packets_sent: 0,
            packets_forwarded: 0,
            packets_lost: 0,
            packets_repeated: 0,
            packets_foreign: 0,
            packets_refused: 0,
            latency_ms: nothing,
            join_ms: nothing,
            server: None,
            nodes: Vec::new(),
            generator_cpu_percent: None,
            generator_lateness_ms: nothing,
        }
    }

    /// Fills in what the threads counted.
    pub fn take(&mut self, tally: &Tally) {
        self.packets_sent = tally.sent;
        self.packets_forwarded = tally.received;
        self.packets_lost = tally.sent.saturating_sub(tally.received);
        self.packets_repeated = tally.repeated;
        self.packets_foreign = tally.foreign;
        self.packets_refused = tally.refused;
        self.latency_ms = Quantiles::from(&tally.latency);
        self.generator_lateness_ms = Quantiles::from(&tally.lateness);
    }

    /// Whether everything that was asked for took place.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.failed == 0 && self.packets_foreign == 0 && (self.interrupted || self.packets_forwarded > 0)
    }
}

impl fmt::Display for CallReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { calls, connected, failed, seconds, packets_sent, packets_forwarded, packets_lost, .. } =
            self;
        let stopped = if self.interrupted { ", interrupted" } else { "" };
        writeln!(f, "calls              {connected} of {calls} connected, {failed} failed{stopped}")?;
        for (reason, count) in &self.failures {
            writeln!(f, "                   {count} × {reason}")?;
        }
        writeln!(
            f,
            "measured           {seconds:.1} s, {packets_sent} packets sent, {packets_forwarded} forwarded"
        )?;
        writeln!(f, "lost               {packets_lost}{}", percent(*packets_lost, *packets_sent))?;
        if self.packets_repeated + self.packets_foreign + self.packets_refused > 0 {
            let Self { packets_repeated, packets_foreign, packets_refused, .. } = self;
            writeln!(
                f,
                "                   {packets_repeated} twice, {packets_foreign} to strangers, {packets_refused} refused by this machine's sockets"
            )?;
        }
        writeln!(f, "forwarding latency {}", self.latency_ms)?;
        writeln!(f, "join to first pkt  {}", self.join_ms)?;
        match &self.server {
            Some(server) => write!(f, "{server}")?,
            None => writeln!(
                f,
                "server             not measured; if it is on this machine, name it with --server-pid"
            )?,
        }
        for node in &self.nodes {
            writeln!(f, "node               {node}")?;
        }
        let cpu =
            self.generator_cpu_percent.map_or("unknown".into(), |cpu| format!("{cpu:.0} % of a processor"));
        write!(f, "this generator     {cpu}, behind its pace {}", self.generator_lateness_ms)
    }
}

impl fmt::Display for ServerUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each = self.cpu_ms_per_1000_packets.map_or("unknown".into(), |each| format!("{each:.2} ms"));
        writeln!(
            f,
            "server CPU         {each} per 1000 forwarded packets, {:.0} % of a processor",
            self.cpu_percent
        )?;
        let [now, idle, booked] = [self.rss_bytes, self.rss_idle_bytes, self.rss_booked_bytes].map(mebibytes);
        writeln!(
            f,
            "server memory      {now:.1} MiB; {idle:.1} MiB idle, {booked:.1} MiB with the accounts made"
        )?;
        let [each, since] = [self.rss_per_call_bytes, self.rss_per_call_since_booking_bytes].map(mebibytes);
        writeln!(
            f,
            "                   {each:.2} MiB per call beyond idle, {since:.2} MiB since the accounts were made"
        )
    }
}

/// The figures of one HTTP route.
#[derive(Debug, Serialize)]
pub struct RouteReport {
    pub route: String,
    pub requests: u64,
    pub errors: u64,
    pub requests_per_second: f64,
    pub latency_ms: Quantiles,
    /// The server's processor time for one request, in microseconds.
    pub server_cpu_us: Option<f64>,
    /// Where there are several.
    pub nodes: Vec<NodeUse>,
}

impl fmt::Display for RouteReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cpu = self.server_cpu_us.map_or(String::new(), |cpu| format!(", server CPU {cpu:.0} µs each"));
        let errors = if self.errors > 0 { format!(", {} ERRORS", self.errors) } else { String::new() };
        let Self { route, requests_per_second, latency_ms, .. } = self;
        write!(f, "{route:<34} {requests_per_second:>8.0} req/s, {latency_ms}{cpu}{errors}")?;
        self.nodes.iter().try_for_each(|node| write!(f, "\n    {node}"))
    }
}

/// Writes the figures to a file as JSON.
///
/// # Errors
/// When the file cannot be written.
pub fn save(figures: &impl Serialize, file: &Path) -> Result<()> {
    let mut json = serde_json::to_string_pretty(figures)?;
    json.push('\n');
    std::fs::write(file, json).with_context(|| format!("writing {}", file.display()))
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
pub fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
fn percent(part: u64, whole: u64) -> String {
    if part == 0 { String::new() } else { format!(" ({:.4} %)", 100.0 * part as f64 / whole.max(1) as f64) }
}

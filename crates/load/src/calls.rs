//! A run of synthetic consultations: set up, measured, ended.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::CallArgs;
use crate::interrupt::Interrupt;
use crate::nodes::{NodeUse, Nodes, sum};
use crate::process::Process;
use crate::report::{CallReport, Quantiles, Reading, Readings};
use crate::stage::{Call, Stage, gather};
use crate::stamp::epoch_nanos;
use crate::tally::{micros, record};

/// How long packets that are under way at the end are waited for; a resent one takes two round trips.
const LINGER: Duration = Duration::from_millis(500);

/// Places the calls, measures, ends them.
///
/// # Errors
/// When the run cannot even begin: no server, no administrator, no sockets.
pub async fn run(args: &CallArgs, interrupt: &Interrupt) -> Result<CallReport> {
    let (nodes, server) = Nodes::of(&args.target).await?;
    let nodes = Arc::new(nodes);
    let idle = sum(&nodes.snapshot());
    let stage = Arc::new(Stage::open(args, Arc::clone(&nodes), server).await?);

    let mut failures = Vec::new();
    let tasks = (0..args.calls).map(|number| Arc::clone(&stage).book(number));
    let bookings = all("booking", tasks, args, interrupt, &mut failures).await;
    let booked = sum(&nodes.snapshot());
    let tasks = bookings.into_iter().map(|booking| Arc::clone(&stage).place(booking));
    let calls = all("connecting", tasks, args, interrupt, &mut failures).await;

    let measured = if calls.is_empty() || interrupt.happened() {
        None
    } else {
        Some(measure(&stage, &nodes, Duration::from_secs(args.seconds), interrupt).await)
    };
    failures.extend(calls.iter().filter_map(Call::fault).map(|fault| anyhow!(fault)));
    if let Err(error) = stage.end(&calls, args).await {
        eprintln!("The sessions could not be ended: {error:#}");
    }
    let tally = Arc::into_inner(stage).context("a call was still being set up")?.strike()?;

    let mut report = CallReport::new(args.calls, calls.len(), counted(&failures));
    report.interrupted = interrupt.happened();
    report.join_ms = joins(&calls);
    report.take(&tally);
    if let Some(measured) = measured {
        report.seconds = measured.elapsed.as_secs_f64();
        report.generator_cpu_percent = measured.own_cpu_percent();
        report.server = measured
            .server(nodes.process(), idle, booked)
            .map(|readings| readings.server_use(measured.elapsed, tally.received, calls.len() as u64));
        report.nodes = measured.nodes;
    }
    Ok(report)
}

/// Does the same for every call, behind a progress line; who fails is noted and left out.
async fn all<T: Send + 'static>(
    what: &'static str,
    tasks: impl ExactSizeIterator<Item = impl Future<Output = Result<T>> + Send + 'static>,
    args: &CallArgs,
    interrupt: &Interrupt,
    failures: &mut Vec<anyhow::Error>,
) -> Vec<T> {
    let bar = progress(tasks.len() as u64, what);
    let results = gather(tasks, args.at_once, &bar, interrupt).await;
    bar.finish_and_clear();
    let kept = |result: Result<T>| result.map_err(|error| failures.push(error)).ok();
    results.into_iter().filter_map(kept).collect()
}

/// What was read at both ends of the measured time.
struct Measured {
    elapsed: Duration,
    nodes: Vec<NodeUse>,
    server: [Option<Reading>; 2],
    own_cpu: [Option<Duration>; 2],
}

impl Measured {
    fn own_cpu_percent(&self) -> Option<f64> {
        let [begin, end] = self.own_cpu;
        Some(100.0 * end?.saturating_sub(begin?).as_secs_f64() / self.elapsed.as_secs_f64())
    }

    fn server(
        &self,
        process: Option<Process>,
        idle: Option<Reading>,
        booked: Option<Reading>,
    ) -> Option<Readings> {
        let [begin, end] = self.server;
        Some(Readings { process: process?, idle: idle?, booked: booked?, begin: begin?, end: end? })
    }
}

/// Counts for a while what the calls do.
async fn measure(stage: &Stage, nodes: &Nodes, time: Duration, interrupt: &Interrupt) -> Measured {
    let own = Process { pid: std::process::id() };
    let read = || (nodes.snapshot(), own.cpu());
    let (before, own_before) = read();
    let began = Instant::now();
    stage.window.open(epoch_nanos());
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        () = interrupt.wait() => {}
        () = show(stage, time) => {}
    }
    stage.window.close(epoch_nanos());
    let elapsed = began.elapsed();
    let (after, own_after) = read();
    tokio::time::sleep(LINGER).await;
    let mut carried = nodes.carried(&before, &after, elapsed);
    for (at, node) in carried.iter_mut().enumerate() {
        node.calls = stage.calls_at(at).await;
        // Calls are asked for before anything is measured.
        node.requests = after[at].0;
    }
    Measured {
        elapsed,
        nodes: carried,
        server: [sum(&before), sum(&after)],
        own_cpu: [own_before, own_after],
    }
}

/// Keeps the progress line up to date, for ever.
async fn show(stage: &Stage, time: Duration) {
    let bar = progress(time.as_secs(), "measuring");
    let mut every = tokio::time::interval(Duration::from_secs(1));
    loop {
        every.tick().await;
        let [sent, received] =
            [&stage.odometer.sent, &stage.odometer.received].map(|count| count.load(Ordering::Relaxed));
        bar.set_message(format!("measuring: {sent} packets sent, {received} received"));
        bar.inc(1);
    }
}

fn progress(length: u64, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(length).with_message(what);
    match ProgressStyle::with_template("{msg} {bar:24} {pos}/{len} {elapsed}") {
        Ok(style) => bar.with_style(style),
        Err(error) => unreachable!("the template is a constant: {error}"),
    }
}

fn counted(failures: &[anyhow::Error]) -> BTreeMap<String, u32> {
    let mut reasons = BTreeMap::new();
    for failure in failures {
        *reasons.entry(format!("{failure:#}")).or_default() += 1;
    }
    reasons
}

fn joins(calls: &[Call]) -> Quantiles {
    let mut histogram = micros();
    calls.iter().for_each(|call| record(&mut histogram, call.join_took));
    Quantiles::from(&histogram)
}

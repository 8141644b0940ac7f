//! What a test's server logs. Everything a `#[tokio::test]` does runs on the test's own thread, and so does
//! its log; what other threads log is nobody's, so an ERROR there fails whichever test sees it first.

use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex};

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::{EnvFilter, FmtSubscriber};

/// Errors of threads that belong to no test.
static STRAY: LazyLock<Buffer> = LazyLock::new(|| {
    let buffer = Buffer::default();
    let _ = tracing::subscriber::set_global_default(subscriber("error,lapin=off", buffer.clone()));
    buffer
});

pub struct Log {
    buffer: Buffer,
    expected: Mutex<Vec<&'static str>>,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub fn start() -> Self {
        LazyLock::force(&STRAY);
        let buffer = Buffer::default();
        // More than a server tells: nothing personal may be in any of it.
        let filter = "info,openvisit=trace,openvisit_store=trace,lapin=off";
        let guard = tracing::subscriber::set_default(subscriber(filter, buffer.clone()));
        Self { buffer, expected: Mutex::default(), _guard: guard }
    }

    pub fn text(&self) -> String {
        self.buffer.text()
    }

    pub fn expect(&self, part: &'static str) {
        self.expected.lock().unwrap().push(part);
    }

    pub fn check(&self) {
        let (own, stray) = (self.buffer.text(), STRAY.text());
        let expected = self.expected.lock().unwrap();
        let errors: Vec<&str> = own
            .lines()
            .chain(stray.lines())
            .filter(|line| line.contains("ERROR"))
            .filter(|line| !expected.iter().any(|part| line.contains(part)))
            .collect();
        assert!(errors.is_empty(), "errors in the log:\n{}", errors.join("\n"));
        for part in expected.iter() {
            assert!(own.contains(part), "no error in the log holds {part:?}");
        }
    }
}

fn subscriber(filter: &str, buffer: Buffer) -> impl tracing::Subscriber + Send + Sync + use<> {
    FmtSubscriber::builder()
        .with_env_filter(EnvFilter::new(filter))
        .with_ansi(false)
        .with_writer(buffer)
        .finish()
}

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Buffer {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

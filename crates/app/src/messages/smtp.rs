//! The way to the mail server. Connections are kept for the next message, and each step says what became of it: what the
//! server refuses of one message is that message's matter, and all else is the server's or the settings'.

use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use crate::settings::mail::{MailServer, Security};

/// How long a server may take for any one step. RFC 5321 (4.5.3.2) would have us wait for minutes; another try is as good.
const PATIENCE: Duration = Duration::from_secs(30);
/// Servers close what is not used; most wait for longer.
const KEPT: Duration = Duration::from_secs(20);
/// The longest answer that is kept, in characters.
const ANSWER: usize = 300;

/// Where it went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// No connection, no TLS, or no login.
    Connection,
    /// The sender's address is not taken, or what it needs.
    Sender,
    Recipient,
    Content,
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub step: Step,
    /// The server's code; `None` where it said nothing that has one.
    pub code: Option<u16>,
    /// In the server's words, or in those of the connection.
    pub answer: String,
}

impl Refused {
    /// Whether it will be the same however often it is tried: the server says so of this very message.
    #[must_use]
    pub fn is_final(&self) -> bool {
        let of_message = matches!(self.step, Step::Recipient | Step::Content);
        of_message && self.code.is_some_and(|code| code >= 500)
    }

    /// Whether no other message would be taken now either.
    #[must_use]
    pub fn is_of_server(&self) -> bool {
        matches!(self.step, Step::Connection | Step::Sender)
    }

    fn new(step: Step, error: &Error) -> Self {
        let code = error.status().map(u16::from);
        // Without the words that lettre puts before the server's own.
        let told = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
        Self { step, code, answer: short(&told) }
    }

    fn silent(step: Step) -> Self {
        Self { step, code: None, answer: format!("no answer within {} seconds", PATIENCE.as_secs()) }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "{code} {}", self.answer),
            None => f.write_str(&self.answer),
        }
    }
}

/// On one line, of things that can be shown.
fn short(answer: &str) -> String {
    let line: String = answer.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(ANSWER).collect()
}

/// What the server said when it took a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub code: u16,
    pub answer: String,
}

/// The server of the settings.
pub struct Smtp {
    server: MailServer,
    hello: ClientId,
    tls: OnceLock<TlsParameters>,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    connection: AsyncSmtpConnection,
    since: Instant,
}

impl Smtp {
    /// `hello` is what this machine is called.
    #[must_use]
    pub fn new(server: MailServer, hello: &str) -> Self {
        let hello = match hello.trim() {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        };
        Self { server, hello, tls: OnceLock::new(), idle: Mutex::default() }
    }

    /// Connects and logs in, and keeps the connection.
    ///
    /// # Errors
    /// Why it does not work.
    pub async fn try_out(&self) -> Result<(), Refused> {
        let connection = self.connect().await?;
        self.keep(connection);
        Ok(())
    }

    /// Brings a message to the server.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn send(&self, envelope: &Envelope, message: &[u8]) -> Result<Taken, Refused> {
        if let Some(mut connection) = self.kept() {
            match begin(&mut connection, envelope, message).await {
                Ok(()) => return self.finish(connection, envelope, message).await,
                // It was closed meanwhile, or the server is tired of it.
                Err(_) => connection.abort().await,
            }
        }
        let mut connection = self.connect().await?;
        if let Err(refused) = begin(&mut connection, envelope, message).await {
            connection.abort().await;
            return Err(refused);
        }
        self.finish(connection, envelope, message).await
    }

    async fn finish(
        &self,
        mut connection: AsyncSmtpConnection,
        envelope: &Envelope,
        message: &[u8],
    ) -> Result<Taken, Refused> {
        match hand_over(&mut connection, envelope, message).await {
            Ok(response) => {
                self.keep(connection);
                let answer = response.message().collect::<Vec<_>>().join(" ");
                Ok(Taken { code: response.code().into(), answer: short(&answer) })
            }
            Err(refused) => {
                let _ = timeout(PATIENCE, connection.abort()).await;
                Err(refused)
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Refused> {
        match timeout(PATIENCE, self.open()).await {
            Ok(opened) => opened.map_err(|error| Refused::new(Step::Connection, &error)),
            Err(_) => Err(Refused::silent(Step::Connection)),
        }
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, Error> {
        let MailServer { host, port, security, login } = &self.server;
        let tls = match security {
            Security::None => None,
            Security::Tls | Security::StartTls => Some(self.tls()?),
        };
        let (at_once, later) = if *security == Security::StartTls { (None, tls) } else { (tls, None) };
        let address = (host.as_str(), *port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, Some(PATIENCE), &self.hello, at_once, None).await?;
        if let Some(tls) = later {
            connection.starttls(tls, &self.hello).await?;
        }
        if let Some((user, password)) = login {
            let credentials = Credentials::new(user.clone(), password.expose().to_owned());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await?;
        }
        Ok(connection)
    }

    /// Made when first needed: reading the system's certificates takes its time.
    fn tls(&self) -> Result<TlsParameters, Error> {
        if let Some(tls) = self.tls.get() {
            return Ok(tls.clone());
        }
        let tls = TlsParameters::builder(self.server.host.clone()).build()?;
        Ok(self.tls.get_or_init(|| tls).clone())
    }

    fn kept(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|idle| idle.since.elapsed() < KEPT);
        idle.pop().map(|idle| idle.connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let idle = Idle { connection, since: Instant::now() };
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(idle);
    }
}

/// Says whom a message is from. Nothing was sent where this fails.
async fn begin(
    connection: &mut AsyncSmtpConnection,
    envelope: &Envelope,
    message: &[u8],
) -> Result<(), Refused> {
    let mut parameters = Vec::new();
    let server = connection.server_info();
    if !is_ascii(envelope) {
        if !server.supports_feature(Extension::SmtpUtfEight) {
            let answer = "the server takes no addresses with other letters than ASCII (SMTPUTF8)".to_owned();
            return Err(Refused { step: Step::Recipient, code: Some(553), answer });
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !message.is_ascii() {
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let mail = Mail::new(envelope.from().cloned(), parameters);
    ask(Step::Sender, connection.command(mail)).await.map(drop)
}

fn is_ascii(envelope: &Envelope) -> bool {
    envelope.to().iter().chain(envelope.from()).all(|address| AsRef::<str>::as_ref(address).is_ascii())
}

async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    envelope: &Envelope,
    message: &[u8],
) -> Result<Response, Refused> {
    for to in envelope.to() {
        ask(Step::Recipient, connection.command(Rcpt::new(to.clone(), vec![]))).await?;
    }
    ask(Step::Content, connection.command(Data)).await?;
    ask(Step::Content, connection.message(message)).await
}

async fn ask(step: Step, answer: impl Future<Output = Result<Response, Error>>) -> Result<Response, Refused> {
    match timeout(PATIENCE, answer).await {
        Ok(answered) => answered.map_err(|error| Refused::new(step, &error)),
        Err(_) => Err(Refused::silent(step)),
    }
}

//! A mail server that is strict about what it is sent, and moody where a test wants it so.

mod message;
mod session;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

pub use message::{Mail, Part};
use session::Session;

/// How it receives what comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    #[default]
    Takes,
    /// Says that it is busy, and closes.
    Busy,
    /// Takes no mail to strangers yet (451).
    Greylists,
    /// Knows no such address (550), and says it with the address in it.
    KnowsNobody,
    /// Finds the content bad (554).
    DislikesContent,
    /// Does not know the sender (550).
    DislikesSender,
    /// Takes a message, and breaks the connection before it says so.
    DropsAfterData,
    /// Takes a message, and says nothing more.
    SilentAfterData,
    /// Breaks each new connection.
    Away,
    /// Says nothing.
    Silent,
}

/// How it speaks.
#[derive(Clone, Default)]
pub struct Manners {
    /// Who may send; everybody where nobody is named.
    pub login: Option<(&'static str, &'static str)>,
    /// STARTTLS is offered, and asked for before all else.
    pub starttls: Option<TlsAcceptor>,
    /// TLS from the first byte on.
    pub tls: Option<TlsAcceptor>,
    /// Whether addresses may hold other letters than ASCII.
    pub smtputf8: bool,
}

pub struct MailServer {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    manners: Manners,
    mood: Mutex<Mood>,
    mails: watch::Sender<Vec<Mail>>,
    connections: watch::Sender<usize>,
}

impl Shared {
    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MailServer {
    pub async fn start() -> Self {
        Self::with(Manners::default()).await
    }

    /// # Panics
    /// When it cannot listen.
    pub async fn with(manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            manners,
            mood: Mutex::default(),
            mails: watch::Sender::new(Vec::new()),
            connections: watch::Sender::new(0),
        });
        let kept = shared.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.send_modify(|count| *count += 1);
                if shared.mood() != Mood::Away {
                    tokio::spawn(Session::receive(stream, shared.clone()));
                }
            }
        });
        Self { address, shared: kept }
    }

    /// Lines for a settings file.
    #[must_use]
    pub fn settings(&self) -> String {
        format!("[mail]\nurl = 'smtp://{}'\nfrom = 'Praxis Süd <visit@praxis.test>'\n", self.address)
    }

    pub fn set(&self, mood: Mood) {
        *self.shared.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    /// All that it has taken so far.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.shared.mails.borrow().clone()
    }

    /// How often somebody has connected.
    #[must_use]
    pub fn connections(&self) -> usize {
        *self.shared.connections.borrow()
    }

    /// Waits until it has taken so many, and gives all of them.
    ///
    /// # Panics
    /// When they do not come.
    pub async fn until(&self, count: usize) -> Vec<Mail> {
        let mut mails = self.shared.mails.subscribe();
        let came = tokio::time::timeout(PATIENCE, mails.wait_for(|mails| mails.len() >= count)).await;
        let Ok(Ok(mails)) = came else { panic!("{} of {count} e-mails came", self.mails().len()) };
        mails.clone()
    }

    /// The same, of connections.
    ///
    /// # Panics
    /// When they do not come.
    pub async fn until_connections(&self, count: usize) {
        let mut connections = self.shared.connections.subscribe();
        let came = tokio::time::timeout(PATIENCE, connections.wait_for(|now| *now >= count)).await;
        assert!(matches!(came, Ok(Ok(_))), "{} of {count} connections came", self.connections());
    }
}

/// What speaks TLS with this certificate and key, both as DER.
///
/// # Panics
/// When they are none.
#[must_use]
pub fn acceptor(certificate: &[u8], key: &[u8]) -> TlsAcceptor {
    let certificate = CertificateDer::from(certificate.to_vec());
    let key = PrivateKeyDer::try_from(key.to_vec()).expect("a key");
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key);
    TlsAcceptor::from(Arc::new(config.expect("a certificate and its key")))
}

const PATIENCE: Duration = Duration::from_secs(20);

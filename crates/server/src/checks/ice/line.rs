//! The way to a STUN or TURN server, and one question with its answer on it.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls_platform_verifier::ConfigVerifierExt;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use turn_types::stun::message::{Message, MessageHeader};

use super::IceFailure;
use openvisit_app::ice_url::{IceUrl, Transport};

/// A datagram that nobody answered is sent again after this, and then after twice as long.
const RESEND: Duration = Duration::from_millis(500);
/// Longer than any answer to what we ask.
const LONGEST: usize = 2048;

pub(super) enum IceTransport {
    Datagrams(UdpSocket),
    Stream(Box<dyn Stream>),
}

pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl IceTransport {
    pub async fn open(target: &IceUrl, there: SocketAddr) -> io::Result<Self> {
        match target.transport {
            Transport::Udp => {
                let here: IpAddr =
                    if there.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
                let socket = UdpSocket::bind((here, 0)).await?;
                socket.connect(there).await?;
                Ok(Self::Datagrams(socket))
            }
            Transport::Tcp => Ok(Self::Stream(Box::new(TcpStream::connect(there).await?))),
            Transport::Tls => {
                let config = rustls::ClientConfig::with_platform_verifier().map_err(io::Error::other)?;
                let name = ServerName::try_from(target.host.clone()).map_err(io::Error::other)?;
                let stream = TcpStream::connect(there).await?;
                let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
                Ok(Self::Stream(Box::new(stream)))
            }
        }
    }

    /// The answer to a message, which has its transaction. Whoever asks limits the time.
    pub async fn ask(&mut self, question: &[u8]) -> Result<Vec<u8>, IceFailure> {
        match self {
            Self::Datagrams(socket) => ask_by_datagram(socket, question).await,
            Self::Stream(stream) => ask_by_stream(stream, question).await,
        }
    }
}

async fn ask_by_datagram(socket: &UdpSocket, question: &[u8]) -> Result<Vec<u8>, IceFailure> {
    let mut wait = RESEND;
    loop {
        socket.send(question).await?;
        match timeout(wait, receive_answer(socket, question)).await {
            Ok(heard) => return heard,
            Err(_) => wait *= 2,
        }
    }
}

/// What was sent twice may be answered twice: that to earlier questions is passed over.
async fn receive_answer(socket: &UdpSocket, question: &[u8]) -> Result<Vec<u8>, IceFailure> {
    let mut bytes = vec![0; LONGEST];
    loop {
        let length = socket.recv(&mut bytes).await?;
        if answers(question, &bytes[..length])? {
            bytes.truncate(length);
            return Ok(bytes);
        }
    }
}

/// STUN messages say themselves how long they are.
async fn ask_by_stream(stream: &mut Box<dyn Stream>, question: &[u8]) -> Result<Vec<u8>, IceFailure> {
    stream.write_all(question).await?;
    stream.flush().await?;
    let mut bytes = vec![0; MessageHeader::LENGTH];
    stream.read_exact(&mut bytes).await?;
    let header = MessageHeader::from_bytes(&bytes).map_err(|_| IceFailure::Strange("it is no STUN"))?;
    let length = MessageHeader::LENGTH + usize::from(header.data_length());
    if length > LONGEST {
        return Err(IceFailure::Strange("an answer of absurd length"));
    }
    bytes.resize(length, 0);
    stream.read_exact(&mut bytes[MessageHeader::LENGTH..]).await?;
    if answers(question, &bytes)? {
        Ok(bytes)
    } else {
        Err(IceFailure::Strange("an answer to another question"))
    }
}

/// Whether it is the answer to this question, and not to another one.
fn answers(question: &[u8], answer: &[u8]) -> Result<bool, IceFailure> {
    let id = |bytes| Message::from_bytes(bytes).map(|message| message.transaction_id());
    let answered = id(answer).map_err(|_| IceFailure::Strange("it is no STUN"))?;
    Ok(id(question).is_ok_and(|asked| asked == answered))
}

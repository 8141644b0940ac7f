//! What is said to a STUN or TURN server (RFC 8489, RFC 8656).

use std::net::SocketAddr;

use turn_types::attribute::{Lifetime, RequestedTransport, XorRelayedAddress};
use turn_types::message::{ALLOCATE, REFRESH};
use turn_types::stun::attribute::{ErrorCode, Nonce, Realm, Username, XorMappedAddress};
use turn_types::stun::message::{
    BINDING, IntegrityAlgorithm, LongTermKeyCredentials, Message, MessageClass, MessageIntegrityCredentials,
    MessageWriteVec, Method, StunWriteError,
};
use turn_types::stun::prelude::{AttributeWrite, MessageWrite, MessageWriteExt};

use super::IceFailure;
use super::line::IceTransport;

pub(super) struct StunClient {
    line: IceTransport,
}

/// What signs a request, and what the server said to go with it.
struct Signer {
    credentials: LongTermKeyCredentials,
    nonce: Nonce,
}

impl From<StunWriteError> for IceFailure {
    /// The server's own realm and nonce are all that may not fit.
    fn from(_: StunWriteError) -> Self {
        Self::Strange("a realm or nonce that cannot be used")
    }
}

impl StunClient {
    pub fn new(line: IceTransport) -> Self {
        Self { line }
    }

    /// The address that the server sees.
    pub async fn bind(&mut self) -> Result<SocketAddr, IceFailure> {
        let answer =
            self.line.ask(&Message::builder_request(BINDING, MessageWriteVec::new()).finish()).await?;
        let answer = succeeded(&answer)?;
        let seen =
            answer.attribute::<XorMappedAddress>().map_err(|_| IceFailure::Strange("no address in it"))?;
        Ok(seen.addr(answer.transaction_id()))
    }

    /// The address that it relays for us, which is released at once; `None` where it asks nobody for credentials.
    pub async fn allocate(
        &mut self,
        user: String,
        password: String,
    ) -> Result<Option<SocketAddr>, IceFailure> {
        let (relay, nothing) = (RequestedTransport::new(RequestedTransport::UDP), Lifetime::new(0));
        let answer = self.line.ask(&request(ALLOCATE, &relay, None)?).await?;
        let Some(refusal) = refusal(&answer)? else {
            self.line.ask(&request(REFRESH, &nothing, None)?).await?;
            return Ok(None);
        };
        let (ErrorCode::UNAUTHORIZED, Some(realm), Some(nonce)) =
            (refusal.code, refusal.realm, refusal.nonce)
        else {
            return Err(IceFailure::Refused(refusal.code));
        };
        let credentials = LongTermKeyCredentials::new(user, password, realm.realm().to_owned());
        let mut signer = Signer { credentials, nonce };
        let answer = self.signed(ALLOCATE, &relay, &mut signer).await?;
        let relayed = relayed(&answer)?;
        self.signed(REFRESH, &nothing, &mut signer).await?;
        Ok(Some(relayed))
    }

    /// Asks with credentials; once more where the nonce was too old.
    async fn signed(
        &mut self,
        method: Method,
        what: &dyn AttributeWrite,
        signer: &mut Signer,
    ) -> Result<Vec<u8>, IceFailure> {
        let mut answer = self.line.ask(&request(method, what, Some(signer))?).await?;
        if let Some(Refusal { code: ErrorCode::STALE_NONCE, nonce: Some(nonce), .. }) = refusal(&answer)? {
            signer.nonce = nonce;
            answer = self.line.ask(&request(method, what, Some(signer))?).await?;
        }
        let credentials: MessageIntegrityCredentials = signer.credentials.clone().into();
        match succeeded(&answer)?.validate_integrity(&credentials) {
            Ok(_) => Ok(answer),
            Err(_) => Err(IceFailure::Strange("an answer without its signature")),
        }
    }
}

fn request(
    method: Method,
    what: &dyn AttributeWrite,
    signer: Option<&Signer>,
) -> Result<Vec<u8>, StunWriteError> {
    let mut message = Message::builder_request(method, MessageWriteVec::new());
    message.add_attribute(what)?;
    if let Some(Signer { credentials, nonce }) = signer {
        message.add_attribute(&Username::new(credentials.username())?)?;
        message.add_attribute(&Realm::new(credentials.realm())?)?;
        message.add_attribute(nonce)?;
        message.add_message_integrity(&credentials.clone().into(), IntegrityAlgorithm::Sha1)?;
    }
    message.add_fingerprint()?;
    Ok(message.finish())
}

struct Refusal {
    code: u16,
    realm: Option<Realm>,
    nonce: Option<Nonce>,
}

/// `None` where the answer is none.
fn refusal(answer: &[u8]) -> Result<Option<Refusal>, IceFailure> {
    let answer = read(answer)?;
    if !answer.has_class(MessageClass::Error) {
        return Ok(None);
    }
    let code =
        answer.attribute::<ErrorCode>().map_err(|_| IceFailure::Strange("a refusal without a code"))?;
    Ok(Some(Refusal { code: code.code(), realm: answer.attribute().ok(), nonce: answer.attribute().ok() }))
}

fn succeeded(answer: &[u8]) -> Result<Message<'_>, IceFailure> {
    match refusal(answer)? {
        Some(refusal) => Err(IceFailure::Refused(refusal.code)),
        None => read(answer),
    }
}

fn relayed(answer: &[u8]) -> Result<SocketAddr, IceFailure> {
    let answer = succeeded(answer)?;
    let relayed =
        answer.attribute::<XorRelayedAddress>().map_err(|_| IceFailure::Strange("no relay in it"))?;
    Ok(relayed.addr(answer.transaction_id()))
}

fn read(answer: &[u8]) -> Result<Message<'_>, IceFailure> {
    Message::from_bytes(answer).map_err(|_| IceFailure::Strange("it is no STUN"))
}

//! An answer for the operator, who wants to know whether these ports can be reached and are this server's: a STUN
//! request that is signed with a key of this server gets one. Nobody else does.

use std::fmt;
use std::net::SocketAddr;

use str0m::crypto::from_feature_flags;
use str0m::ice::{StunMessage, StunMessageBuilder, TransId};

/// What such a request names in the place of a peer's user fragment.
pub(crate) const PROBE: &str = "openvisit-probe";
const USER_NAME: &str = "openvisit-probe:operator";
/// Longer than any such message.
const LONGEST: usize = 256;

/// What requests and answers are signed with. It shows itself to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct ProbeKey(pub [u8; 32]);

impl fmt::Debug for ProbeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProbeKey")
    }
}

impl ProbeKey {
    /// A request, as one datagram.
    #[must_use]
    pub fn request(&self, id: TransId) -> Vec<u8> {
        // Read as any client's: none comes without a priority.
        let request = StunMessageBuilder::new().binding().request().username(USER_NAME).prio(1);
        self.signed(request.build(id))
    }

    /// Whether a datagram is the answer to the request of this id.
    #[must_use]
    pub fn is_answered_by(&self, datagram: &[u8], id: TransId) -> bool {
        StunMessage::parse(datagram).is_ok_and(|message| {
            message.is_successful_binding_response() && message.trans_id() == id && self.is_on(&message)
        })
    }

    /// The answer to a request that has this key's signature.
    pub(crate) fn answer(&self, datagram: &[u8], source: SocketAddr) -> Option<Vec<u8>> {
        let message = StunMessage::parse(datagram).ok()?;
        let asked = message.is_binding_request() && message.username() == Some(USER_NAME);
        (asked && self.is_on(&message))
            .then(|| self.signed(StunMessage::binding_reply(message.trans_id(), source)))
    }

    fn is_on(&self, message: &StunMessage<'_>) -> bool {
        message.verify(&self.0, hmac)
    }

    fn signed(&self, message: StunMessage<'_>) -> Vec<u8> {
        let mut bytes = vec![0; LONGEST];
        let length =
            message.to_bytes(Some(&self.0), &mut bytes, hmac).expect("a message shorter than LONGEST");
        bytes.truncate(length);
        bytes
    }
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 20] {
    from_feature_flags().sha1_hmac_provider.sha1_hmac(key, parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_has_the_key_is_answered_and_only_with_it() {
        let (key, other, id) = (ProbeKey([1; 32]), ProbeKey([2; 32]), TransId::new());
        let source = SocketAddr::from(([192, 0, 2, 1], 4000));
        let answer = key.answer(&key.request(id), source).unwrap();
        assert!(key.is_answered_by(&answer, id));
        assert!(!other.is_answered_by(&answer, id) && !key.is_answered_by(&answer, TransId::new()));
        assert_eq!(key.answer(&other.request(id), source), None);
        assert_eq!(key.answer(&answer, source), None);
        assert_eq!(key.answer(b"\0garbage", source), None);
    }
}

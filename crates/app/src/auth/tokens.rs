//! The server's own tokens: HS256, short-lived.

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use openvisit_core::ids::{InvitationId, ParticipantId, PersonId, SessionId};
use openvisit_core::person::TOKEN_ISSUER;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::basis::{Basis, LoginId};
use super::header::TokenHeader;
use super::refused::Refused;
use crate::settings::Secret;

const AUDIENCE: &str = "openvisit";
const MEDIA_AUDIENCE: &str = "openvisit-media";

/// Makes and reads the server's tokens.
pub struct Tokens {
    signing: EncodingKey,
    verifying: DecodingKey,
    access: Validation,
    media: Validation,
}

/// A token, and for how many seconds it is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    pub token: String,
    pub expires_in: i64,
    pub expires_at: Timestamp,
}

/// Whom an access token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    pub person_id: PersonId,
    pub basis: Basis,
    /// What was given for an invitation opens its session and nothing else, and is good as long as it is.
    pub pass: Option<Pass>,
    /// To the second, as is its end.
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
}

/// What somebody has who came by an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass {
    pub session: SessionId,
    pub invitation: InvitationId,
}

/// What a media token opens: one participant's media in one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaAccess {
    pub session_id: SessionId,
    pub participant_id: ParticipantId,
    /// What they came by who was given it.
    pub basis: Basis,
    /// To the second. A token from before its participant was let in is for an earlier time.
    pub issued_at: Timestamp,
}

/// The token is not ours, not for this, or no longer good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token is not valid")]
pub struct BadToken;

#[derive(Serialize, Deserialize)]
struct Claims<S> {
    iss: String,
    aud: String,
    sub: S,
    iat: i64,
    exp: i64,
    /// Whoever shares the secret may say from when on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<SessionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    invitation: Option<InvitationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    login: Option<LoginId>,
    /// Makes every token another, also of one second.
    #[serde(default)]
    jti: String,
}

impl<S> Claims<S> {
    fn basis(&self) -> Basis {
        match (self.login, self.invitation) {
            (Some(login), _) => Basis::Login(login),
            (None, Some(invitation)) => Basis::Invitation(invitation),
            (None, None) => Basis::Token,
        }
    }
}

impl Tokens {
    #[must_use]
    pub fn new(secret: &Secret) -> Self {
        let secret = secret.expose().as_bytes();
        Self {
            signing: EncodingKey::from_secret(secret),
            verifying: DecodingKey::from_secret(secret),
            access: validation(AUDIENCE),
            media: validation(MEDIA_AUDIENCE),
        }
    }

    /// A token for everything that the person may do.
    ///
    /// # Errors
    /// The cryptographic library failed.
    pub fn access(&self, person: PersonId, now: Timestamp, life: SignedDuration) -> Result<Issued, BadToken> {
        self.issue(AUDIENCE, person, (None, Basis::Token), now, life)
    }

    /// The same, as long as a login goes on.
    ///
    /// # Errors
    /// The cryptographic library failed.
    pub fn of_login(
        &self,
        login: LoginId,
        person: PersonId,
        now: Timestamp,
        life: SignedDuration,
    ) -> Result<Issued, BadToken> {
        self.issue(AUDIENCE, person, (None, Basis::Login(login)), now, life)
    }

    /// A token for an invitation's session and nothing else.
    ///
    /// # Errors
    /// The cryptographic library failed.
    pub fn only_for(
        &self,
        pass: Pass,
        person: PersonId,
        now: Timestamp,
        life: SignedDuration,
    ) -> Result<Issued, BadToken> {
        let basis = Basis::Invitation(pass.invitation);
        self.issue(AUDIENCE, person, (Some(pass.session), basis), now, life)
    }

    /// A token for one participant's media, for who came by `basis`.
    ///
    /// # Errors
    /// The cryptographic library failed.
    pub fn media(
        &self,
        session: SessionId,
        participant: ParticipantId,
        basis: Basis,
        now: Timestamp,
        life: SignedDuration,
    ) -> Result<Issued, BadToken> {
        self.issue(MEDIA_AUDIENCE, participant, (Some(session), basis), now, life)
    }

    /// # Errors
    /// The token is not an access token of this server, or has expired.
    pub fn read_access(&self, token: &str, now: Timestamp) -> Result<Access, BadToken> {
        let claims: Claims<PersonId> = self.read(token, &self.access, now)?;
        let pass = match (claims.session, claims.invitation) {
            (None, None) => None,
            (Some(session), Some(invitation)) => Some(Pass { session, invitation }),
            // Of before tokens named their invitation: the link gives another.
            _ => return Err(BadToken),
        };
        let at = |second| Timestamp::from_second(second).map_err(|_| BadToken);
        Ok(Access {
            person_id: claims.sub,
            basis: claims.basis(),
            pass,
            issued_at: at(claims.iat)?,
            expires_at: at(claims.exp)?,
        })
    }

    /// Whose login an access token of ours came of, though it may have expired.
    #[must_use]
    pub fn login_of(&self, token: &str) -> Option<(LoginId, PersonId)> {
        TokenHeader::of(token).ok()?;
        let read = jsonwebtoken::decode::<Claims<PersonId>>(token, &self.verifying, &self.access).ok()?;
        Some((read.claims.login?, read.claims.sub))
    }

    /// Why [`Self::read_access`] refuses a token that names this server.
    #[must_use]
    pub fn why_refused(&self, token: &str, now: Timestamp) -> Refused {
        if let Err(why) = TokenHeader::of(token) {
            return why;
        }
        match jsonwebtoken::decode::<Claims<PersonId>>(token, &self.verifying, &self.access) {
            Ok(read) if read.claims.exp <= now.as_second() => {
                Refused::ExpiredSince(Timestamp::from_second(read.claims.exp).unwrap_or(now))
            }
            Ok(read) if read.claims.nbf.is_some_and(|nbf| nbf > now.as_second()) => Refused::NotYet,
            Ok(_) => Refused::Malformed,
            Err(error) => match error.kind() {
                ErrorKind::InvalidSignature => Refused::Signature,
                ErrorKind::InvalidAudience => Refused::Audience,
                ErrorKind::InvalidAlgorithm => Refused::Algorithm("another than HS256".to_owned()),
                _ => Refused::Malformed,
            },
        }
    }

    /// # Errors
    /// The token is not a media token of this server, or has expired.
    pub fn read_media(&self, token: &str, now: Timestamp) -> Result<MediaAccess, BadToken> {
        let claims: Claims<ParticipantId> = self.read(token, &self.media, now)?;
        let session_id = claims.session.ok_or(BadToken)?;
        let issued_at = Timestamp::from_second(claims.iat).map_err(|_| BadToken)?;
        Ok(MediaAccess { session_id, participant_id: claims.sub, basis: claims.basis(), issued_at })
    }

    fn issue<S: Serialize>(
        &self,
        audience: &str,
        subject: S,
        (session, basis): (Option<SessionId>, Basis),
        now: Timestamp,
        life: SignedDuration,
    ) -> Result<Issued, BadToken> {
        let (iat, expires_in) = (now.as_second(), life.as_secs());
        let exp = iat + expires_in;
        let (login, invitation) = match basis {
            Basis::Login(login) => (Some(login), None),
            Basis::Invitation(invitation) => (None, Some(invitation)),
            Basis::Token => (None, None),
        };
        let jti = format!("{:016x}", rand::random::<u64>());
        let claims = Claims {
            iss: TOKEN_ISSUER.to_owned(),
            aud: audience.to_owned(),
            sub: subject,
            iat,
            exp,
            nbf: None,
            session,
            invitation,
            login,
            jti,
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
            .map_err(|_| BadToken)?;
        Ok(Issued { token, expires_in, expires_at: Timestamp::from_second(exp).map_err(|_| BadToken)? })
    }

    fn read<S: DeserializeOwned>(
        &self,
        token: &str,
        validation: &Validation,
        now: Timestamp,
    ) -> Result<Claims<S>, BadToken> {
        TokenHeader::of(token).map_err(|_| BadToken)?;
        let claims = jsonwebtoken::decode::<Claims<S>>(token, &self.verifying, validation)
            .map_err(|_| BadToken)?
            .claims;
        let begun = claims.nbf.is_none_or(|nbf| nbf <= now.as_second());
        if begun && claims.exp > now.as_second() { Ok(claims) } else { Err(BadToken) }
    }
}

fn validation(audience: &str) -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[TOKEN_ISSUER]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    // Compared in `read`, with the server's clock.
    validation.validate_exp = false;
    validation
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use openvisit_core::ids::Seed;

    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);
    const LIFE: SignedDuration = SignedDuration::from_mins(15);
    const LOGIN: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    fn tokens(secret: &str) -> Tokens {
        Tokens::new(&Secret::from(secret.to_owned()))
    }

    fn person() -> PersonId {
        PersonId::new(Seed { now: NOW, random: [1; 10] })
    }

    fn media() -> MediaAccess {
        let seed = Seed { now: NOW, random: [2; 10] };
        let (session_id, participant_id) = (SessionId::new(seed), ParticipantId::new(seed));
        MediaAccess {
            session_id,
            participant_id,
            basis: Basis::Login(LOGIN.parse().unwrap()),
            issued_at: NOW,
        }
    }

    fn media_token(tokens: &Tokens) -> String {
        let MediaAccess { session_id, participant_id, basis, issued_at } = media();
        tokens.media(session_id, participant_id, basis, issued_at, LIFE).unwrap().token
    }

    #[test]
    fn a_token_stands_for_its_person_until_it_expires() {
        let tokens = tokens("0123456789abcdef");
        let issued = tokens.access(person(), NOW, LIFE).unwrap();
        assert_eq!(issued.expires_in, 900);
        let access = Access {
            person_id: person(),
            basis: Basis::Token,
            pass: None,
            issued_at: NOW,
            expires_at: NOW + LIFE,
        };
        assert_eq!(tokens.read_access(&issued.token, NOW), Ok(access));
        assert_eq!(tokens.read_access(&issued.token, NOW + LIFE), Err(BadToken));
    }

    #[test]
    fn a_logins_token_names_it_also_when_it_has_expired() {
        let (tokens, login) = (tokens("0123456789abcdef"), LOGIN.parse().unwrap());
        let issued = tokens.of_login(login, person(), NOW, LIFE).unwrap();
        assert_eq!(tokens.read_access(&issued.token, NOW).unwrap().basis, Basis::Login(login));
        assert_eq!(tokens.login_of(&issued.token), Some((login, person())));
        assert_eq!(tokens.login_of(&media_token(&tokens)), None);
    }

    #[test]
    fn an_invitations_token_keeps_to_its_session() {
        let tokens = tokens("0123456789abcdef");
        let invitation = InvitationId::new(Seed { now: NOW, random: [3; 10] });
        let pass = Pass { session: media().session_id, invitation };
        let issued = tokens.only_for(pass, person(), NOW, LIFE).unwrap();
        assert_eq!(tokens.read_access(&issued.token, NOW).unwrap().pass, Some(pass));
    }

    #[test]
    fn a_token_for_a_session_that_names_no_invitation_opens_nothing() {
        let tokens = tokens("0123456789abcdef");
        let session = (Some(media().session_id), Basis::Token);
        let issued = tokens.issue(AUDIENCE, person(), session, NOW, LIFE).unwrap();
        assert_eq!(tokens.read_access(&issued.token, NOW), Err(BadToken));
    }

    #[test]
    fn media_tokens_open_media_and_nothing_else() {
        let tokens = tokens("0123456789abcdef");
        let issued = media_token(&tokens);
        assert_eq!(tokens.read_media(&issued, NOW), Ok(media()));
        assert_ne!(media_token(&tokens), issued, "each is fresh");
        assert_eq!(tokens.read_access(&issued, NOW), Err(BadToken));
        let access = tokens.access(person(), NOW, LIFE).unwrap();
        assert_eq!(tokens.read_media(&access.token, NOW), Err(BadToken));
    }

    #[test]
    fn times_that_are_no_numbers_and_unknown_extensions_are_refused() {
        let ours = tokens("0123456789abcdef");
        let now = NOW.as_second();
        let claims = |name: &str, value: serde_json::Value| {
            let mut claims = serde_json::json!({
                "iss": TOKEN_ISSUER, "aud": AUDIENCE, "sub": person(), "iat": now, "exp": now + 60,
            });
            claims[name] = value;
            claims
        };
        let sign = |header: &str, claims: &serde_json::Value| {
            let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
            let message = format!("{}.{}", part(header), part(&claims.to_string()));
            let signature =
                jsonwebtoken::crypto::sign(message.as_bytes(), &ours.signing, Algorithm::HS256).unwrap();
            format!("{message}.{signature}")
        };
        let read = |header: &str, name: &str, value: serde_json::Value| {
            ours.read_access(&sign(header, &claims(name, value)), NOW).is_ok()
        };
        let plain = r#"{"alg":"HS256"}"#;
        assert!(read(plain, "nbf", now.into()));
        for (name, value) in [
            ("nbf", (now + 1).into()),
            ("nbf", now.to_string().into()),
            ("nbf", true.into()),
            ("exp", (now + 60).to_string().into()),
            ("exp", serde_json::Value::Null),
            ("exp", f64::INFINITY.into()),
        ] {
            assert!(!read(plain, name, value.clone()), "{name} {value}");
        }
        let extended = r#"{"alg":"HS256","crit":["exp"]}"#;
        assert!(!read(extended, "nbf", now.into()));
        let refused = ours.why_refused(&sign(extended, &claims("nbf", now.into())), NOW);
        assert_eq!(refused, Refused::Critical);
    }

    #[test]
    fn foreign_unsigned_and_cut_tokens_are_refused() {
        let ours = tokens("0123456789abcdef");
        let foreign = tokens("fedcba9876543210").access(person(), NOW, LIFE).unwrap().token;
        let good = ours.access(person(), NOW, LIFE).unwrap().token;
        let payload = good.split('.').nth(1).unwrap();
        // {"alg":"none"}
        let unsigned = format!("eyJhbGciOiJub25lIn0.{payload}.");
        for token in [&foreign, &unsigned, &good[..good.len() - 2], "", "a.b.c"] {
            assert_eq!(ours.read_access(token, NOW), Err(BadToken), "{token}");
        }
    }
}

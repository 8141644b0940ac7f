//! The mail server that e-mails go out by.

use std::path::PathBuf;

use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};
use url::Url;

use super::Secret;
use super::check::is_this_machine;

/// The block `[mail]`; without it no e-mail is sent.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Mail {
    /// `smtps://user:password@host`, or `smtp://…` with STARTTLS.
    pub url: Secret,
    /// Whom e-mails are from: an address, or a name with it in angle brackets.
    pub from: String,
    /// Where answers go, if elsewhere.
    pub reply_to: Option<String>,
    /// How many are sent a minute at most, by each process; 0: any number.
    #[serde(default)]
    pub per_minute: u32,
    /// Whether an appointment's title is told.
    #[serde(default)]
    pub titles: bool,
    /// A folder whose templates take the place of the built-in ones.
    pub templates: Option<PathBuf>,
}

/// A URL of a mail server, taken apart.
#[derive(Clone)]
pub struct MailServer {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User and password.
    pub login: Option<(String, Secret)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte on.
    Tls,
    /// STARTTLS, and nothing without it.
    StartTls,
    /// Nothing leaves this machine.
    None,
}

impl MailServer {
    /// # Errors
    /// What is wrong, without the URL: it holds a password.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "is no URL")?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("names no host")?;
        // Url knows hosts of its special schemes only.
        let web = Url::parse(&format!("http://{host}/")).map_err(|_| "names no host")?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err("has more than scheme, user, password, host and port");
        }
        let asks_for_tls = match url.query() {
            None => false,
            Some("tls=required") => true,
            Some(_) => return Err("may have ?tls=required, and nothing else behind the host"),
        };
        let (security, port) = match url.scheme() {
            "smtps" => (Security::Tls, 465),
            "smtp" if is_this_machine(&web) && !asks_for_tls => (Security::None, 25),
            "smtp" => (Security::StartTls, 587),
            _ => return Err("begins with neither smtps:// nor smtp://"),
        };
        Ok(Self {
            host: web.host_str().unwrap_or(host).trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(port),
            security,
            login: login(&url)?,
        })
    }
}

fn login(url: &Url) -> Result<Option<(String, Secret)>, &'static str> {
    let decoded = |text: &str| {
        percent_decoded(text).ok_or("has a user or password whose %-signs are not UTF-8: write % as %25")
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) => Err("has a password and no user"),
        (_, None | Some("")) => Err("has a user and no password"),
        (user, Some(password)) => Ok(Some((decoded(user)?, decoded(password)?.into()))),
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).ok()
}

/// An address as it stands in a message's head.
#[must_use]
pub fn mailbox(text: &str) -> Option<Mailbox> {
    text.parse().ok().filter(|_| !text.contains(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(url: &str) -> (String, u16, Security) {
        let server = MailServer::parse(url).unwrap();
        (server.host, server.port, server.security)
    }

    #[test]
    fn only_what_stays_on_this_machine_goes_without_tls() {
        use Security::{None, StartTls, Tls};
        for (url, host, port, security) in [
            ("smtps://mail.clinic.test", "mail.clinic.test", 465, Tls),
            ("smtp://mail.clinic.test", "mail.clinic.test", 587, StartTls),
            ("smtp://mail.clinic.test:2525/", "mail.clinic.test", 2525, StartTls),
            ("smtp://10.0.0.7", "10.0.0.7", 587, StartTls),
            ("smtp://localhost", "localhost", 25, None),
            ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, None),
            ("smtp://[::1]:1025", "::1", 1025, None),
            ("smtp://localhost:587?tls=required", "localhost", 587, StartTls),
            ("smtps://localhost", "localhost", 465, Tls),
        ] {
            assert_eq!(parts(url), (host.to_owned(), port, security), "{url}");
        }
    }

    #[test]
    fn a_login_may_hold_any_sign() {
        let server = MailServer::parse("smtps://a%40b.test:p%3A%2F%C3%A4%25@mail.test").unwrap();
        let (user, password) = server.login.unwrap();
        assert_eq!((user.as_str(), password.expose()), ("a@b.test", "p:/ä%"));
        assert!(MailServer::parse("smtps://mail.test").unwrap().login.is_none());
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for url in [
            "mail.clinic.test",
            "https://mail.clinic.test",
            "smtps://",
            "smtps://ada@mail.test",
            "smtps://:secret-word@mail.test",
            "smtps://ada:secret-word@mail.test/path",
            "smtp://ada:secret-word@mail.test?tls=none",
            "smtps://ada:%ff%fesecret-word@mail.test",
        ] {
            let why = MailServer::parse(url).err().expect(url);
            assert!(!why.contains("secret-word"), "{url}: {why}");
        }
    }

    #[test]
    fn an_address_may_have_a_name_and_no_line_breaks() {
        assert_eq!(
            mailbox("Praxis Dr. Müller <visit@praxis.test>").unwrap().email.to_string(),
            "visit@praxis.test"
        );
        assert_eq!(mailbox("visit@praxis.test").unwrap().name, None);
        for wrong in ["", "visit", "Praxis", "a@b@c", "Praxis <visit@praxis.test>\r\nBcc: <all@praxis.test>"]
        {
            assert!(mailbox(wrong).is_none(), "{wrong:?}");
        }
    }
}

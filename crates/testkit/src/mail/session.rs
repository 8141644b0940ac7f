//! One connection to the mail server.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Mail, Mood, Shared};

pub(super) trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

pub(super) struct Session {
    stream: Box<dyn Line>,
    shared: Arc<Shared>,
    read: Vec<u8>,
    is_encrypted: bool,
    greeted: bool,
    logged_in: bool,
    sender: Option<String>,
    receivers: Vec<String>,
}

/// What comes after an answer.
enum Next {
    Go(String),
    Encrypt,
    Close(String),
    Vanish,
}

impl Session {
    pub(super) async fn receive(stream: TcpStream, shared: Arc<Shared>) {
        let encrypted = shared.manners.tls.clone();
        let stream: Box<dyn Line> = match &encrypted {
            Some(tls) => match tls.accept(stream).await {
                Ok(stream) => Box::new(stream),
                Err(_) => return,
            },
            None => Box::new(stream),
        };
        let mut session = Self {
            stream,
            shared,
            read: Vec::new(),
            is_encrypted: encrypted.is_some(),
            greeted: false,
            logged_in: false,
            sender: None,
            receivers: Vec::new(),
        };
        // Whoever hangs up has said all that they wanted.
        let _ = session.talk().await;
    }

    async fn talk(&mut self) -> std::io::Result<()> {
        if self.shared.mood() == Mood::Silent {
            return std::future::pending().await;
        }
        self.say("220 mail.test ESMTP").await?;
        while let Some(line) = self.line().await? {
            match self.answer(&line).await? {
                Next::Go(answer) => self.say(&answer).await?,
                Next::Close(answer) => return self.say(&answer).await,
                Next::Vanish => return Ok(()),
                Next::Encrypt => {
                    self.say("220 go ahead").await?;
                    let tls = self.shared.manners.starttls.clone().expect("it was offered");
                    let plain = std::mem::replace(&mut self.stream, Box::new(tokio::io::empty()));
                    self.stream = Box::new(tls.accept(plain).await?);
                    (self.is_encrypted, self.greeted) = (true, false);
                }
            }
        }
        Ok(())
    }

    async fn answer(&mut self, line: &str) -> std::io::Result<Next> {
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let manners = &self.shared.manners;
        let needs_tls = manners.starttls.is_some() && !self.is_encrypted;
        let go = |answer: &str| Ok(Next::Go(answer.to_owned()));
        match word.as_str() {
            "EHLO" => {
                self.greeted = true;
                let mut offers = vec!["8BITMIME"];
                if needs_tls {
                    offers.push("STARTTLS");
                } else if manners.login.is_some() {
                    offers.push("AUTH PLAIN LOGIN");
                }
                if manners.smtputf8 {
                    offers.push("SMTPUTF8");
                }
                let offers: Vec<_> = offers.iter().map(|offer| format!("250-{offer}\r\n")).collect();
                Ok(Next::Go(format!("250-mail.test\r\n{}250 HELP", offers.concat())))
            }
            "QUIT" => Ok(Next::Close("221 bye".to_owned())),
            "NOOP" => go("250 ok"),
            _ if !self.greeted => go("503 say EHLO first"),
            "STARTTLS" if needs_tls => Ok(Next::Encrypt),
            _ if needs_tls => go("530 STARTTLS first"),
            "AUTH" => go(self.log_in(line)),
            _ if manners.login.is_some() && !self.logged_in => go("530 log in first"),
            "RSET" => {
                self.forget();
                go("250 ok")
            }
            "MAIL" => Ok(self.mail(line)),
            "RCPT" => Ok(self.recipient(line)),
            "DATA" => self.data().await,
            _ => go("500 what?"),
        }
    }

    fn log_in(&mut self, line: &str) -> &'static str {
        let Some((user, password)) = self.shared.manners.login else { return "503 no need" };
        let plain = format!("\0{user}\0{password}");
        let given = line.strip_prefix("AUTH PLAIN ").and_then(|text| STANDARD.decode(text).ok());
        self.logged_in = given.as_deref() == Some(plain.as_bytes());
        if self.logged_in { "235 welcome" } else { "535 5.7.8 wrong user or password" }
    }

    fn mail(&mut self, line: &str) -> Next {
        match self.shared.mood() {
            Mood::Busy => return Next::Close("421 4.3.2 too busy".to_owned()),
            Mood::DislikesSender => return Next::Go("550 5.7.1 sender not allowed".to_owned()),
            _ => {}
        }
        let Some((address, rest)) = path(line, "MAIL FROM:") else {
            return Next::Go("501 MAIL FROM:<address>".to_owned());
        };
        for parameter in rest.split_whitespace() {
            let known =
                parameter == "BODY=8BITMIME" || (parameter == "SMTPUTF8" && self.shared.manners.smtputf8);
            if !known {
                return Next::Go("555 unknown parameter".to_owned());
            }
        }
        self.forget();
        self.sender = Some(address.to_owned());
        Next::Go("250 2.1.0 ok".to_owned())
    }

    fn recipient(&mut self, line: &str) -> Next {
        let answer = match (self.shared.mood(), path(line, "RCPT TO:")) {
            (_, None) => "501 RCPT TO:<address>".to_owned(),
            _ if self.sender.is_none() => "503 MAIL first".to_owned(),
            (Mood::Greylists, _) => "451 4.7.1 greylisted, try again later".to_owned(),
            (Mood::KnowsNobody, Some((address, _))) => {
                format!("550-5.1.1 <{address}>:\r\n550 no such user {address}")
            }
            (_, Some((address, _))) if !address.is_ascii() && !self.shared.manners.smtputf8 => {
                "553 5.6.7 ASCII only".to_owned()
            }
            (_, Some((address, _))) => {
                self.receivers.push(address.to_owned());
                "250 2.1.5 ok".to_owned()
            }
        };
        Next::Go(answer)
    }

    async fn data(&mut self) -> std::io::Result<Next> {
        if self.receivers.is_empty() {
            return Ok(Next::Go("503 RCPT first".to_owned()));
        }
        self.say("354 end with a dot").await?;
        let mut text = String::new();
        loop {
            let Some(line) = self.line().await? else { return Ok(Next::Vanish) };
            if line == "." {
                break;
            }
            assert!(line.len() <= 998, "a line of {} bytes", line.len());
            text.push_str(line.strip_prefix('.').unwrap_or(&line));
            text.push_str("\r\n");
        }
        let mood = self.shared.mood();
        if mood == Mood::DislikesContent {
            return Ok(Next::Go("554 5.7.1 looks like spam".to_owned()));
        }
        let (from, to) = (self.sender.take().unwrap_or_default(), std::mem::take(&mut self.receivers));
        self.shared.mails.send_modify(|mails| mails.push(Mail::read(from, to, &text)));
        match mood {
            Mood::DropsAfterData => Ok(Next::Vanish),
            Mood::SilentAfterData => std::future::pending().await,
            _ => Ok(Next::Go("250 2.0.0 queued as 7".to_owned())),
        }
    }

    fn forget(&mut self) {
        self.sender = None;
        self.receivers.clear();
    }

    async fn say(&mut self, answer: &str) -> std::io::Result<()> {
        self.stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }

    /// The next one, which ends with CR and LF and has neither within.
    async fn line(&mut self) -> std::io::Result<Option<String>> {
        loop {
            if let Some(end) = self.read.windows(2).position(|pair| pair == b"\r\n") {
                let line: Vec<u8> = self.read.drain(..end + 2).take(end).collect();
                assert!(!line.contains(&b'\n') && !line.contains(&b'\r'), "a bare line end in {line:?}");
                return Ok(Some(String::from_utf8(line).expect("UTF-8")));
            }
            let mut bytes = [0; 4096];
            match self.stream.read(&mut bytes).await? {
                0 => return Ok(None),
                count => self.read.extend_from_slice(&bytes[..count]),
            }
        }
    }
}

/// The address in angle brackets, and what follows.
fn path<'a>(line: &'a str, command: &str) -> Option<(&'a str, &'a str)> {
    let (address, rest) = line.strip_prefix(command)?.strip_prefix('<')?.split_once('>')?;
    address.contains('@').then_some((address, rest))
}

//! Pictures and PDF that somebody sends in a session's chat: sealed in the database, in parts, gone with the chat.
//! Nobody holds a whole file in memory, neither on its way in nor out.

use std::fmt;

use jiff::SignedDuration;
use openvisit_core::ids::{MessageId, ParticipantId, SessionId};
use openvisit_store::{ChatFile, ChatFileLimits, NewChatFile};
use serde::Serialize;

use crate::app::App;
use crate::error::{Error, FieldCode};
use crate::seal::{Of, WrongKey};

/// The largest file, in bytes.
pub const LARGEST: u64 = 10 * 1024 * 1024;
/// How long a file may take to come.
pub(crate) const ON_ITS_WAY: SignedDuration = SignedDuration::from_hours(1);
/// What is sealed at a time, in bytes.
const PART: usize = 256 * 1024;
const LIMITS: ChatFileLimits = ChatFileLimits {
    bytes_of_session: 100 * 1024 * 1024,
    bytes_of_participant: 50 * 1024 * 1024,
    files_of_participant: 30,
};
/// The longest name, in characters.
const LONGEST_NAME: usize = 100;

/// What may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Png,
    Jpeg,
    Gif,
    WebP,
    Pdf,
}

impl Kind {
    /// By what is in it, whatever it is called.
    #[must_use]
    pub fn of(beginning: &[u8]) -> Option<Self> {
        match beginning {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            _ => None,
        }
    }

    /// Its media type.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Pdf => "application/pdf",
        }
    }

    /// By its media type.
    fn named(name: &str) -> Self {
        let kinds = [Self::Png, Self::Jpeg, Self::Gif, Self::WebP, Self::Pdf];
        kinds.into_iter().find(|kind| kind.name() == name).unwrap_or(Self::Pdf)
    }

    /// How its names end.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Png => &[".png"],
            Self::Jpeg => &[".jpg", ".jpeg"],
            Self::Gif => &[".gif"],
            Self::WebP => &[".webp"],
            Self::Pdf => &[".pdf"],
        }
    }
}

/// A name that is safe to write to a disk: no folders, nothing that is not seen, and the end that its kind has.
#[must_use]
pub fn clean_name(given: &str, kind: Kind) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| is_shown(*c)).collect();
    let name: String = shown.trim_matches([' ', '.']).chars().take(LONGEST_NAME).collect();
    let name = if name.is_empty() { "file".to_owned() } else { name };
    let lower = name.to_lowercase();
    match kind.endings() {
        endings if endings.iter().any(|end| lower.ends_with(end)) => name,
        [first, ..] => format!("{name}{first}"),
        [] => name,
    }
}

/// Nothing that controls, hides or turns, and nothing that a file system forbids.
fn is_shown(c: char) -> bool {
    let turns =
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !c.is_control() && !turns && !r#"<>:"|?*"#.contains(c)
}

/// A file as the others are told of it.
#[derive(Clone, Serialize)]
pub struct SentFile {
    pub name: String,
    /// A media type.
    pub kind: &'static str,
    /// In bytes.
    pub size: u64,
}

/// A file on its way in.
pub struct Upload {
    app: App,
    pub id: MessageId,
    name: String,
    kind: Option<Kind>,
    size: u64,
    received: u64,
    parts: i64,
    /// What is not sealed yet.
    part: Vec<u8>,
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "upload {} of {} bytes", self.id, self.size)
    }
}

fn refused<T>(code: FieldCode, text: &str) -> Result<T, Error> {
    Err(Error::invalid("file", code, text))
}

/// Somebody begins to send a file of so many bytes.
///
/// # Errors
/// `invalid` where it is empty or too large, where there is no room for it any more, or the settings allow none.
pub async fn begin(
    app: &App,
    session: SessionId,
    participant: ParticipantId,
    name: String,
    size: u64,
) -> Result<Upload, Error> {
    if !app.settings.chat_files {
        return refused(FieldCode::NotConfigured, "files cannot be sent on this server");
    }
    if size == 0 {
        return refused(FieldCode::Required, "is empty");
    }
    if size > LARGEST {
        return refused(FieldCode::TooLong, "may have 10 MiB at most");
    }
    let id = MessageId::new(app.seed());
    let file = NewChatFile {
        id,
        session,
        participant,
        sealed_name: app.sealer.seal(Of::FileName(id), &name).map_err(Error::internal)?,
        size: i64::try_from(size).map_err(Error::internal)?,
        at: app.clock.now(),
    };
    let mut tx = app.store.begin().await?;
    if !tx.begin_chat_file(&file, LIMITS).await? {
        return refused(FieldCode::OutOfRange, "there is no room for more files in this session");
    }
    tx.commit().await?;
    let part = Vec::with_capacity(PART.min(usize::try_from(size).unwrap_or(PART)));
    Ok(Upload { app: app.clone(), id, name, kind: None, size, received: 0, parts: 0, part })
}

impl Upload {
    /// The next bytes of it.
    ///
    /// # Errors
    /// `invalid` for more than was told, and for what is neither a picture nor a PDF.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        self.received += bytes.len() as u64;
        if self.received > self.size {
            return refused(FieldCode::Wrong, "has more bytes than were told");
        }
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PART - self.part.len()));
            self.part.extend_from_slice(now);
            bytes = later;
            if self.part.len() == PART {
                self.keep_part().await?;
            }
        }
        Ok(())
    }

    /// The last of it is there.
    ///
    /// # Errors
    /// As [`Upload::write`], and for less than was told.
    pub async fn complete(&mut self) -> Result<SentFile, Error> {
        if self.received < self.size {
            return refused(FieldCode::Wrong, "has fewer bytes than were told");
        }
        if !self.part.is_empty() {
            self.keep_part().await?;
        }
        let Some(kind) = self.kind else { return refused(FieldCode::Required, "is empty") };
        Ok(SentFile { name: clean_name(&self.name, kind), kind: kind.name(), size: self.size })
    }

    /// It was not sent after all. What cannot be deleted now is swept later.
    pub async fn abandon(self) {
        let dropped = async {
            let mut tx = self.app.store.begin().await?;
            tx.drop_chat_file(self.id).await?;
            tx.commit().await
        };
        if let Err(error) = dropped.await {
            tracing::warn!(%error, "could not delete a file that was not sent; it is swept later");
        }
    }

    async fn keep_part(&mut self) -> Result<(), Error> {
        if self.parts == 0 {
            self.kind = Kind::of(&self.part);
            if self.kind.is_none() {
                return refused(
                    FieldCode::WrongType,
                    "is neither a picture (PNG, JPEG, GIF, WebP) nor a PDF",
                );
            }
        }
        let of = Of::FilePart { file: self.id, part: self.parts };
        let sealed = self.app.sealer.seal_bytes(of, &mut self.part).map_err(Error::internal)?;
        let mut tx = self.app.store.begin().await?;
        tx.add_chat_file_part(self.id, self.parts, &sealed).await?;
        tx.commit().await?;
        self.part = sealed;
        self.part.clear();
        self.parts += 1;
        Ok(())
    }
}

/// What is called how, of a file that the caller may have.
///
/// # Errors
/// `not_found` where it cannot be opened.
pub fn name(app: &App, file: &ChatFile) -> Result<String, Error> {
    let given = app.sealer.open(Of::FileName(file.id), &file.sealed_name).map_err(unreadable)?;
    Ok(clean_name(&given, Kind::named(&file.kind)))
}

/// As the others are told of it.
///
/// # Errors
/// As [`name()`].
pub fn sent(app: &App, file: &ChatFile) -> Result<SentFile, Error> {
    let size = u64::try_from(file.size).map_err(Error::internal)?;
    Ok(SentFile { name: name(app, file)?, kind: Kind::named(&file.kind).name(), size })
}

/// The bytes of one part, opened; `None` after the last.
///
/// # Errors
/// It cannot be opened, or is gone.
pub async fn part(app: &App, file: &ChatFile, part: i64) -> Result<Option<Vec<u8>>, Error> {
    let before = part.saturating_mul(i64::try_from(PART).unwrap_or(i64::MAX));
    if before >= file.size {
        return Ok(None);
    }
    let sealed = app.store.chat_file_part(file.id, part).await?.ok_or(Error::NotFound)?;
    app.sealer.open_bytes(Of::FilePart { file: file.id, part }, sealed).map(Some).map_err(unreadable)
}

/// For whoever asks it is gone.
#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn unreadable(error: WrongKey) -> Error {
    tracing::warn!(%error, "could not decrypt a file of a chat; was the notes key changed?");
    Error::NotFound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_what_is_in_it() {
        for (bytes, kind) in [
            (&b"\x89PNG\r\n\x1a\n..."[..], Some(Kind::Png)),
            (b"\xff\xd8\xff\xe0..JFIF", Some(Kind::Jpeg)),
            (b"GIF89a..", Some(Kind::Gif)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some(Kind::WebP)),
            (b"%PDF-1.7", Some(Kind::Pdf)),
            (b"<!doctype html>", None),
            (b"<svg xmlns", None),
            (b" %PDF-1.7", None),
            (b"MZ\x90", None),
            (b"RIFF\x10\0\0\0WAVE", None),
            (b"PK\x03\x04", None),
            (b"", None),
        ] {
            assert_eq!(Kind::of(bytes), kind, "{bytes:?}");
        }
    }

    #[test]
    fn a_name_is_safe_to_write_to_a_disk() {
        for (given, name) in [
            ("Befund März.pdf", "Befund März.pdf"),
            ("SCAN.PDF", "SCAN.PDF"),
            ("../../etc/passwd", "passwd.pdf"),
            (r"C:\Users\me\scan.pdf", "scan.pdf"),
            ("evil\u{202e}fdp.exe", "evilfdp.exe.pdf"),
            ("page.html", "page.html.pdf"),
            ("...", "file.pdf"),
            ("", "file.pdf"),
            ("a\r\nb\"c\u{0}.pdf", "abc.pdf"),
        ] {
            assert_eq!(clean_name(given, Kind::Pdf), name, "{given:?}");
        }
        assert_eq!(clean_name("photo.jpeg", Kind::Jpeg), "photo.jpeg");
        assert!(clean_name(&"ü".repeat(300), Kind::Png).chars().count() <= LONGEST_NAME + 4);
    }
}

//! A message as a mail program shows it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

#[derive(Clone, Debug)]
pub struct Mail {
    /// Of the envelope.
    pub from: String,
    pub to: Vec<String>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The innermost ones, in order.
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug)]
pub struct Part {
    pub content_type: String,
    pub is_attachment: bool,
    pub text: String,
}

impl Mail {
    pub(super) fn read(from: String, to: Vec<String>, text: &str) -> Self {
        let (headers, parts) = entity(text);
        Self { from, to, headers, parts }
    }

    /// # Panics
    /// When there is none, or more than one.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let found: Vec<_> = self.headers.iter().filter(|(known, _)| known == name).collect();
        assert_eq!(found.len(), 1, "{name} in {:?}", self.headers);
        &found[0].1
    }

    #[must_use]
    pub fn subject(&self) -> &str {
        self.header("subject")
    }

    /// Its `Message-ID`.
    #[must_use]
    pub fn id(&self) -> &str {
        self.header("message-id")
    }

    /// The text of the part of this type.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn part(&self, content_type: &str) -> &str {
        let found = self.parts.iter().find(|part| part.content_type.starts_with(content_type));
        &found.unwrap_or_else(|| panic!("{content_type} in {self:?}")).text
    }

    #[must_use]
    pub fn text(&self) -> &str {
        self.part("text/plain")
    }

    /// The calendar entry's lines, unfolded; none where it has no such part.
    #[must_use]
    pub fn calendar(&self) -> Vec<String> {
        let part = self.parts.iter().find(|part| part.content_type.starts_with("text/calendar"));
        let text = part.map(|part| part.text.replace("\r\n ", "")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// The secret of the link in it.
    ///
    /// # Panics
    /// When it has no link.
    #[must_use]
    pub fn secret(&self) -> String {
        let line = self.text().lines().find(|line| line.starts_with("http") && line.contains('#'));
        let link = line.unwrap_or_else(|| panic!("a link in {}", self.text()));
        link.rsplit('#').next().unwrap_or_default().to_owned()
    }

    /// All that anybody could read in it, also by looking at its source.
    #[must_use]
    pub fn everything(&self) -> String {
        let heads = self.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
        let parts = self.parts.iter().map(|part| format!("{}\n", part.text));
        heads.chain(parts).collect()
    }
}

fn entity(text: &str) -> (Vec<(String, String)>, Vec<Part>) {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let headers: Vec<_> = unfolded
        .split("\r\n")
        .map(|line| line.split_once(':').unwrap_or_else(|| panic!("no header: {line:?}")))
        .map(|(name, value)| (name.to_ascii_lowercase(), words(value.trim())))
        .collect();
    let find = |name: &str| headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
    let content_type = find("content-type").to_owned();
    let parts = match boundary(&content_type) {
        Some(boundary) => several(body, &boundary),
        None => vec![Part {
            is_attachment: find("content-disposition").starts_with("attachment"),
            text: decoded(body, find("content-transfer-encoding")),
            content_type,
        }],
    };
    (headers, parts)
}

fn boundary(content_type: &str) -> Option<String> {
    let (_, rest) = content_type.split_once("boundary=")?;
    Some(rest.trim_start_matches('"').split(['"', ';']).next()?.to_owned())
}

fn several(body: &str, boundary: &str) -> Vec<Part> {
    let body = format!("\r\n{body}");
    let mut parts: Vec<_> = body.split(&format!("\r\n--{boundary}")).skip(1).collect();
    let end = parts.pop().expect("an end");
    assert!(end.starts_with("--"), "a multipart without end: {end:?}");
    parts.into_iter().flat_map(|part| entity(part.trim_start_matches("\r\n")).1).collect()
}

fn decoded(body: &str, encoding: &str) -> String {
    match encoding {
        "base64" => {
            let text: String = body.split_whitespace().collect();
            String::from_utf8(STANDARD.decode(text).expect("base64")).expect("UTF-8")
        }
        "quoted-printable" => {
            let bytes = quoted(&body.replace("=\r\n", ""), false);
            String::from_utf8(bytes).expect("UTF-8")
        }
        "7bit" | "8bit" | "" => body.to_owned(),
        other => panic!("unknown encoding {other}"),
    }
}

fn quoted(text: &str, underscores: bool) -> Vec<u8> {
    let (bytes, mut decoded, mut at) = (text.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        match bytes[at] {
            b'=' => {
                let hex = text.get(at + 1..at + 3).expect("two digits");
                decoded.push(u8::from_str_radix(hex, 16).expect("hexadecimal"));
                at += 2;
            }
            b'_' if underscores => decoded.push(b' '),
            byte => decoded.push(byte),
        }
        at += 1;
    }
    decoded
}

/// With its encoded words (RFC 2047) put into letters.
fn words(value: &str) -> String {
    let (mut text, mut after_word) = (String::new(), false);
    for (n, token) in value.split(' ').enumerate() {
        let inner = token.strip_prefix("=?utf-8?").and_then(|rest| rest.strip_suffix("?="));
        let word = inner.and_then(|inner| inner.split_once('?')).map(|(kind, word)| match kind {
            "b" => STANDARD.decode(word).expect("base64"),
            _ => quoted(word, true),
        });
        // White space between two of them is none.
        if n > 0 && !(after_word && word.is_some()) {
            text.push(' ');
        }
        after_word = word.is_some();
        text.push_str(&word.map_or_else(|| token.to_owned(), |word| String::from_utf8(word).expect("UTF-8")));
    }
    text
}

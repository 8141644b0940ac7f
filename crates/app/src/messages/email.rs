//! An e-mail as it goes over the wire.

use jiff::Timestamp;
use lettre::Message;
use lettre::address::{AddressError, Envelope};
use lettre::message::header::{
    ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue,
};
use lettre::message::{Body, Mailbox, MultiPart, SinglePart};
use url::Host;

/// What is said to one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    pub calendar: Option<CalendarPart>,
}

/// A calendar entry that comes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarPart {
    /// `REQUEST` or `CANCEL`, as the text itself says.
    pub method: &'static str,
    pub text: String,
}

/// Who sends.
#[derive(Clone, Debug)]
pub struct Sender {
    pub from: Mailbox,
    pub reply_to: Option<Mailbox>,
}

/// What the server is given.
#[derive(Clone, Debug)]
pub struct Email {
    pub envelope: Envelope,
    pub message: Vec<u8>,
}

/// An address with a name, neither of which can hold anything that ends a line.
///
/// # Errors
/// It is no address.
pub fn addressee(name: &str, address: &str) -> Result<Mailbox, AddressError> {
    let name = one_line(name);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), ascii_domain(address.trim()).parse()?))
}

/// A domain in other letters goes as every server knows it (`xn--…`); what stands before it only the receiver's does.
fn ascii_domain(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or(("", address));
    match Host::parse(domain) {
        Ok(Host::Domain(ascii)) if !domain.is_ascii() => format!("{local}@{ascii}"),
        _ => address.to_owned(),
    }
}

/// Without line breaks and other signs that nobody sees.
#[must_use]
pub fn one_line(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Sender {
    /// The same id gives the same `Message-ID`, so that whoever gets a message twice sees it once.
    #[must_use]
    pub fn message_id(&self, id: impl std::fmt::Display) -> String {
        format!("<{id}@{}>", self.from.email.domain())
    }

    /// # Errors
    /// It cannot be put together.
    pub fn email(
        &self,
        to: Mailbox,
        id: impl std::fmt::Display,
        content: &Content,
        at: Timestamp,
    ) -> Result<Email, lettre::error::Error> {
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(one_line(&content.subject))
            .date(at.into())
            .message_id(Some(self.message_id(id)));
        if let Some(reply_to) = &self.reply_to {
            message = message.reply_to(reply_to.clone());
        }
        // Nobody's holiday answers to it (RFC 3834), nor that of Exchange.
        for (name, value) in [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")] {
            let name = HeaderName::new_from_ascii_str(name);
            message = message.raw_header(HeaderValue::new(name, value.to_owned()));
        }
        let message = match parts(content) {
            Parts::One(part) => message.singlepart(part),
            Parts::Several(parts) => message.multipart(parts),
        }?;
        Ok(Email { envelope: message.envelope().clone(), message: message.formatted() })
    }
}

enum Parts {
    One(SinglePart),
    Several(MultiPart),
}

fn parts(content: &Content) -> Parts {
    let text = SinglePart::plain(content.text.clone());
    let Some(html) = &content.html else { return Parts::One(text) };
    let texts = MultiPart::alternative().singlepart(text).singlepart(SinglePart::html(html.clone()));
    let Some(calendar) = &content.calendar else { return Parts::Several(texts) };
    // Programs that know invitations take the alternative, the others show the file.
    let inline = SinglePart::builder().header(calendar_type(calendar)).body(calendar_body(calendar));
    let file = SinglePart::builder()
        .header(calendar_type(calendar))
        .header(ContentDisposition::attachment("appointment.ics"))
        .body(calendar_body(calendar));
    Parts::Several(MultiPart::mixed().multipart(texts.singlepart(inline)).singlepart(file))
}

#[expect(clippy::expect_used, reason = "the method is one of two words")]
fn calendar_type(calendar: &CalendarPart) -> ContentType {
    let method = calendar.method;
    ContentType::parse(&format!("text/calendar; charset=utf-8; method={method}")).expect("a content type")
}

/// In base64: its line ends and its long lines are its own.
fn calendar_body(calendar: &CalendarPart) -> Body {
    Body::new_with_encoding(calendar.text.clone(), ContentTransferEncoding::Base64).unwrap_or_else(Body::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender() -> Sender {
        Sender { from: "Praxis Süd <visit@praxis.test>".parse().unwrap(), reply_to: None }
    }

    fn written(name: &str, subject: &str, content: &Content) -> String {
        let to = addressee(name, "carla@clients.test").unwrap();
        let content = Content { subject: subject.to_owned(), ..content.clone() };
        let email = sender().email(to, 7, &content, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(email.envelope.to().len(), 1);
        String::from_utf8(email.message).unwrap()
    }

    #[test]
    fn nothing_that_somebody_is_called_makes_a_header_or_another_receiver() {
        let text = Content { text: "x".to_owned(), ..Content::default() };
        for hostile in [
            "Carla\r\nBcc: <all@clients.test>",
            "Carla\nBcc: all@clients.test\n\nbody",
            "Carla\u{85}Bcc: all@clients.test\u{2028}x",
            "Carla\0\u{b}\u{c}\rBcc: all@clients.test",
            "\"Carla\" <x@y.test>, <z@y.test>",
            &"Bcc: all@clients.test ".repeat(50),
        ] {
            let message = written(hostile, hostile, &text);
            let (head, body) = message.split_once("\r\n\r\n").unwrap();
            assert_eq!(body.trim_end(), "x", "{message}");
            let names: Vec<_> = head
                .split("\r\n")
                .filter(|line| !line.starts_with([' ', '\t']))
                .map(|line| line.split(':').next().unwrap())
                .collect();
            let expected = [
                "From",
                "To",
                "Subject",
                "Date",
                "Message-ID",
                "Auto-Submitted",
                "X-Auto-Response-Suppress",
                "MIME-Version",
                "Content-Type",
                "Content-Transfer-Encoding",
            ];
            assert!(names.iter().all(|name| expected.contains(name)), "{names:?} of {hostile:?}");
            assert!(head.is_ascii() && head.split("\r\n").all(|line| line.len() <= 998), "{head}");
        }
    }

    #[test]
    fn a_message_is_known_again_by_its_id() {
        let message = written("Ahmed أحمد", "Termin", &Content::default());
        assert!(message.contains("Message-ID: <7@praxis.test>\r\n"), "{message}");
        assert!(message.contains("Auto-Submitted: auto-generated\r\n"), "{message}");
    }

    #[test]
    fn a_domain_in_other_letters_goes_as_every_server_knows_it() {
        let of = |address: &str| addressee("", address).map(|to| to.email.to_string());
        assert_eq!(of("carla@müller.test").unwrap(), "carla@xn--mller-kva.test");
        assert_eq!(of(" carla@clients.test ").unwrap(), "carla@clients.test");
        assert_eq!(of("kárla@clients.test").unwrap(), "kárla@clients.test");
        for wrong in [
            "",
            "carla",
            "carla@",
            "@clients.test",
            "a b@clients.test",
            "a@b@c.test",
            "carla@clients.test\r\nx",
        ] {
            assert!(of(wrong).is_err(), "{wrong:?}");
        }
    }
}

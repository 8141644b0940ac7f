//! What makes the pages an operator's own: a colour, a logo.

use std::path::Path;
use std::str::FromStr;

use openvisit_store::{Wish, refusal};
use serde::{Deserialize, Serialize};

/// What WCAG asks of text.
const READABLE: f64 = 4.5;
/// A logo is on every page.
const LARGEST_LOGO: usize = 256 * 1024;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour([u8; 3]);

impl FromStr for Colour {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "must be # and six hexadecimal digits";
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(wrong)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong);
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| wrong)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl TryFrom<String> for Colour {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Colour> for String {
    fn from(Colour([red, green, blue]): Colour) -> Self {
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Colour {
    /// The contrast of white text on it, from 1 to 21, as WCAG 2 defines it.
    #[must_use]
    pub fn contrast_with_white(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        1.05 / (luminance + 0.05)
    }

    /// # Errors
    /// White text on it is hard to read.
    pub(super) fn check(self) -> Result<(), String> {
        let contrast = self.contrast_with_white();
        if contrast >= READABLE {
            return Ok(());
        }
        // Rounded down: 4.49 must not look like enough.
        let shown = (contrast * 100.0).floor() / 100.0;
        Err(format!(
            "white text on it has a contrast of {shown:.2} to 1, and needs {READABLE} to 1: take a darker one"
        ))
    }
}

/// A picture for the pages, as it is sent.
#[derive(Clone, Debug)]
pub struct Logo {
    pub bytes: Vec<u8>,
    pub kind: &'static str,
}

impl Logo {
    /// # Errors
    /// There is no such file, it is too large, or it is no SVG and no PNG.
    pub fn read(path: &Path) -> Result<Self, String> {
        let bytes = std::fs::read(path).map_err(|error| {
            format!("cannot read {}: {}", path.display(), refusal(path, Wish::Read, &error))
        })?;
        if bytes.len() > LARGEST_LOGO {
            return Err(format!("{} has more than {LARGEST_LOGO} bytes", path.display()));
        }
        let is_svg = || std::str::from_utf8(&bytes).is_ok_and(|text| text.contains("<svg"));
        let kind = match path.extension().and_then(|extension| extension.to_str()) {
            Some("png") if bytes.starts_with(PNG) => "image/png",
            Some("svg") if is_svg() => "image/svg+xml",
            _ => return Err(format!("{} is no file .svg or .png with such a picture", path.display())),
        };
        Ok(Self { bytes, kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contrast(text: &str) -> f64 {
        text.parse::<Colour>().unwrap().contrast_with_white()
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((contrast("#000000") - 21.0).abs() < 0.001);
        assert!((contrast("#ffffff") - 1.0).abs() < 0.001);
        // The lightest grey that passes, and the next one.
        assert!(contrast("#767676") >= READABLE && contrast("#777777") < READABLE);
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        for wrong in ["", "#", "123456", "#12345", "#1234567", "#12345g", "#+1+2+3", "#ä234", "red"] {
            assert!(wrong.parse::<Colour>().is_err(), "{wrong}");
        }
        assert_eq!(String::from("#1A5fb4".parse::<Colour>().unwrap()), "#1a5fb4");
    }
}

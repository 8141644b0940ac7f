//! Addresses that documents use, ours too, and that lead nowhere: whoever copied them has not put their own in their place yet.

use std::net::IpAddr;

use super::issuer::{Issuer, KeySource};
use super::keys::KEYS;
use super::{Settings, shown};

/// One sentence for each setting that still has one.
pub(super) fn left(settings: &Settings) -> Vec<String> {
    let of_keys = KEYS.iter().filter_map(|key| Some((key.name, shown(settings, key.name)?)));
    let of_issuers = settings.issuers.iter().filter_map(|issuer| Some(("issuers", address_of(issuer)?)));
    let ice = settings.media.ice_servers.iter().flat_map(|server| &server.urls);
    let of_ice = ice.map(|url| ("media.ice_servers", url.clone()));
    let found = of_keys.chain(of_issuers).chain(of_ice).filter_map(|(name, value)| {
        let example = example_in(&value)?;
        Some(format!(
            "{name} has {example}, an address of documents that leads nowhere. Put your own in its place"
        ))
    });
    found.collect()
}

fn address_of(issuer: &Issuer) -> Option<String> {
    match issuer.key_source() {
        Some(KeySource::Jwks(url)) => Some(url.to_string()),
        _ => None,
    }
}

/// The first of them in a setting's value, whatever stands around it.
fn example_in(value: &str) -> Option<&str> {
    let is_of_address = |c: char| c.is_ascii_alphanumeric() || ".-:".contains(c);
    value.split(|c| !is_of_address(c)).find_map(|part| {
        let whole = Some(part).filter(|part| is_example(part));
        // A scheme before it, and a port behind.
        whole.or_else(|| part.split(':').find(|part| is_example(part)))
    })
}

fn is_example(text: &str) -> bool {
    match text.parse() {
        Ok(IpAddr::V4(ip)) => matches!(ip.octets()[..3], [192, 0, 2] | [198, 51, 100] | [203, 0, 113]),
        Ok(IpAddr::V6(ip)) => ip.segments()[..2] == [0x2001, 0xdb8],
        Err(_) => is_example_name(&text.to_ascii_lowercase()),
    }
}

/// RFC 2606.
fn is_example_name(name: &str) -> bool {
    let mut labels = name.rsplit('.');
    let ends = (labels.next(), labels.next());
    matches!(ends, (Some("com" | "net" | "org"), Some("example")) | (Some("example"), Some(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_documents_is_found_wherever_it_stands() {
        for (value, found) in [
            ("https://visit.example.org", "visit.example.org"),
            ("https://Visit.Clinic.example:8443/path", "Visit.Clinic.example"),
            ("[\"8.8.8.8\",\"203.0.113.7\"]", "203.0.113.7"),
            ("192.0.2.1:3478", "192.0.2.1"),
            ("198.51.100.0/24", "198.51.100.0"),
            ("[2001:db8::7]:443", "2001:db8::7"),
            ("turn:turn.example.com:3478?transport=udp", "turn.example.com"),
            ("postgres://openvisit:password@db.example.net/openvisit", "db.example.net"),
        ] {
            assert_eq!(example_in(value), Some(found), "{value}");
        }
        for value in [
            "https://example-clinic.org",
            "203.0.114.7",
            "2001:db9::1",
            "example",
            "/srv/example.d",
            "10.0.0.1",
        ] {
            assert_eq!(example_in(value), None, "{value}");
        }
    }
}

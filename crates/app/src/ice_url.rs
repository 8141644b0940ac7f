//! `stun:`, `stuns:`, `turn:` and `turns:` URLs (RFC 7064, RFC 7065).

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlKind {
    Stun,
    Turn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Udp,
    Tcp,
    Tls,
}

#[derive(Debug, PartialEq, Eq)]
pub struct IceUrl {
    pub kind: UrlKind,
    pub transport: Transport,
    pub host: String,
    pub port: u16,
}

const PORT: u16 = 3478;
const TLS_PORT: u16 = 5349;

impl IceUrl {
    /// `None` for what no browser takes either. DTLS (`turns:…?transport=udp`) is of those.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once(':')?;
        let (address, transport) = match rest.split_once("?transport=") {
            Some((address, transport)) => (address, Some(transport)),
            None => (rest, None),
        };
        let kind = if scheme.starts_with("stun") { UrlKind::Stun } else { UrlKind::Turn };
        let (transport, default) = match (scheme, transport) {
            ("stun", None) | ("turn", None | Some("udp")) => (Transport::Udp, PORT),
            ("turn", Some("tcp")) => (Transport::Tcp, PORT),
            ("stuns", None) | ("turns", None | Some("tcp")) => (Transport::Tls, TLS_PORT),
            _ => return None,
        };
        let (host, port) = host_and_port(address)?;
        Some(Self { kind, transport, host, port: port.unwrap_or(default) })
    }
}

fn host_and_port(address: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match address.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']')?;
            (host, if after.is_empty() { None } else { Some(after.strip_prefix(':')?) })
        }
        None => address.split_once(':').map_or((address, None), |(host, port)| (host, Some(port))),
    };
    let port = port.map(str::parse).transpose().ok()?;
    (!host.is_empty()).then(|| (host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_the_way() {
        let target = |url: &str| IceUrl::parse(url).map(|it| (it.kind, it.transport, it.host, it.port));
        let at = |kind, transport, host: &str, port| Some((kind, transport, host.to_owned(), port));
        assert_eq!(target("stun:a.example"), at(UrlKind::Stun, Transport::Udp, "a.example", 3478));
        assert_eq!(
            target("turn:a.example:80?transport=tcp"),
            at(UrlKind::Turn, Transport::Tcp, "a.example", 80)
        );
        assert_eq!(target("turns:a.example"), at(UrlKind::Turn, Transport::Tls, "a.example", 5349));
        assert_eq!(target("turn:[::1]:7"), at(UrlKind::Turn, Transport::Udp, "::1", 7));
        for wrong in ["a.example:3478", "turn:", "turn:a:b", "http://a", "turns:a?transport=udp", "turn:[::1"]
        {
            assert_eq!(target(wrong), None, "{wrong}");
        }
    }
}

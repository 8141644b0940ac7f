//! Where webhooks may go: to the public internet, and to networks that the operator named. Whoever may make
//! webhooks could otherwise make this server call what only it can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// IPv4 that is not the public internet, by IANA's registry of special addresses.
const SPECIAL_V4: [Ipv4Net; 16] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 31, 196, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
];

/// What IPv6 has given out for the public internet …
const PUBLIC_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);
/// … and what of it is something else: protocols and tunnels, documentation, 6to4.
const SPECIAL_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];
/// IPv4 behind a translator: the last 32 bits are the address that is reached.
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

/// How long a name may take when a webhook is made.
const RESOLVING: Duration = Duration::from_secs(5);

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([a, b, c, d, e, f, g, h]: [u16; 8], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), length)
}

/// The rule, with what the operator allows besides.
#[derive(Clone, Debug)]
pub struct Addresses {
    allowed: Arc<[IpNet]>,
}

/// The address is not on the public internet, nor in `webhook_allowed_networks`.
#[derive(Debug, thiserror::Error)]
#[error("the address is not allowed")]
pub struct Refused;

impl Addresses {
    #[must_use]
    pub fn new(allowed: Vec<IpNet>) -> Self {
        Self { allowed: allowed.into() }
    }

    #[must_use]
    pub fn permits(&self, address: IpAddr) -> bool {
        let address = reached(address);
        self.allowed.iter().any(|network| network.contains(&address)) || is_public(address)
    }

    /// Refuses a URL whose host is such an address. A name is looked at when it is resolved.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn check_literal(&self, url: &Url) -> Result<(), Refused> {
        let permitted = match url.host() {
            Some(Host::Ipv4(address)) => self.permits(address.into()),
            Some(Host::Ipv6(address)) => self.permits(address.into()),
            Some(Host::Domain(_)) => true,
            None => false,
        };
        if permitted { Ok(()) } else { Err(Refused) }
    }

    /// Refuses a URL whose host is such an address or leads to one. A name that leads nowhere now may do so
    /// later: it is looked at again whenever something is sent there.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn check(&self, url: &Url) -> Result<(), Refused> {
        self.check_literal(url)?;
        let Some(Host::Domain(name)) = url.host() else { return Ok(()) };
        match tokio::time::timeout(RESOLVING, tokio::net::lookup_host((name, 0))).await {
            Ok(Ok(found)) => self.all_permitted(found).map(drop),
            _ => Ok(()),
        }
    }

    /// One that is not permitted among several is a trap or a mistake.
    fn all_permitted(&self, found: impl Iterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, Refused> {
        let found: Vec<_> = found.collect();
        if found.iter().all(|socket| self.permits(socket.ip())) { Ok(found) } else { Err(Refused) }
    }
}

/// Resolves names for the client that sends: the address that was looked at is the one that is connected to.
impl Resolve for Addresses {
    fn resolve(&self, name: Name) -> Resolving {
        let addresses = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let permitted = addresses.all_permitted(found)?;
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

/// The address that packets come to in the end.
fn reached(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) if NAT64.contains(&v6) => {
            let [.., a, b, c, d] = v6.octets();
            IpAddr::from([a, b, c, d])
        }
        canonical => canonical,
    }
}

#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !SPECIAL_V4.iter().any(|network| network.contains(&v4)),
        IpAddr::V6(v6) => PUBLIC_V6.contains(&v6) && !SPECIAL_V6.iter().any(|network| network.contains(&v6)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permitted(allowed: &[&str], address: &str) -> bool {
        let allowed = allowed.iter().map(|network| network.parse().unwrap()).collect();
        Addresses::new(allowed).permits(address.parse().unwrap())
    }

    #[test]
    fn only_the_public_internet_is_permitted() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.8.8.8",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.5",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
            "3fff::1",
        ] {
            assert!(!permitted(&[], address), "{address}");
        }
        for address in ["1.1.1.1", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "64:ff9b::101:101"] {
            assert!(permitted(&[], address), "{address}");
        }
    }

    #[test]
    fn the_operator_may_permit_networks() {
        let networks = ["10.0.0.0/8", "fd00::/8"];
        for address in ["10.9.9.9", "::ffff:10.9.9.9", "fd00::5", "8.8.8.8"] {
            assert!(permitted(&networks, address), "{address}");
        }
        assert!(!permitted(&networks, "127.0.0.1"));
        assert!(!permitted(&networks, "192.168.0.1"));
    }

    #[tokio::test]
    async fn a_url_is_judged_by_where_it_leads() {
        let addresses = Addresses::new(vec![]);
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://localhost/",
            "http://0/",
        ] {
            assert!(addresses.check(&url.parse().unwrap()).await.is_err(), "{url}");
        }
        for url in ["https://1.1.1.1/", "https://no-such-name.invalid/"] {
            assert!(addresses.check(&url.parse().unwrap()).await.is_ok(), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_to_a_refused_address_resolves_to_nothing() {
        let name = || "localhost".parse().unwrap();
        assert!(Addresses::new(vec![]).resolve(name()).await.is_err());
        let loopback = ["127.0.0.0/8", "::1/128"].map(|network| network.parse().unwrap());
        assert!(Addresses::new(loopback.to_vec()).resolve(name()).await.is_ok());
    }
}

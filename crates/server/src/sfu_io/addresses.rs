//! Under which addresses clients find us.

use std::io;
use std::net::{IpAddr, Ipv6Addr};

/// A host with many bridges has many addresses; each is a candidate that every client must try.
const MAX_CANDIDATES: usize = 16;

/// The addresses we listen at and those we tell clients.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    /// Told to clients.
    pub candidates: Vec<IpAddr>,
    /// The candidates are other machines' (a NAT's), which pass everything on to us.
    translated: bool,
}

impl Addresses {
    /// # Errors
    /// The interfaces cannot be listed.
    pub fn find(bind: IpAddr, public: &[IpAddr]) -> io::Result<Self> {
        if !public.is_empty() {
            return Ok(Self { candidates: public.to_vec(), translated: true });
        }
        let candidates = if bind.is_unspecified() { own(bind)? } else { vec![bind] };
        Ok(Self { candidates, translated: false })
    }

    /// The candidate that a datagram to `destination` was meant for. Behind a NAT the datagram names
    /// our private address, the client and str0m know the public one.
    pub fn candidate(&self, destination: IpAddr) -> IpAddr {
        let of_family = |address: &&IpAddr| address.is_ipv4() == destination.is_ipv4();
        if !self.translated || self.candidates.contains(&destination) {
            return destination;
        }
        self.candidates.iter().find(of_family).copied().unwrap_or(destination)
    }

    /// The address to send from so that the client sees `candidate`; `None` leaves it to the system.
    pub fn send_from(&self, candidate: IpAddr) -> Option<IpAddr> {
        (!self.translated).then_some(candidate)
    }
}

fn own(bind: IpAddr) -> io::Result<Vec<IpAddr>> {
    let mut addresses: Vec<_> = if_addrs::get_if_addrs()?
        .into_iter()
        .map(|interface| interface.ip())
        .filter(|address| (bind.is_ipv6() || address.is_ipv4()) && !is_link_local(address))
        .collect();
    // Loopback last: it is for trying things out on one machine.
    addresses.sort_by_key(|address| (address.is_loopback(), address.is_ipv6()));
    addresses.dedup();
    addresses.truncate(MAX_CANDIDATES);
    Ok(addresses)
}

/// Link-local IPv6 addresses mean nothing without an interface, which candidates cannot name.
fn is_link_local(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => Ipv6Addr::is_unicast_link_local(v6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_a_nat_datagrams_are_for_the_public_address_of_their_family() {
        let public: Vec<IpAddr> = vec!["203.0.113.9".parse().unwrap(), "2001:db8::9".parse().unwrap()];
        let addresses = Addresses::find(IpAddr::from([0; 4]), &public).unwrap();
        assert_eq!(addresses.candidate("10.0.0.5".parse().unwrap()), public[0]);
        assert_eq!(addresses.candidate("fd00::5".parse().unwrap()), public[1]);
        assert_eq!(addresses.send_from(public[0]), None);
    }

    #[test]
    fn the_machine_has_its_own_addresses() {
        let addresses = Addresses::find(IpAddr::from([0; 4]), &[]).unwrap();
        assert!(addresses.candidates.iter().all(IpAddr::is_ipv4));
        assert!(addresses.candidates.contains(&IpAddr::from([127, 0, 0, 1])));
    }
}

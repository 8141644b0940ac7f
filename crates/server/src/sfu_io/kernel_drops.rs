//! Datagrams that the kernel threw away because a socket was full, as it tells itself.

use std::fs::read_to_string;

use rustix::fs::fstat;

use super::udp::UdpPort;

/// The number by which the kernel's tables name a socket.
pub(super) fn inode(port: &UdpPort) -> Option<u64> {
    fstat(&port.socket).ok().map(|status| status.st_ino)
}

/// What was thrown away at these sockets since they were opened; none where the system has no such tables.
pub(super) fn count(sockets: &[u64]) -> u64 {
    let tables =
        ["/proc/self/net/udp", "/proc/self/net/udp6"].map(|path| read_to_string(path).unwrap_or_default());
    tables.iter().flat_map(|table| table.lines()).filter_map(|line| drops(line, sockets)).sum()
}

/// The tables' columns are fixed: the socket's number is the tenth, the last is what was dropped.
fn drops(line: &str, sockets: &[u64]) -> Option<u64> {
    let mut columns = line.split_ascii_whitespace();
    let inode = columns.nth(9)?.parse().ok()?;
    sockets.contains(&inode).then(|| columns.last()?.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
 2147: 0100007F:5666 00000000:0000 07 00000000:00680500 00:00000000 00000000     0        0 71502 2 0000000000000000 1234
 2148: 0100007F:5667 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 71503 2 0000000000000000 7";

    #[test]
    fn only_our_own_sockets_count() {
        let counted = |sockets: &[u64]| TABLE.lines().filter_map(|line| drops(line, sockets)).sum::<u64>();
        assert_eq!((counted(&[71_502]), counted(&[71_502, 71_503]), counted(&[1])), (1_234, 1_241, 0));
    }
}

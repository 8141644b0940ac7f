//! What the server's process costs, as Linux tells it in /proc. Elsewhere nothing is known.

use std::fs;
use std::path::Path;
use std::time::Duration;

/// `/proc` counts processor time in these; it is 100 a second on every Linux that user programs see.
const TICKS_PER_SECOND: u64 = 100;

/// A process on this machine.
#[derive(Clone, Copy, Debug)]
pub struct Process {
    pub pid: u32,
}

impl Process {
    /// The process that listens on a TCP port of this machine.
    #[must_use]
    pub fn listening_on(port: u16) -> Option<Self> {
        let sockets =
            ["/proc/net/tcp", "/proc/net/tcp6"].into_iter().filter_map(|file| fs::read_to_string(file).ok());
        let inodes: Vec<_> = sockets.flat_map(|table| listeners(&table, port)).collect();
        let pids = fs::read_dir("/proc").ok()?.flatten();
        let mut pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        pids.find(|pid| holds_one_of(*pid, &inodes)).map(|pid| Self { pid })
    }

    /// Processor time used so far, user and system.
    #[must_use]
    pub fn cpu(self) -> Option<Duration> {
        cpu_of_stat(&fs::read_to_string(format!("/proc/{}/stat", self.pid)).ok()?)
    }

    /// Resident memory in bytes.
    #[must_use]
    pub fn rss(self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
    }
}

/// The inodes of listening sockets on `port` in a table of /proc/net.
fn listeners(table: &str, port: u16) -> Vec<String> {
    const LISTEN: &str = "0A";
    let mut inodes = Vec::new();
    for line in table.lines().skip(1) {
        let fields: Vec<_> = line.split_whitespace().collect();
        let (Some(local), Some(&state), Some(&inode)) = (fields.get(1), fields.get(3), fields.get(9)) else {
            continue;
        };
        let listens =
            local.rsplit(':').next().and_then(|hex| u16::from_str_radix(hex, 16).ok()) == Some(port);
        if state == LISTEN && listens {
            inodes.push(format!("socket:[{inode}]"));
        }
    }
    inodes
}

fn holds_one_of(pid: u32, inodes: &[String]) -> bool {
    let Ok(open) = fs::read_dir(Path::new("/proc").join(pid.to_string()).join("fd")) else { return false };
    let mut targets = open.flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
    targets.any(|target| target.to_str().is_some_and(|target| inodes.iter().any(|inode| inode == target)))
}

/// User and system time of a line of /proc/<pid>/stat. The process's name, in brackets, may hold anything.
fn cpu_of_stat(stat: &str) -> Option<Duration> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let ticks = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_behind_any_name() {
        let stat = "42 (a) b) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 9 0 12345 1000 200";
        assert_eq!(cpu_of_stat(stat), Some(Duration::from_secs(3)));
        assert_eq!(cpu_of_stat("42 (short) S 1"), None);
    }

    #[test]
    fn listeners_are_told_by_port_and_state() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
            0: 0100007F:1F96 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1\n\
            1: 0100007F:1F96 0100007F:8888 01 00000000:00000000 00:00000000 00000000     0        0 222 1\n\
            2: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1\n";
        assert_eq!(listeners(table, 8086), ["socket:[111]"]);
    }

    #[test]
    fn this_process_has_memory_and_its_own_port() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let found = Process::listening_on(listener.local_addr().unwrap().port()).unwrap();
        assert_eq!(found.pid, std::process::id());
        assert!(found.rss().unwrap() > 0 && found.cpu().is_some());
    }
}

//! What a browser keeps of who signed in there with a password: a random number for each account, signed. It lets nobody
//! in; tries from there have a budget of their own.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::seal::Sealer;

/// So many accounts of one browser are remembered, the latest.
const MOST: usize = 5;

/// The device that a browser says it is for this account (its address in lower case), if we said so.
#[must_use]
pub fn known<'a>(sealer: &Sealer, account: &str, devices: &'a str) -> Option<&'a str> {
    devices.split('~').take(MOST).find_map(|token| {
        let (device, signature) = token.split_once('.')?;
        (signature == sign(sealer, account, device)).then_some(device)
    })
}

/// What the browser keeps from now on: `devices`, and this account.
#[must_use]
pub fn remember(sealer: &Sealer, account: &str, devices: Option<&str>) -> String {
    let account = account.trim().to_lowercase();
    let devices = devices.unwrap_or_default();
    if known(sealer, &account, devices).is_some() {
        return devices.to_owned();
    }
    let device = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>());
    let token = format!("{device}.{}", sign(sealer, &account, &device));
    let others = devices.split('~').filter(|token| !token.is_empty()).take(MOST - 1);
    std::iter::once(token.as_str()).chain(others).collect::<Vec<_>>().join("~")
}

fn sign(sealer: &Sealer, account: &str, device: &str) -> String {
    sealer.fingerprint(&[b"device", account.as_bytes(), device.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::DataKey;

    #[test]
    fn a_device_is_known_for_who_signed_in_there_and_cannot_be_made_up() {
        let sealer =
            |byte| Sealer::new(&[DataKey { id: 1, bytes: [byte; 32], opens_unnamed: false }]).unwrap();
        let ours = sealer(1);
        let mut kept = remember(&ours, " A@example.org", None);
        assert!(known(&ours, "a@example.org", &kept).is_some());
        assert_eq!(remember(&ours, "a@example.org", Some(&kept)), kept);
        assert_eq!(known(&ours, "b@example.org", &kept), None);
        assert_eq!(known(&sealer(2), "a@example.org", &kept), None);
        for account in 0..MOST {
            kept = remember(&ours, &account.to_string(), Some(&kept));
        }
        assert!((0..MOST).all(|account| known(&ours, &account.to_string(), &kept).is_some()));
        assert_eq!(known(&ours, "a@example.org", &kept), None, "the oldest is forgotten");
        for nonsense in ["", "~~~", "x.y", "é.", &"a.b~".repeat(10_000)] {
            assert_eq!(known(&ours, "a@example.org", nonsense), None);
        }
    }
}

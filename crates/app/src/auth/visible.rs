//! Whose sessions a caller's lists hold.

use openvisit_core::access::Caller;
use openvisit_core::person::Role;
use openvisit_store::Visible;

#[must_use]
pub fn visible(caller: &Caller) -> Visible {
    if let Some(only) = caller.only_session {
        return Visible::Only(only);
    }
    if caller.is(Role::Admin) {
        return Visible::All;
    }
    match caller.organization_id.filter(|_| caller.is(Role::Assistant)) {
        Some(organization) => Visible::Organization(organization),
        None => Visible::Party(caller.person_id),
    }
}

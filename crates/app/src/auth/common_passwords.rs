//! Passwords that are tried first: those of the commonest in the world that are long enough to be taken at all. The list is
//! that of `SecLists` (MIT), in lower case, sorted.

use std::sync::LazyLock;

static COMMON: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Whether everybody's first guesses hold it, however it is capitalised.
#[must_use]
pub fn is_common(password: &str) -> bool {
    COMMON.binary_search(&password.to_lowercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::password::MIN_LENGTH;

    #[test]
    fn the_list_is_sorted_and_holds_what_could_be_taken() {
        assert!(COMMON.is_sorted() && COMMON.len() > 10_000, "{}", COMMON.len());
        let odd = COMMON.iter().find(|it| it.chars().count() < MIN_LENGTH || it.to_lowercase() != **it);
        assert_eq!(odd, None);
    }

    #[test]
    fn what_is_common_is_found_however_it_is_written() {
        for common in ["passwordpassword", "1234567890123", "Password1234", "QWERTYUIOPASDFGHJKL"] {
            assert!(is_common(common), "{common}");
        }
        assert!(!is_common("correct horse battery"));
    }
}

//! Every real difference between SQLite and PostgreSQL, but for the schema.

use sqlx::postgres::PgDatabaseError;

use crate::StoreError;

/// A session's ledger as one JSON text, an array per row, in the order of `attendance::LedgerRow`.
macro_rules! ledger {
    (sqlite) => {
        "(select json_group_array(json_array(participant_id, source, connection_id, \
         connected_at, disconnected_at, last_seen_at)) \
         from attendance where attendance.session_id = session.id)"
    };
    (postgres) => {
        "(select coalesce(json_agg(json_build_array(participant_id, source, connection_id, \
         connected_at, disconnected_at, last_seen_at)), '[]')::text \
         from attendance where attendance.session_id = session.id)"
    };
}

/// The elements of a JSON array as rows with the column `value`; `$parameter` is a literal such as `"$1"`.
macro_rules! json_rows {
    (sqlite, $parameter:literal) => {
        concat!("json_each(", $parameter, ")")
    };
    (postgres, $parameter:literal) => {
        concat!("json_array_elements(", $parameter, "::json)")
    };
}

/// Makes a select pass over rows that another transaction is changing; SQLite has one writer.
macro_rules! skip_locked {
    (sqlite) => {
        ""
    };
    (postgres) => {
        " for update skip locked"
    };
}

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

/// Expands `$sql!(sqlite, …)` or `$sql!(postgres, …)`, whichever a store or a unit of work runs on.
macro_rules! sql_for {
    ($on:expr, $sql:ident!($($argument:literal),*)) => {
        match $on.database() {
            $crate::dialect::Database::Sqlite => $sql!(sqlite $(, $argument)*),
            $crate::dialect::Database::Postgres => $sql!(postgres $(, $argument)*),
        }
    };
}

/// What a unique index guards, as errors name it.
const UNIQUE: [(&str, &str, &str); 6] = [
    ("person_identity", "person.issuer, person.subject", "identity"),
    ("person_local_email", "person.email_key", "email"),
    ("session_external", "session.external_issuer, session.external_id", "external_id"),
    ("session_room_name", "session.room_name", "room_name"),
    ("invitation_token", "invitation.token_hash", "token"),
    ("api_key_hash", "api_key.hash", "key"),
];

/// `code` is SQLite's extended result code.
pub(crate) fn sqlite_error(code: &str, message: &str) -> StoreError {
    const UNIQUE_VIOLATION: i32 = 2067;
    const PRIMARY_KEY_VIOLATION: i32 = 1555;
    const TRIGGER: i32 = 1811;
    let code = code.parse().unwrap_or(0);
    match code {
        TRIGGER => return StoreError::Conflict,
        UNIQUE_VIOLATION | PRIMARY_KEY_VIOLATION => {
            return not_unique(|(_, columns, _)| message.ends_with(columns));
        }
        _ => {}
    }
    // SQLite's messages name tables, columns and files, never values.
    match code & 0xff {
        5 | 6 => StoreError::Unavailable("locked".to_owned()),
        7 | 8 | 10 | 13 | 14 => {
            StoreError::Unavailable(format!("{} ({code})", advice(code).unwrap_or(message)))
        }
        11 | 26 => StoreError::Corrupt(message.to_owned()),
        _ => StoreError::Internal(format!("{message} ({code})")),
    }
}

/// What an operator can do, in place of SQLite's own words. A file that cannot grow is one on a full disk.
fn advice(code: i32) -> Option<&'static str> {
    const CANNOT_GROW: [i32; 2] = [4874, 5386];
    match code & 0xff {
        8 => Some(
            "this account may not write it, or the folder that it is in: openvisit config check, run as root, says whose \
             they are and what helps",
        ),
        14 => Some(
            "its file cannot be opened, or not be made: see whether the folder is there, and whose it is (openvisit config \
             check, run as root)",
        ),
        10 if !CANNOT_GROW.contains(&code) => {
            Some("its disk fails: see the system's log (dmesg), and have a backup at hand")
        }
        10 | 13 => Some("its disk is full: make room"),
        _ => None,
    }
}

/// `code` is the SQLSTATE. PostgreSQL's messages may quote values; only those about names are passed on.
pub(crate) fn postgres_error(code: &str, error: &PgDatabaseError) -> StoreError {
    let constraint = error.constraint().unwrap_or_default();
    match code {
        "23505" => not_unique(|(index, _, _)| *index == constraint),
        // Exclusion: the advisory locks keep our own writers from ever seeing it. Then: serialization
        // failure, deadlock.
        "23P01" | "40001" | "40P01" => StoreError::Conflict,
        "22021" => StoreError::Unstorable,
        "25006" => StoreError::Unavailable("read-only".to_owned()),
        "55P03" => StoreError::Unavailable("locked".to_owned()),
        "XX001" | "XX002" => StoreError::Corrupt(code.to_owned()),
        _ => match code.get(..2) {
            // Connection lost, out of resources, shut down, system failure; wrong password, no such database.
            Some("08" | "53" | "57" | "58" | "28" | "3D") => StoreError::Unavailable(in_words(code)),
            Some("54") => StoreError::Unstorable,
            Some("42") => StoreError::Internal(format!("{} ({code})", error.message())),
            _ => StoreError::Internal(format!("{code} {constraint}")),
        },
    }
}

/// What an operator can mend; the code is what one looks up.
fn in_words(code: &str) -> String {
    let why = match code {
        "28000" | "28P01" => "it refuses this user or password",
        "3D000" => "there is no database of this name",
        "53100" => "its disk is full",
        "53300" => "it has too many connections",
        _ => return code.to_owned(),
    };
    format!("{why} ({code})")
}

fn not_unique(found: impl Fn(&(&str, &str, &'static str)) -> bool) -> StoreError {
    let what = UNIQUE.iter().find(|index| found(index)).map_or("id", |(_, _, what)| *what);
    StoreError::NotUnique { what }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_operator_can_mend_is_said_in_words_with_its_code() {
        for (code, words) in [
            ("8", "whose they are"),
            ("1544", "whose they are"),
            ("14", "whether the folder is there"),
            ("13", "its disk is full"),
            ("4874", "its disk is full"),
            ("778", "its disk fails"),
            ("7", "as SQLite says it"),
        ] {
            let told = sqlite_error(code, "as SQLite says it").to_string();
            assert!(told.contains(words) && told.ends_with(&format!("({code})")), "{code}: {told}");
        }
        let damaged = sqlite_error("11", "database disk image is malformed").to_string();
        assert!(damaged.contains("Restore a backup"), "{damaged}");
    }
}

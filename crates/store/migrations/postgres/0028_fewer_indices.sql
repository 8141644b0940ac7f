-- A client has few sessions, and the index by start finds them: they are sorted.
drop index session_client_by_creation;
drop index session_client_by_start;
drop index session_client_by_change;
-- The index by state and start holds the same, in six parts.
drop index session_by_start;

-- All that a month's report tells, so that it reads no session.
drop index session_practitioner_by_start;
create index session_practitioner_by_start on session (practitioner_id, coalesce(started_at, starts_at), id)
    include (status, client_id, starts_at, started_at, lasted, attended, attendees);

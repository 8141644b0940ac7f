-- How many took part, once it has been held; null until somebody asks, of those from before.
alter table session add column attendees integer;

-- A person's list walks one index, whatever the states: it passes over those that are not wanted.
drop index session_practitioner_by_creation;
drop index session_practitioner_by_start;
drop index session_client_by_creation;
drop index session_client_by_start;
create index session_practitioner_by_creation on session (practitioner_id, created_at, id, status);
create index session_practitioner_by_start on session (practitioner_id, coalesce(started_at, starts_at), id, status);
create index session_client_by_creation on session (client_id, created_at, id, status);
create index session_client_by_start on session (client_id, coalesce(started_at, starts_at), id, status);
-- There are few of them at a time.
create index session_under_way on session (practitioner_id) where status in ('waiting', 'in_progress');

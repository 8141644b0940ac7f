-- Appointments and people are also looked up by what another system calls them, whichever system that is.
create index session_by_external_id on session (external_id) where external_id is not null;
create index person_by_subject on person (subject);

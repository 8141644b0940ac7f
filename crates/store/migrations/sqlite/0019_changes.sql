-- Appointments in the order in which they changed, for programs that follow them.
create index session_by_change on session (updated_at, id);
create index session_practitioner_by_change on session (practitioner_id, updated_at, id);
create index session_client_by_change on session (client_id, updated_at, id);
create index session_organization_by_change on session (organization_id, updated_at, id) where organization_id is not null;

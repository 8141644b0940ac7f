-- Events begin with the request: they are one line with those of the session that it becomes, and that has its id.
alter table request add column event_sequence bigint not null default 0;
alter table outbox drop constraint outbox_session_id_fkey;

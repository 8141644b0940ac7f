-- Taken off the lists of a program that deletes; kept as evidence.
alter table session add column deleted_at integer;

-- Who has given the passcode that is set now, and is not asked again.
create table passcode_right (
    session_id text not null references passcode (session_id) on delete cascade,
    caller text not null,
    primary key (session_id, caller)
) strict, without rowid;

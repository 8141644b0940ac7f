-- Ids are TEXT, instants microseconds since 1970, documents TEXT JSON.

-- What the database says about itself.
create table setting (
    name text primary key,
    value text not null
) strict;

create table organization (
    id text primary key,
    name text not null
) strict;

create table person (
    id text primary key,
    issuer text not null,
    subject text not null,
    email text,
    -- In lower case: what searches, orders and keeps local accounts apart.
    email_key text,
    name text not null,
    name_key text not null,
    roles text not null,
    organization_id text references organization (id),
    timezone text,
    locale text,
    disabled integer not null,
    practitioner text,
    created_by text references person (id),
    created_at integer not null,
    password_hash text
) strict;

create unique index person_identity on person (issuer, subject);
create unique index person_local_email on person (email_key) where issuer = 'local';
create index person_by_name on person (name_key, id);
create index person_by_organization on person (organization_id) where organization_id is not null;
create index person_by_creator on person (created_by) where created_by is not null;

-- An appointment and its session, one row: they are made, decided on and saved as one.
create table session (
    id text primary key,
    appointment_id text not null,
    external_issuer text,
    external_id text,
    organization_id text references organization (id),
    practitioner_id text not null references person (id),
    client_id text not null references person (id),
    starts_at integer not null,
    ends_at integer not null,
    status text not null,
    -- When time will next do something to it; null: never by itself.
    due_at integer,
    hold_expires_at integer,
    appointment_doc text not null,
    session_doc text not null,
    version integer not null,
    -- The sequence of its latest event in the outbox.
    event_sequence integer not null default 0,
    created_at integer not null,
    updated_at integer not null,
    -- Twelve hours: looking for overlaps need not look further back than this.
    check (ends_at > starts_at and ends_at - starts_at <= 43200000000)
) strict;

create unique index session_appointment on session (appointment_id);
create unique index session_external on session (external_issuer, external_id) where external_id is not null;
create index session_by_start on session (starts_at, id);
create index session_by_status on session (status, starts_at, id);
create index session_by_practitioner on session (practitioner_id, starts_at, id);
create index session_by_client on session (client_id, starts_at, id);
create index session_by_organization on session (organization_id, starts_at, id) where organization_id is not null;
create index session_due on session (due_at) where due_at is not null;

-- Of a practitioner, and of a client, no two live appointments overlap. SQLite has no exclusion
-- constraint; one writer at a time makes these triggers as good as one.
create trigger session_overlap_insert before insert on session
when new.status in ('scheduled', 'waiting', 'in_progress')
begin
    select raise(abort, 'session_overlap') where exists (
        select 1 from session
        where practitioner_id = new.practitioner_id
            and starts_at < new.ends_at and starts_at > new.starts_at - 43200000000 and ends_at > new.starts_at
            and status in ('scheduled', 'waiting', 'in_progress')
    ) or exists (
        select 1 from session
        where client_id = new.client_id
            and starts_at < new.ends_at and starts_at > new.starts_at - 43200000000 and ends_at > new.starts_at
            and status in ('scheduled', 'waiting', 'in_progress')
    );
end;

create trigger session_overlap_update before update on session
when new.status in ('scheduled', 'waiting', 'in_progress')
    and (
        old.status not in ('scheduled', 'waiting', 'in_progress')
        or new.starts_at <> old.starts_at or new.ends_at <> old.ends_at
        or new.practitioner_id <> old.practitioner_id or new.client_id <> old.client_id
    )
begin
    select raise(abort, 'session_overlap') where exists (
        select 1 from session
        where practitioner_id = new.practitioner_id and id <> new.id
            and starts_at < new.ends_at and starts_at > new.starts_at - 43200000000 and ends_at > new.starts_at
            and status in ('scheduled', 'waiting', 'in_progress')
    ) or exists (
        select 1 from session
        where client_id = new.client_id and id <> new.id
            and starts_at < new.ends_at and starts_at > new.starts_at - 43200000000 and ends_at > new.starts_at
            and status in ('scheduled', 'waiting', 'in_progress')
    );
end;

-- The attendance ledger: one row per connection and source.
create table attendance (
    participant_id text not null,
    connection_id text not null,
    source text not null,
    session_id text not null references session (id),
    connected_at integer,
    disconnected_at integer,
    last_seen_at integer,
    primary key (participant_id, connection_id, source)
) strict, without rowid;

create index attendance_by_session on attendance (session_id);

create table session_note (
    session_id text primary key references session (id),
    -- Encrypted before it comes here.
    sealed blob not null,
    updated_at integer not null
) strict;

create table passcode (
    session_id text primary key references session (id),
    hash text not null,
    -- Guesses of all callers since it was set.
    guesses integer not null,
    set_at integer not null
) strict;

create table passcode_guess (
    session_id text not null references passcode (session_id) on delete cascade,
    caller text not null,
    guesses integer not null,
    primary key (session_id, caller)
) strict, without rowid;

create table refresh_token (
    hash text primary key,
    person_id text not null references person (id),
    -- All that one login became by rotation.
    family text not null,
    expires_at integer not null,
    used_at integer
) strict;

create index refresh_token_by_family on refresh_token (family);
create index refresh_token_by_person on refresh_token (person_id);
create index refresh_token_by_expiry on refresh_token (expires_at);

create table invitation (
    id text primary key,
    token_hash text not null,
    session_id text not null references session (id),
    role text not null,
    name text,
    email text,
    expires_at integer not null,
    created_by text not null references person (id),
    created_at integer not null,
    redeemed_at integer,
    person_id text references person (id)
) strict;

create unique index invitation_token on invitation (token_hash);
create index invitation_by_session on invitation (session_id);

-- Events, stored with the change that caused them, delivered afterwards.
create table outbox (
    id text primary key,
    session_id text not null references session (id),
    sequence integer not null,
    type text not null,
    at integer not null,
    data text not null,
    delivered_at integer
) strict;

create unique index outbox_sequence on outbox (session_id, sequence);
create index outbox_undelivered on outbox (id) where delivered_at is null;

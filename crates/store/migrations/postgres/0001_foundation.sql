-- Ids are TEXT, instants microseconds since 1970, documents TEXT JSON.

-- What the database says about itself.
create table setting (
    name text primary key,
    value text not null
);

create table organization (
    id text primary key,
    name text not null
);

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
    disabled boolean not null,
    practitioner text,
    created_by text references person (id),
    created_at bigint not null,
    password_hash text
);

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
    starts_at bigint not null,
    ends_at bigint not null,
    status text not null,
    -- When time will next do something to it; null: never by itself.
    due_at bigint,
    hold_expires_at bigint,
    appointment_doc text not null,
    session_doc text not null,
    version bigint not null,
    -- The sequence of its latest event in the outbox.
    event_sequence bigint not null default 0,
    created_at bigint not null,
    updated_at bigint not null,
    -- Twelve hours: looking for overlaps need not look further back than this.
    check (ends_at > starts_at and ends_at - starts_at <= 43200000000),
    -- Of a practitioner, and of a client, no two live appointments overlap. Whoever writes takes the two
    -- advisory locks first: without them two writers of one slot can deadlock on these.
    constraint session_overlap_practitioner exclude using gist (
        practitioner_id with =, int8range(starts_at, ends_at) with &&
    ) where (status in ('scheduled', 'waiting', 'in_progress')),
    constraint session_overlap_client exclude using gist (
        client_id with =, int8range(starts_at, ends_at) with &&
    ) where (status in ('scheduled', 'waiting', 'in_progress'))
);

create unique index session_appointment on session (appointment_id);
create unique index session_external on session (external_issuer, external_id) where external_id is not null;
create index session_by_start on session (starts_at, id);
create index session_by_status on session (status, starts_at, id);
create index session_by_practitioner on session (practitioner_id, starts_at, id);
create index session_by_client on session (client_id, starts_at, id);
create index session_by_organization on session (organization_id, starts_at, id) where organization_id is not null;
create index session_due on session (due_at) where due_at is not null;

-- The attendance ledger: one row per connection and source.
create table attendance (
    participant_id text not null,
    connection_id text not null,
    source text not null,
    session_id text not null references session (id),
    connected_at bigint,
    disconnected_at bigint,
    last_seen_at bigint,
    primary key (participant_id, connection_id, source)
);

create index attendance_by_session on attendance (session_id);

create table session_note (
    session_id text primary key references session (id),
    -- Encrypted before it comes here.
    sealed bytea not null,
    updated_at bigint not null
);

create table passcode (
    session_id text primary key references session (id),
    hash text not null,
    -- Guesses of all callers since it was set.
    guesses bigint not null,
    set_at bigint not null
);

create table passcode_guess (
    session_id text not null references passcode (session_id) on delete cascade,
    caller text not null,
    guesses bigint not null,
    primary key (session_id, caller)
);

create table refresh_token (
    hash text primary key,
    person_id text not null references person (id),
    -- All that one login became by rotation.
    family text not null,
    expires_at bigint not null,
    used_at bigint
);

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
    expires_at bigint not null,
    created_by text not null references person (id),
    created_at bigint not null,
    redeemed_at bigint,
    person_id text references person (id)
);

create unique index invitation_token on invitation (token_hash);
create index invitation_by_session on invitation (session_id);

-- Events, stored with the change that caused them, delivered afterwards.
create table outbox (
    id text primary key,
    session_id text not null references session (id),
    sequence bigint not null,
    type text not null,
    at bigint not null,
    data text not null,
    delivered_at bigint
);

create unique index outbox_sequence on outbox (session_id, sequence);
create index outbox_undelivered on outbox (id) where delivered_at is null;

-- What people are told by e-mail, stored with the change that caused it and sent afterwards. What it says is written when
-- it is sent: no row holds a text or an address.
create table message (
    id text primary key,
    -- invitation, moved, cancelled, day_before, hour_before, password_reset, account_invitation
    kind text not null,
    -- A person's id, or that of a guest's invitation.
    recipient text not null,
    is_guest boolean not null,
    -- Null for what is of an account.
    session_id text references session (id),
    -- The session's version: later messages of it have higher ones.
    sequence bigint not null,
    -- The slot that a reminder is for.
    slot_starts_at bigint,
    -- The secret of the link in it, encrypted before it comes here.
    sealed_link bytea,
    -- pending, sent, given_up, dropped
    state text not null,
    attempts bigint not null,
    due_at bigint not null,
    -- Somebody is sending until then. It stays where nobody said what became of that.
    leased_until bigint,
    created_at bigint not null,
    -- The days of trying are counted from here.
    begun_at bigint not null,
    attempted_at bigint,
    done_at bigint,
    -- The mail server's code, and what it said, or why it is not sent.
    status bigint,
    answer text,
    -- The address, masked.
    sent_to text
);

create index message_due on message (due_at, id) where state = 'pending';
create index message_by_session on message (session_id, recipient) where session_id is not null;
create index message_done on message (done_at) where done_at is not null;
create unique index message_reminder on message (session_id, recipient, kind, slot_starts_at) where slot_starts_at is not null;

-- A link by which somebody chooses a password; gone once it was used.
create table account_link (
    token_hash text primary key,
    person_id text not null references person (id),
    created_at bigint not null,
    expires_at bigint not null
);

create index account_link_by_person on account_link (person_id);
create index account_link_by_expiry on account_link (expires_at);

-- The secret address of somebody's calendar.
create table calendar_feed (
    person_id text primary key references person (id),
    token_hash text not null,
    -- Whether clients stand in it by name.
    names boolean not null,
    created_at bigint not null
);

create unique index calendar_feed_token on calendar_feed (token_hash);

-- What people are told by e-mail, stored with the change that caused it and sent afterwards. What it says is written when
-- it is sent: no row holds a text or an address.
create table message (
    id text primary key,
    -- invitation, moved, cancelled, day_before, hour_before, password_reset, account_invitation
    kind text not null,
    -- A person's id, or that of a guest's invitation.
    recipient text not null,
    is_guest integer not null,
    -- Null for what is of an account.
    session_id text references session (id),
    -- The session's version: later messages of it have higher ones.
    sequence integer not null,
    -- The slot that a reminder is for.
    slot_starts_at integer,
    -- The secret of the link in it, encrypted before it comes here.
    sealed_link blob,
    -- pending, sent, given_up, dropped
    state text not null,
    attempts integer not null,
    due_at integer not null,
    -- Somebody is sending until then. It stays where nobody said what became of that.
    leased_until integer,
    created_at integer not null,
    -- The days of trying are counted from here.
    begun_at integer not null,
    attempted_at integer,
    done_at integer,
    -- The mail server's code, and what it said, or why it is not sent.
    status integer,
    answer text,
    -- The address, masked.
    sent_to text
) strict;

create index message_due on message (due_at, id) where state = 'pending';
create index message_by_session on message (session_id, recipient) where session_id is not null;
create index message_done on message (done_at) where done_at is not null;
create unique index message_reminder on message (session_id, recipient, kind, slot_starts_at) where slot_starts_at is not null;

-- A link by which somebody chooses a password; gone once it was used.
create table account_link (
    token_hash text primary key,
    person_id text not null references person (id),
    created_at integer not null,
    expires_at integer not null
) strict;

create index account_link_by_person on account_link (person_id);
create index account_link_by_expiry on account_link (expires_at);

-- The secret address of somebody's calendar.
create table calendar_feed (
    person_id text primary key references person (id),
    token_hash text not null,
    -- Whether clients stand in it by name.
    names integer not null,
    created_at integer not null
) strict;

create unique index calendar_feed_token on calendar_feed (token_hash);

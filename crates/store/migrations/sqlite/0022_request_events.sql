-- Events begin with the request: they are one line with those of the session that it becomes, and that has its id.
alter table request add column event_sequence integer not null default 0;

-- SQLite drops a foreign key only with its table, and a table only when no row refers to it: both are made anew.
create table new_outbox (
    id text primary key,
    -- The session's, or that of the request that it was or would have been.
    session_id text not null,
    sequence integer not null,
    type text not null,
    at integer not null,
    data text not null,
    -- What the program that booked stored with the booking, for the targets that ask for it; encrypted before it comes here.
    metadata blob
) strict;

insert into new_outbox (id, session_id, sequence, type, at, data, metadata)
select id, session_id, sequence, type, at, data, metadata from outbox;

create table new_delivery (
    target text not null,
    event_id text not null references new_outbox (id),
    session_id text not null,
    sequence integer not null,
    -- pending, delivered, given_up
    state text not null,
    -- Waits for the session's earlier events, and lets later ones wait; not so when it was sent again by hand.
    in_order integer not null,
    attempts integer not null,
    due_at integer not null,
    -- Somebody is trying until then; null: nobody.
    leased_until integer,
    -- The days of trying are counted from here.
    begun_at integer not null,
    attempted_at integer,
    -- When it was delivered or given up.
    done_at integer,
    -- The HTTP status of the latest answer.
    status integer,
    -- Why the latest try failed, in one word.
    failure text,
    -- How often in a row a receiver has refused this event for good, such as with 422.
    refusals integer not null default 0,
    primary key (target, event_id)
) strict, without rowid;

insert into new_delivery (target, event_id, session_id, sequence, state, in_order, attempts, due_at, leased_until,
    begun_at, attempted_at, done_at, status, failure, refusals)
select target, event_id, session_id, sequence, state, in_order, attempts, due_at, leased_until,
    begun_at, attempted_at, done_at, status, failure, refusals from delivery;

drop table delivery;
drop table outbox;
alter table new_outbox rename to outbox;
alter table new_delivery rename to delivery;

create unique index outbox_sequence on outbox (session_id, sequence);
create index outbox_by_time on outbox (at);
create index delivery_due on delivery (target, due_at) where state = 'pending';
create index delivery_order on delivery (target, session_id, sequence) where state = 'pending';
create index delivery_done on delivery (done_at) where done_at is not null;
create index delivery_by_event on delivery (event_id);

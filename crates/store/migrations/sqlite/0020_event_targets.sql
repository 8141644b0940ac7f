-- What the program that booked stored with the booking, for the targets that ask for it; encrypted before it comes here.
alter table outbox add column metadata blob;
alter table webhook add column wants_metadata integer not null default 0;

-- The secret before the latest one: until then messages are signed with both.
alter table webhook add column old_secret blob;
alter table webhook add column old_secret_until integer;

-- What became of a delivery before it was sent again by hand: a row for each time.
create table delivery_round (
    target text not null,
    event_id text not null,
    round integer not null,
    state text not null,
    attempts integer not null,
    attempted_at integer,
    done_at integer,
    status integer,
    failure text,
    primary key (target, event_id, round)
) strict, without rowid;

-- What the program that booked stored with the booking, for the targets that ask for it; encrypted before it comes here.
alter table outbox add column metadata bytea;
alter table webhook add column wants_metadata boolean not null default false;

-- The secret before the latest one: until then messages are signed with both.
alter table webhook add column old_secret bytea;
alter table webhook add column old_secret_until bigint;

-- What became of a delivery before it was sent again by hand: a row for each time.
create table delivery_round (
    target text not null,
    event_id text not null,
    round bigint not null,
    state text not null,
    attempts bigint not null,
    attempted_at bigint,
    done_at bigint,
    status bigint,
    failure text,
    primary key (target, event_id, round)
);

-- Who is told of events, and how far that is.

create table webhook (
    id text primary key,
    url text not null,
    -- A JSON array of event types; null: all.
    events text,
    -- Only events of this organization's sessions; null: of all.
    organization_id text references organization (id),
    -- Encrypted before it comes here.
    secret blob not null,
    disabled integer not null,
    created_at integer not null
) strict;

-- One event on its way to one target: a webhook's id, or 'broker'. No foreign key to the webhook: deleting
-- one must never make a change of a session fail that happens at the same moment.
create table delivery (
    target text not null,
    event_id text not null references outbox (id),
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
    primary key (target, event_id)
) strict, without rowid;

create index delivery_due on delivery (target, due_at) where state = 'pending';
create index delivery_order on delivery (target, session_id, sequence) where state = 'pending';
create index delivery_done on delivery (done_at) where done_at is not null;
create index delivery_by_event on delivery (event_id);
create index outbox_by_time on outbox (at);

-- Whether an event is delivered is each target's own matter now.
drop index outbox_undelivered;
alter table outbox drop column delivered_at;

-- The processes that serve this database, and what passes between them. All times here are the database's own: the
-- clocks of nodes may differ.
create table node (
    -- One for each start of a process.
    id text primary key,
    -- How the operator knows it: machine and address.
    name text not null,
    version text not null,
    -- How many sessions have their media there, and how many cores it has.
    calls bigint not null,
    cores bigint not null,
    draining boolean not null,
    -- Whether an operator wants it to give the calls that it has to others.
    handing_over boolean not null default false,
    -- Fingerprints of its secrets, by their names: all nodes must have the same.
    secrets text not null,
    started_at bigint not null,
    seen_at bigint not null
);

-- What was committed, for the other nodes; kept for a minute. Names ids only.
create table announcement (
    id bigint generated always as identity primary key,
    -- Whoever follows reads again all that was not over when they last looked: ids alone come in the wrong order.
    written_by xid8 not null default pg_current_xact_id(),
    node text not null,
    notice text not null,
    written_at bigint not null
);

create index announcement_by_transaction on announcement (written_by);

-- What is for one node and is no state of anything; taken once, kept for a minute.
create table mail (
    id bigint generated always as identity primary key,
    receiver text not null,
    -- Encrypted before it comes here.
    sealed bytea not null,
    written_at bigint not null
);

create index mail_by_receiver on mail (receiver, id);

-- The node that has a session's embedded media, until its lease lapses. The epoch rises with each new holder, and whoever
-- writes what the media say names it.
create table home (
    session_id text primary key references session (id),
    node text not null,
    epoch bigint not null,
    until bigint not null
);

create index home_by_node on home (node);

-- The node that sees a connection: it ends with the node.
alter table attendance add column node text default nullif(current_setting('openvisit.node', true), '');
create index attendance_open_by_node on attendance (node) where disconnected_at is null;

-- When a node last heard of somebody who waits through a program that has no connection of its own.
create table heard (
    participant_id text primary key,
    heard_at bigint not null
);

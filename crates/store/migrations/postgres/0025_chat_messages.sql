-- What is said in a session's chat, until the chat is gone.
create table chat_message (
    id text primary key,
    session_id text not null references session (id),
    participant_id text not null,
    -- As everybody is told it: later than what was said before in this session.
    at bigint not null,
    -- By the clock of who took it, which another's may be ahead of.
    taken_at bigint not null,
    -- Encrypted before it comes here; null where it is a file, which has its name and size.
    sealed bytea
);

create unique index chat_message_in_order on chat_message (session_id, at);

-- The sockets by which people are in a dialect's rooms, at whichever node; each goes with its node.
create table node_socket (
    -- Its entry in the ledger.
    connection_id text primary key,
    session_id text not null references session (id),
    node text not null,
    person_id text not null,
    issuer text not null,
    subject text not null
);

create index node_socket_by_session on node_socket (session_id);

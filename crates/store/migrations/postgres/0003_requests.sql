-- A client's wish to be seen now. The session that it becomes has its id.
create table request (
    id text primary key,
    client_id text not null references person (id),
    status text not null,
    created_at bigint not null,
    -- When time will next do something to it; null: never.
    due_at bigint,
    doc text not null,
    -- What the client wrote; encrypted before it comes here.
    concern bytea not null
);

create index request_by_client on request (client_id, id);
create index request_by_status on request (status, id);
create index request_due on request (due_at) where due_at is not null;

-- Support looks people up whoever vouches for them.
create index person_by_email on person (email_key) where email_key is not null;

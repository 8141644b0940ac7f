-- What somebody sent in a session's chat, until the chat is gone.
create table chat_file (
    id text primary key,
    session_id text not null references session (id),
    participant_id text not null,
    -- Encrypted before it comes here, and so is what is in it.
    sealed_name bytea not null,
    -- In bytes: as told, until it is all there.
    size bigint not null,
    -- A media type, and since when the others have it; null until it is all there.
    kind text,
    sent_at bigint,
    created_at bigint not null
);

create index chat_file_by_session on chat_file (session_id);

create table chat_file_part (
    file_id text not null references chat_file (id),
    part bigint not null,
    sealed bytea not null,
    primary key (file_id, part)
);

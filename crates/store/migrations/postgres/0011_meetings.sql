-- The rooms that media providers opened for sessions.
create table meeting (
  session_id text not null references session(id),
  provider text not null,
  -- What the provider said of it: JSON, without secrets.
  said text not null,
  opened_at bigint not null,
  -- When closing it is tried next; null while it is wanted, and once it is closed.
  close_at bigint,
  closed_at bigint,
  primary key (session_id, provider)
);

create index meeting_to_close on meeting (close_at) where close_at is not null;

-- Calls that named an Idempotency-Key, and what they were answered.
create table keyed_call (
    caller text not null,
    key text not null,
    -- Of method, path and body: another call with the same key is told from a repeat.
    fingerprint text not null,
    -- The try that may carry it out, as long as it renews its lease.
    attempt text not null,
    lease_until integer not null,
    -- Set in the transaction of the change itself.
    committed integer not null,
    -- The answer; null until it is there.
    status integer,
    content_type text,
    location text,
    -- Encrypted before it comes here.
    sealed_body blob,
    expires_at integer not null,
    primary key (caller, key)
) strict;

create index keyed_call_by_expiry on keyed_call (expires_at);

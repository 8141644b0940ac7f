-- What programs show in place of a token: of a service account, which is a person of the issuer service_account.
create table api_key (
    id text primary key,
    person_id text not null references person (id),
    -- Of the whole key, which is nowhere; a key is random, so that a plain hash tells nothing of it.
    hash text not null,
    -- How it begins, by which people know it again.
    hint text not null,
    scopes text not null,
    expires_at integer,
    last_used_at integer,
    created_at integer not null
) strict;

create unique index api_key_hash on api_key (hash);
create index api_key_by_person on api_key (person_id);

-- What texts are sealed with, each key sealed itself by the master key of the settings.
create table sealing_key (
    id bigint primary key,
    sealed bytea not null,
    -- By which the master key that it was sealed with is known; it says nothing of the key.
    master text not null,
    -- Whether it opens what was sealed before keys had names.
    opens_unnamed bigint not null,
    created_at bigint not null
);

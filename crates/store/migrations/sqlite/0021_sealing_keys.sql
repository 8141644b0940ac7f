-- What texts are sealed with, each key sealed itself by the master key of the settings.
create table sealing_key (
    id integer primary key,
    sealed blob not null,
    -- By which the master key that it was sealed with is known; it says nothing of the key.
    master text not null,
    -- Whether it opens what was sealed before keys had names.
    opens_unnamed integer not null,
    created_at integer not null
) strict;

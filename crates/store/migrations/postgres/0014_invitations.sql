-- An invitation is good as long as its appointment, wherever that is moved, unless it is withdrawn.
alter table invitation drop column expires_at;
alter table invitation rename column redeemed_at to last_used_at;
alter table invitation add column withdrawn_at bigint;
-- Made for somebody who knew the passcode, and not a link.
alter table invitation add column by_code boolean not null default false;

-- Guesses at passcodes by strangers: of an address, by its hash, or of all at one session.
create table stranger_guess (
    who text primary key,
    guesses bigint not null,
    -- When they are forgotten.
    ends_at bigint not null
);

create index stranger_guess_by_end on stranger_guess (ends_at);

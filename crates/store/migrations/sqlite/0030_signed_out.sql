-- What was given to somebody before this instant opens nothing any more.
alter table person add column signed_out_at integer;
create index person_by_signed_out on person (signed_out_at) where signed_out_at is not null;

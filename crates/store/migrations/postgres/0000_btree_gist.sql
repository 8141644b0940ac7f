-- Lets an exclusion constraint compare a person's id and a span of time in one index.
create extension if not exists btree_gist;

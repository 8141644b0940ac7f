-- Where somebody is reached when video fails.
alter table person add column phone text;

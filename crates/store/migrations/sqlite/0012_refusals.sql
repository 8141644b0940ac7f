-- How often in a row a receiver has refused this event for good, such as with 422.
alter table delivery add column refusals integer not null default 0;

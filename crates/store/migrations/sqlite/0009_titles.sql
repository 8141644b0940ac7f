-- The title in lower case: what searches.
alter table session add column title_key text;

update session set title_key = lower(trim(appointment_doc ->> '$.title'));

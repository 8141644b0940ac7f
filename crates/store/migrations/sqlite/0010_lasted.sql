-- Once it has been held: from its start to its end, in microseconds.
alter table session add column lasted integer;

-- Milliseconds are near enough.
update session
set lasted = max(0, cast(unixepoch(session_doc ->> '$.state.ended_at', 'subsec') * 1000000 as integer) - started_at)
where status = 'completed';

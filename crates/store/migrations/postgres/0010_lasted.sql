-- Once it has been held: from its start to its end, in microseconds.
alter table session add column lasted bigint;

update session
set lasted = greatest(
    0, (extract(epoch from (session_doc::json #>> '{state,ended_at}')::timestamptz) * 1000000)::bigint - started_at
)
where status = 'completed';

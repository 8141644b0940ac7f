-- When it began; null until then. What a list orders by is this, or else the start that was booked.
alter table session add column started_at integer;
-- Once it has been held: how long its participants were connected, together, in microseconds.
alter table session add column attended integer;

-- Milliseconds are near enough for ordering and for telling the month.
update session
set started_at = cast(
    unixepoch(coalesce(session_doc ->> '$.state.started_at', session_doc ->> '$.state.since'), 'subsec') * 1000000
    as integer
)
where status in ('in_progress', 'completed');

-- Two tabs of one participant count once: of each span only what lies behind all earlier ones.
with span as (
    select
        session.id,
        participant_id,
        max(connected_at, started_at) as from_at,
        min(
            coalesce(disconnected_at, 9223372036854775807),
            cast(unixepoch(session_doc ->> '$.state.ended_at', 'subsec') * 1000000 as integer)
        ) as to_at
    from session join attendance on attendance.session_id = session.id
    where status = 'completed' and connected_at is not null
), beyond as (
    select
        id,
        to_at - max(from_at, coalesce(max(to_at) over (
            partition by id, participant_id order by from_at, to_at
            rows between unbounded preceding and 1 preceding
        ), 0)) as time
    from span
)
update session
set attended = total.time
from (select id, sum(time) as time from beyond where time > 0 group by id) as total
where total.id = session.id;

update session set attended = 0 where status = 'completed' and attended is null;

-- Lists by owner and status, newest first, and by start: a page costs the same in a table of any size.
create index session_listed_by_creation on session (status, created_at, id);
create index session_listed_by_start on session (status, coalesce(started_at, starts_at), id);
create index session_practitioner_by_creation on session (practitioner_id, status, created_at, id);
create index session_practitioner_by_start on session (practitioner_id, status, coalesce(started_at, starts_at), id);
create index session_client_by_creation on session (client_id, status, created_at, id);
create index session_client_by_start on session (client_id, status, coalesce(started_at, starts_at), id);
create index session_organization_by_creation on session (organization_id, status, created_at, id)
where organization_id is not null;
create index session_organization_by_start on session (organization_id, status, coalesce(started_at, starts_at), id)
where organization_id is not null;

-- How many sessions there are, so that nobody need count them. Each counts for its practitioner, and for
-- its client; for the practitioner only where one person is both.
create table session_count (
    person_id text not null,
    role text not null,
    -- Empty where there is none.
    organization_id text not null,
    status text not null,
    sessions integer not null,
    primary key (person_id, role, organization_id, status)
) strict, without rowid;

create index session_count_of_practitioners on session_count (organization_id, status, sessions)
where role = 'practitioner';

insert into session_count (person_id, role, organization_id, status, sessions)
select practitioner_id, 'practitioner', coalesce(organization_id, ''), status, count(*) from session group by 1, 2, 3, 4
union all
select client_id, 'client', coalesce(organization_id, ''), status, count(*) from session
where client_id <> practitioner_id group by 1, 2, 3, 4;

-- Sessions that were held, by the month of their start (UTC, such as 2026-11) and their practitioner.
create table usage (
    month text not null,
    practitioner_id text not null,
    sessions integer not null,
    -- Microseconds.
    attended integer not null,
    primary key (month, practitioner_id)
) strict, without rowid;

insert into usage (month, practitioner_id, sessions, attended)
select strftime('%Y-%m', started_at / 1000000, 'unixepoch'), practitioner_id, count(*), sum(attended)
from session where status = 'completed' group by 1, 2;

-- The marks of a month's quota that operators have been told of.
create table usage_notice (
    month text not null,
    percent integer not null,
    primary key (month, percent)
) strict, without rowid;

-- When it began; null until then. What a list orders by is this, or else the start that was booked.
alter table session add column started_at bigint;
-- Once it has been held: how long its participants were connected, together, in microseconds.
alter table session add column attended bigint;

update session
set started_at = extract(epoch from coalesce(
    session_doc::json #>> '{state,started_at}', session_doc::json #>> '{state,since}'
)::timestamptz) * 1000000
where status in ('in_progress', 'completed');

-- Two tabs of one participant count once: of each span only what lies behind all earlier ones.
with span as (
    select
        session.id,
        participant_id,
        greatest(connected_at, started_at) as from_at,
        least(
            disconnected_at,
            (extract(epoch from (session_doc::json #>> '{state,ended_at}')::timestamptz) * 1000000)::bigint
        ) as to_at
    from session join attendance on attendance.session_id = session.id
    where status = 'completed' and connected_at is not null
), beyond as (
    select
        id,
        to_at - greatest(from_at, max(to_at) over (
            partition by id, participant_id order by from_at, to_at
            rows between unbounded preceding and 1 preceding
        )) as time
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
    sessions bigint not null,
    primary key (person_id, role, organization_id, status)
);

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
    sessions bigint not null,
    -- Microseconds.
    attended bigint not null,
    primary key (month, practitioner_id)
);

insert into usage (month, practitioner_id, sessions, attended)
select to_char(to_timestamp(started_at / 1000000) at time zone 'UTC', 'YYYY-MM'), practitioner_id, count(*), sum(attended)
from session where status = 'completed' group by 1, 2;

-- The marks of a month's quota that operators have been told of.
create table usage_notice (
    month text not null,
    percent bigint not null,
    primary key (month, percent)
);

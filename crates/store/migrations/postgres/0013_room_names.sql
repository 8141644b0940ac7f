-- What a session's room is called.
alter table session add column room_name text;

-- As it was shown until now: parties, milliseconds of the booking, and the last nine digits of the id as a number.
update session set room_name =
    'therapy-' || practitioner_id || '-' || client_id || '-' || (created_at / 1000) || lpad((
        with recursive digit (at, rest, hex) as (
            select 0, 0::bigint, replace(id, '-', '')
            union all
            select at + 1, (rest * 16 + position(substr(hex, at + 1, 1) in '0123456789abcdef') - 1) % 1000000000, hex
            from digit where at < 32
        )
        select rest from digit where at = 32
    )::text, 9, '0');

-- A Jitsi that was asked before called it like the session, and somebody may be in it.
update session set room_name = id
where id in (select session_id from meeting where provider = '"jitsi"');

create unique index session_room_name on session (room_name);

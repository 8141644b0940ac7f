#!/bin/sh
# A throw-away PostgreSQL for the tests.
#
#   scripts/postgres.sh start [NAME]   starts it where it does not run yet, and prints its URL
#   scripts/postgres.sh url [NAME]     prints the URL; fails where none runs
#   scripts/postgres.sh stop [NAME]    stops it and deletes its data
#   scripts/postgres.sh crash NAME     kills one with a name, which others do not use; what was committed stays
#   scripts/postgres.sh revive NAME    starts that one again, at its address
#
# It syncs nothing: never put data into it that anybody wants back.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
name=${2:-}

say() { echo "postgres.sh: $*" >&2; }

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

programs() {
    ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1
}

install_it() {
    [ -z "$(programs)" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        say "PostgreSQL is missing: install Debian's package postgresql"
        exit 1
    fi
    say "installing Debian's package postgresql"
    # Without a cluster of the package's own: it would take port 5432.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >&2
}

# target/postgres; below a folder that only root may enter, a place that user postgres reaches.
find_home() {
    home=$root/target/postgres${name:+-$name}
    if [ "$(id -u)" = 0 ] && [ -n "$(programs)" ] && ! as_owner test -x "$root"; then
        home=/var/lib/openvisit-test-postgres-$(echo "$root" | cksum | cut -d' ' -f1)${name:+-$name}
    fi
    data=$home/data
}

running() {
    [ -s "$home/url" ] && as_owner "$(programs)/pg_ctl" -D "$data" status >/dev/null 2>&1
}

free_port() {
    port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 20000))
    while "$(programs)/pg_isready" -q -h 127.0.0.1 -p "$port"; do port=$((port + 1)); done
    echo "$port"
}

launch() {
    as_owner "$(programs)/pg_ctl" -D "$data" -l "$data/server.log" -w -s start -o "$options"
}

start() {
    install_it
    find_home
    if running; then
        cat "$home/url"
        return
    fi
    rm -rf "$home"
    mkdir -p "$home"
    [ "$(id -u)" != 0 ] || chown postgres "$home"
    as_owner "$(programs)/initdb" -D "$data" -U openvisit -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$home/initdb.log"
    # What is to outlive a crash is written before it is acknowledged.
    written=off
    [ -z "$name" ] || written=local
    for attempt in 1 2 3; do
        port=$(free_port)
        # Loopback only; without a socket file, whose path could be too long.
        options="-h 127.0.0.1 -p $port -c unix_socket_directories='' -c fsync=off -c synchronous_commit=$written \
            -c full_page_writes=off -c max_connections=1000 -c shared_buffers=64MB"
        if launch; then
            echo "$options" >"$home/options"
            echo "postgres://openvisit@127.0.0.1:$port/postgres" >"$home/url"
            cat "$home/url"
            return
        fi
        say "attempt $attempt to start on port $port failed"
    done
    tail -n 20 "$data/server.log" >&2
    exit 1
}

stop() {
    find_home
    if [ -d "$data" ] && [ -n "$(programs)" ]; then
        as_owner "$(programs)/pg_ctl" -D "$data" -m immediate -w -s stop >/dev/null 2>&1 || true
    fi
    rm -rf "$home"
}

# Of one with a name alone: others are shared.
find_own() {
    : "${name:?the name of a PostgreSQL of your own}"
    find_home
}

case "${1:-}" in
start) start ;;
stop) stop ;;
crash)
    find_own
    as_owner "$(programs)/pg_ctl" -D "$data" -m immediate -w -s stop
    ;;
revive)
    find_own
    options=$(cat "$home/options")
    launch
    ;;
url)
    find_home
    if ! running; then
        say "no PostgreSQL runs here: scripts/postgres.sh start"
        exit 1
    fi
    cat "$home/url"
    ;;
*)
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

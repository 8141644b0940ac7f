#!/usr/bin/env bash
# Measures the release binary on this machine: calls at three sizes, the hot routes, then bookings that are in
# each other's way. Each on a server of its own with an empty data folder. The figures go to target/bench as
# JSON, too.
#
#   scripts/bench.sh            10, 25 and 50 calls, 20 s each, three times
#   CALLS="10" SECONDS_EACH=5 ROUNDS=1 ROUTE_SECONDS=2 OVERLAP_TRIES=50 scripts/bench.sh
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
results=$target/bench
port=${PORT:-18086}
media_port=${MEDIA_PORT:-27886}
server=

stop_server() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    server=
    rm -rf "$data"
}

start_server() {
    data=$(mktemp -d "${TMPDIR:-/tmp}/openvisit-bench.XXXXXX")
    OPENVISIT_MEDIA_PORT=$media_port "${OPENVISIT_TEST_SERVER:-$target/release/openvisit}" serve --demo \
        --listen "127.0.0.1:$port" --data-dir "$data" >"$results/server.log" 2>&1 &
    server=$!
    curl --silent --fail --output /dev/null --retry 50 --retry-connrefused --retry-delay 1 \
        "http://127.0.0.1:$port/health"
}

load() { "${LOAD:-$target/release/openvisit-load}" "$@" --url "http://127.0.0.1:$port" --server-pid "$server"; }

mkdir -p "$results"
data=
trap stop_server EXIT
for calls in ${CALLS:-10 25 50}; do
    for round in $(seq "${ROUNDS:-3}"); do
        echo "== $calls calls, round $round"
        start_server
        load --calls "$calls" --seconds "${SECONDS_EACH:-20}" --json "$results/calls-$calls-$round.json"
        stop_server
    done
done
echo "== routes"
start_server
load api --seconds "${ROUTE_SECONDS:-5}" --json "$results/routes.json"
stop_server
echo "== overlaps"
start_server
load overlap --clients 32 --tries "${OVERLAP_TRIES:-1000}" --json "$results/overlap.json"

#!/usr/bin/env bash
# The files that are made from the server: its API's description, the types that the SDK has from it, the events' description, and
# the page of all refusals.
#
#   scripts/generated.sh update   makes them anew, with the release binary or the one that OPENVISIT_TEST_SERVER names
#   scripts/generated.sh check    fails when they are not what that binary and the SDK make
set -euo pipefail
cd "$(dirname "$0")/.."

client=web/packages/client
events=docs/asyncapi.json
problems=docs/problems.md
program=${OPENVISIT_TEST_SERVER:-${CARGO_TARGET_DIR:-target}/release/openvisit}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/openvisit-generated.XXXXXX")
server=

clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$scratch"
}
trap clean_up EXIT

free_port() {
    node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

# Makes the files in the scratch folder: a check must not even touch those that are there, since the UI
# and with it the server would be built anew.
make_anew() {
    local port media_port
    port=$(free_port)
    media_port=$(free_port)
    OPENVISIT_MEDIA_PORT=$media_port "$program" serve \
        --listen "127.0.0.1:$port" --data-dir "$scratch/data" >"$scratch/log" 2>&1 &
    server=$!
    # Asks until the server answers; indents, so that changes can be read.
    node --input-type=module -e '
        const [url] = process.argv.slice(1);
        const until = Date.now() + 10_000;
        let answer;
        while (!answer && Date.now() < until) answer = await fetch(url).catch(() => undefined);
        if (!answer?.ok) throw new Error(`no description at ${url}`);
        console.log(JSON.stringify(await answer.json(), null, 2));
    ' "http://127.0.0.1:$port/openapi.json" >"$scratch/openapi.json"
    "$program" asyncapi >"$scratch/asyncapi.json"
    "$program" problems >"$scratch/problems.md"
    web/node_modules/.bin/openapi-typescript "$scratch/openapi.json" --output "$scratch/schema.ts" >&2
}

case "${1:-}" in
update)
    make_anew
    cp "$scratch/openapi.json" "$client/openapi.json"
    cp "$scratch/schema.ts" "$client/src/schema.ts"
    cp "$scratch/asyncapi.json" "$events"
    cp "$scratch/problems.md" "$problems"
    ;;
check)
    make_anew
    stale=0
    diff -u "$client/openapi.json" "$scratch/openapi.json" || stale=1
    diff -u "$client/src/schema.ts" "$scratch/schema.ts" || stale=1
    diff -u "$events" "$scratch/asyncapi.json" || stale=1
    diff -u "$problems" "$scratch/problems.md" || stale=1
    if [ "$stale" = 1 ]; then
        echo "Generated files are stale: make generate"
        exit 1
    fi
    ;;
*)
    sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

#!/usr/bin/env bash
# The files that are made from the server: its API's description, and the types that the SDK has from it.
#
#   scripts/generated.sh update   makes them anew, with the release binary
#   scripts/generated.sh check    fails when they are not what the release binary and the SDK make
set -euo pipefail
cd "$(dirname "$0")/.."

client=web/packages/client
generated=("$client/openapi.json" "$client/src/schema.d.ts")
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

update() {
    local port media_port
    port=$(free_port)
    media_port=$(free_port)
    OPENVISIT_MEDIA_PORT=$media_port "${CARGO_TARGET_DIR:-target}/release/openvisit" serve \
        --listen "127.0.0.1:$port" --data-dir "$scratch" >"$scratch/log" 2>&1 &
    server=$!
    # Asks until the server answers; indents, so that changes can be read.
    node --input-type=module -e '
        const [url] = process.argv.slice(1);
        const until = Date.now() + 10_000;
        let answer;
        while (!answer && Date.now() < until) answer = await fetch(url).catch(() => undefined);
        if (!answer?.ok) throw new Error(`no description at ${url}`);
        console.log(JSON.stringify(await answer.json(), null, 2));
    ' "http://127.0.0.1:$port/openapi.json" >"$client/openapi.json"
    npm --prefix web run --silent generate
}

case "${1:-}" in
update) update ;;
check)
    for file in "${generated[@]}"; do cp --parents "$file" "$scratch"; done
    update
    stale=0
    for file in "${generated[@]}"; do
        if ! diff -u --label "$file as it is" --label "$file as it should be" "$scratch/$file" "$file"; then
            stale=1
            # A check changes nothing.
            cp "$scratch/$file" "$file"
        fi
    done
    if [ "$stale" = 1 ]; then
        echo "Generated files are stale: scripts/generated.sh update"
        exit 1
    fi
    ;;
*)
    sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

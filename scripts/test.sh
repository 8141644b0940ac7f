#!/usr/bin/env bash
# Every check there is, one after the other. A failing step does not stop those that do not need it.
# Each step's output is kept in target/test-logs; a failing one's end is shown.
#
#   scripts/test.sh           everything
#   scripts/test.sh PATTERN   only the steps whose name matches; what they need must have been built
set -uo pipefail
cd "$(dirname "$0")/.." || exit

only=${1:-.}
logs=${CARGO_TARGET_DIR:-target}/test-logs
passed=0
failed=0
failed_steps=()
export NO_COLOR=1 CARGO_TERM_COLOR=never

# Prints "passed failed" as the test programs whose output is in file $1 counted them; nothing when it
# holds no such count.
counts() {
    awk '
        # cargo: test result: ok. 12 passed; 0 failed; …
        /^test result:/ { p += $4; f += $6; found = 1 }
        # vitest:   Tests  1 failed | 11 passed (12)
        /^ *Tests  / { for (i = 1; i < NF; i++) { if ($(i + 1) == "passed") p += $i; if ($(i + 1) == "failed") f += $i } found = 1 }
        # playwright:   7 passed (1.2m)
        /^ +[0-9]+ (passed|failed|flaky|did not run)/ { if ($2 == "passed") p += $1; else f += $1; found = 1 }
        END { if (found) print p + 0, f + 0 }' "$1"
}

# step NAME COMMAND…
step() {
    local name=$1 log began status count ok bad
    shift
    [[ $name =~ $only ]] || return 0
    log=$logs/${name// /-}.log
    printf '%-18s ' "$name"
    began=$SECONDS
    "$@" >"$log" 2>&1 </dev/null
    status=$?
    count=$(counts "$log")
    read -r ok bad <<<"${count:-0 0}"
    # A step that counts no tests is one check; one that failed without a failing test is one more failure.
    if ((status == 0 && ok + bad == 0)); then ok=1; fi
    if ((status != 0 && bad == 0)); then bad=1; fi
    passed=$((passed + ok))
    failed=$((failed + bad))
    if ((status == 0)); then
        printf 'ok      %4d s%s\n' $((SECONDS - began)) "${count:+   $ok tests}"
    else
        printf 'FAILED  %4d s   %s\n' $((SECONDS - began)) "$log"
        failed_steps+=("$name")
        grep -E '^(test .* FAILED|error(\[|:)|thread .* panicked)' "$log" | head -40
        echo "--- the end of $log"
        tail -n 60 "$log"
        echo "---"
    fi
}

rust_tests() {
    local postgres amqp
    postgres=$(scripts/postgres.sh start) || return 1
    amqp=$(scripts/rabbitmq.sh start) || return 1
    OPENVISIT_TEST_POSTGRES=$postgres OPENVISIT_TEST_AMQP=$amqp cargo test --workspace --locked --no-fail-fast
}

# The database's own user must reach its folder, wherever this clone lies.
OPENVISIT_POSTGRES_DIR=$(mktemp -d "${TMPDIR:-/tmp}/openvisit-postgres.XXXXXX")
export OPENVISIT_POSTGRES_DIR
chmod 755 "$OPENVISIT_POSTGRES_DIR"
trap 'scripts/postgres.sh stop >/dev/null 2>&1; scripts/rabbitmq.sh stop >/dev/null 2>&1; rm -rf "$OPENVISIT_POSTGRES_DIR"' EXIT

mkdir -p "$logs"
step 'tools' scripts/install-tools.sh test
step 'web packages' make web/node_modules/.package-lock.json
step 'web build' make web/build/200.html
step 'rust format' cargo fmt --all --check
step 'rust lints' cargo clippy --workspace --all-targets --locked -- -D warnings
step 'rust tests' rust_tests
step 'web types' npm --prefix web run check
step 'web lints' npm --prefix web run lint
step 'web tests' npm --prefix web test
step 'web sizes' npm --prefix web run sizes
step 'release build' make build
step 'generated files' scripts/generated.sh check
step 'load' env CALLS=2 SECONDS_EACH=2 ROUNDS=1 ROUTE_SECONDS=1 OVERLAP_TRIES=20 scripts/bench.sh
step 'e2e packages' make e2e/node_modules/.package-lock.json
step 'e2e types' npm --prefix e2e run check
step 'browser tests' npm --prefix e2e test
if command -v go >/dev/null; then
    step 'livekit server' scripts/livekit.sh path
    step 'livekit tests' npm --prefix e2e run test-livekit
else
    echo 'livekit tests      left out: building a LiveKit server takes Go, which is not installed'
fi

((${#failed_steps[@]} == 0)) || printf 'Failed: %s\n' "${failed_steps[*]}"
echo "$passed passed, $failed failed"
((failed == 0))

#!/usr/bin/env bash
# Every check there is. A failing step does not stop those that do not need it. What only compiles or reads
# runs side by side; what measures, or waits for others, has the machine to itself.
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
failed_tests=()
export NO_COLOR=1 CARGO_TERM_COLOR=never
# The server is built once: unoptimised, as the tests in Rust have it, and with checks that a release leaves out.
programs=$(realpath -m "${CARGO_TARGET_DIR:-target}")/debug
export OPENVISIT_TEST_SERVER=${OPENVISIT_TEST_SERVER:-$programs/openvisit}

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
        # client programs: 310 passed, 2 failed
        /^[0-9]+ passed, [0-9]+ failed$/ { p += $1; f += $3; found = 1 }
        END { if (found) print p + 0, f + 0 }' "$1"
}

# Prints the names of the tests that failed, as cargo, vitest, playwright, the client programs and Schemathesis write them.
failures() {
    grep -hE '^(test .* \.\.\. FAILED| +✘ | +FAIL  | *✖ |(FAIL|ERROR): |_+ [A-Z]+ /)' "$1" | sort -u | head -40
}

# carry_out NAME COMMAND…: runs a step; what it says, how it ended and how long it took are kept for its report.
carry_out() {
    local name=$1 log=$logs/${1// /-} began=$SECONDS
    shift
    [[ $name =~ $only ]] || return 0
    rm -f "$log.ended"
    "$@" >"$log.log" 2>&1 </dev/null
    echo "$? $((SECONDS - began))" >"$log.ended"
}

# report NAME…: says how each of these steps has ended, and counts its tests.
report() {
    local name log status took count ok bad
    for name; do
        [[ $name =~ $only ]] || continue
        log=$logs/${name// /-}
        read -r status took <"$log.ended" || read -r status took <<<'1 0'
        count=$(counts "$log.log")
        read -r ok bad <<<"${count:-0 0}"
        # A step that counts no tests is one check; one that failed without a failing test is one more failure.
        if ((status == 0 && ok + bad == 0)); then ok=1; fi
        if ((status != 0 && bad == 0)); then bad=1; fi
        passed=$((passed + ok))
        failed=$((failed + bad))
        if ((status == 0)); then
            printf '%-18s ok      %4d s%s\n' "$name" "$took" "${count:+   $ok tests}"
        else
            printf '%-18s FAILED  %4d s   %s\n' "$name" "$took" "$log.log"
            failed_steps+=("$name")
            mapfile -t -O ${#failed_tests[@]} failed_tests < <(failures "$log.log")
            grep -E '^(error(\[|:)|thread .* panicked)' "$log.log" | head -40
            echo "--- the end of $log.log"
            tail -n 60 "$log.log"
            echo "---"
        fi
    done
}

# step NAME COMMAND…: carries out a step and reports it.
step() {
    carry_out "$@"
    report "$1"
}

# The tests are built by the linter in the compiler's place: what only lints would compile all dependencies once more.
linting() { RUSTC_WORKSPACE_WRAPPER=$(command -v clippy-driver) "$@"; }

# What the linter said while the tests were built; it says the same again of what it need not build again.
rust_lints() {
    local said=$logs/rust-test-build.log
    [ -f "$said" ] || return 1
    ! grep -A 12 '^warning' "$said"
}

rust_tests() {
    local postgres amqp status
    postgres=$(scripts/postgres.sh start) || return 1
    amqp=$(scripts/rabbitmq.sh start) || return 1
    OPENVISIT_TEST_POSTGRES=$postgres OPENVISIT_TEST_AMQP=$amqp \
        linting cargo test --workspace --locked --no-fail-fast
    status=$?
    scripts/postgres.sh stop
    scripts/rabbitmq.sh stop
    return $status
}

# Those that are held at several nodes share a PostgreSQL.
browser_tests() {
    local postgres status
    postgres=$(scripts/postgres.sh start) || return 1
    OPENVISIT_TEST_POSTGRES=$postgres npm --prefix e2e test
    status=$?
    scripts/postgres.sh stop
    return $status
}

# Runs beside cargo's work, on the processor time that it leaves.
reading() {
    carry_out 'web types' nice npm --prefix web run check
    carry_out 'web lints' nice npm --prefix web run lint
    carry_out 'web sizes' nice npm --prefix web run sizes
    carry_out 'sdk package' nice scripts/packed-sdk.sh
    carry_out 'e2e packages' nice make e2e/node_modules/.package-lock.json
    carry_out 'e2e types' nice npm --prefix e2e run check
    carry_out 'e2e lints' nice npm --prefix e2e run lint
    carry_out 'client packages' nice make tests/clients/node_modules/.package-lock.json
    carry_out 'client lints' nice make lint-clients
    if ((has_go)); then carry_out 'livekit server' nice scripts/livekit.sh path; fi
}

trap 'scripts/postgres.sh stop; scripts/rabbitmq.sh stop' EXIT
# Also what runs beside, which a Ctrl-C does not reach.
trap 'trap - INT TERM; kill 0' INT TERM

mkdir -p "$logs"
has_go=0
if command -v go >/dev/null; then has_go=1; fi

step 'tools' scripts/install-tools.sh test
step 'web packages' make web/node_modules/.package-lock.json
step 'web build' make web/build/200.html

# Cargo leaves a processor idle now and then.
reading &
read_too=$!
step 'rust format' cargo fmt --all --check
step 'rust test build' linting cargo test --workspace --locked --no-run
step 'rust lints' rust_lints
wait $read_too
echo 'beside these:'
report 'web types' 'web lints' 'web sizes' 'sdk package' 'e2e packages' 'e2e types' 'e2e lints' 'client packages' 'client lints'
if ((has_go)); then report 'livekit server'; fi

step 'web tests' npm --prefix web test
step 'rust tests' rust_tests
step 'generated files' scripts/generated.sh check
# Whether the load generator works, not how fast.
step 'load' env LOAD="$programs/openvisit-load" CALLS=2 SECONDS_EACH=2 ROUNDS=1 ROUTE_SECONDS=1 OVERLAP_TRIES=20 scripts/bench.sh
step 'schemathesis' scripts/schemathesis.sh
step 'browser tests' browser_tests
step 'client programs' npm --prefix tests/clients test
if ((has_go)); then
    step 'livekit tests' npm --prefix e2e run test-livekit
else
    echo 'livekit tests      left out: building a LiveKit server takes Go, which is not installed'
fi

((${#failed_steps[@]} == 0)) || printf 'Failed: %s\n' "${failed_steps[*]}" "${failed_tests[@]}"
echo "$((SECONDS / 60)) min $((SECONDS % 60)) s in all"
echo "$passed passed, $failed failed"
((failed == 0))

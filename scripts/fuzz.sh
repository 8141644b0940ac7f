#!/usr/bin/env bash
# Tries each target of fuzz/ for so many seconds, one after the other; what was found to be interesting is kept in
# target/fuzz. Needs a nightly compiler and cargo-fuzz.
#
#   scripts/fuzz.sh [SECONDS [TARGET…]]
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
shift || true
targets=("$@")
[[ ${#targets[@]} -gt 0 ]] || targets=(sdp datagrams framing tokens requests sockets)
command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
for target in "${targets[@]}"; do
    corpus=$PWD/target/fuzz/corpus/$target
    mkdir -p "$corpus" target/fuzz/artifacts
    cargo +nightly fuzz run --target-dir target/fuzz "$target" "$corpus" -- \
        -max_total_time="$seconds" -max_len=8192 -artifact_prefix="$PWD/target/fuzz/artifacts/$target-"
done

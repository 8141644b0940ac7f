#!/usr/bin/env bash
# Tries whether the API answers as its description says, whatever is sent. Schemathesis, as tests/schemathesis/requirements.txt
# has it, is kept beside what was built.
#
#   scripts/schemathesis.sh           the same calls each time, within 90 seconds
#   scripts/schemathesis.sh SECONDS   other calls, for so long
set -euo pipefail
cd "$(dirname "$0")/.."

packages=tests/schemathesis/requirements.txt
kept=${CARGO_TARGET_DIR:-target}/schemathesis
if ! cmp -s "$packages" "$kept/requirements.txt"; then
    rm -rf "$kept"
    python3 -m venv "$kept"
    "$kept/bin/pip" install --quiet --disable-pip-version-check --requirement "$packages"
    cp "$packages" "$kept/requirements.txt"
fi
SCHEMATHESIS=$(realpath "$kept/bin/schemathesis") exec node tests/schemathesis/run.js "$@"

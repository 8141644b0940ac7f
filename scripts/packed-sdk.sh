#!/usr/bin/env bash
# Installs the SDK as npm would publish it into projects as `npm create vite` makes them, and builds them with their own compiler
# settings. They are left in target/sdk for the browser tests.
#
#   scripts/packed-sdk.sh          everything, from the beginning
#   scripts/packed-sdk.sh lock     makes the lock files of the projects anew
set -euo pipefail
cd "$(dirname "$0")/.."

# Of the day when the lock files in tests/sdk were made.
create_vite=create-vite@9.3.0
most_megabytes=10
# Of the element, with all that it may fetch later (gzip).
most_bytes=90000

root=$PWD
tests=$root/tests/sdk
sdk=$(mkdir -p "${CARGO_TARGET_DIR:-target}/sdk" && cd "${CARGO_TARGET_DIR:-target}/sdk" && pwd)
quiet=(--no-audit --no-fund --loglevel=error)

# scaffold NAME TEMPLATE: a fresh project, with the packages that its lock file names.
scaffold() {
    (cd "$sdk" && npx --yes "$create_vite" "$1" --template "$2" --no-interactive </dev/null)
    [ "${lock:-}" ] || cp "$tests/$1/package-lock.json" "$sdk/$1/"
}

# Puts the packed SDK into project $1, whose lock file knows nothing of it.
install_sdk() {
    (cd "$sdk/$1" && npm install "${quiet[@]}" && npm install --no-save "${quiet[@]}" "$package")
    cp -r "$tests/$1/." "$sdk/$1/"
}

# What the embedded provider needs, and nothing else, is what everybody downloads.
weigh() {
    local megabytes bytes
    mkdir "$sdk/alone"
    (cd "$sdk/alone" && npm init -y >/dev/null && npm install "${quiet[@]}" "$package")
    megabytes=$(du -sm "$sdk/alone/node_modules" | cut -f1)
    echo "node_modules with the embedded provider only: $megabytes MB, at most $most_megabytes"
    ((megabytes <= most_megabytes))
    bytes=$(for it in "$sdk"/alone/node_modules/@openvisit/client/dist/standalone/*.js; do gzip -c "$it"; done | wc -c)
    echo "<openvisit-call>: $bytes bytes (gzip), at most $most_bytes"
    ((bytes <= most_bytes))
}

rm -rf "${sdk:?}"/*
if [ "${1:-}" = lock ]; then
    lock=1
    for it in vanilla react vue; do
        scaffold $it $it-ts
        (cd "$sdk/$it" && npm install --package-lock-only "${quiet[@]}")
        cp "$sdk/$it/package-lock.json" "$tests/$it/"
    done
    exit
fi

npm --prefix web/packages/client run build
npm pack --ignore-scripts --silent --pack-destination "$sdk" ./web/packages/client
package=$(echo "$sdk"/openvisit-client-*.tgz)
weigh

examples=$root/web/packages/client/examples
for it in vanilla react vue; do
    scaffold $it $it-ts
    install_sdk $it
done
cp "$examples/call-page.ts" "$sdk/vanilla/src/main.ts"
# The page of the docs is the page of the project.
awk '/^## The call by the SDK/ { here = 1 } here && /^```$/ { exit } here && page { print } here && /^```html$/ { page = 1 }' \
    docs/sdk.md | sed 's#/call-page.js#/src/main.ts#' >"$sdk/vanilla/index.html"
cp "$examples/react.tsx" "$sdk/react/src/"
cp "$examples/Visit.vue" "$sdk/vue/src/"
cp -r "$sdk/vanilla/node_modules/@openvisit/client/dist/standalone" "$sdk/vanilla/public/"
for it in vanilla react vue; do
    (cd "$sdk/$it" && npm run build)
    # Not every bundler does without what is not installed.
    if grep -rlE "from ?['\"](livekit-client|twilio-video|amazon-chime-sdk-js)" "$sdk/$it/dist" --include='*.js'; then exit 1; fi
done

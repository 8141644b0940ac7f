#!/bin/sh
# A real LiveKit server for the tests and for trying it by hand, built from its Go module.
#
#   scripts/livekit.sh path   builds it where it was not built yet, and prints where the program is
#   scripts/livekit.sh run    runs it on loopback for an OpenVisit at 127.0.0.1:8086 (or $OPENVISIT), until Ctrl-C
#
# It is kept outside the checkout, in $XDG_CACHE_HOME or ~/.cache. Building it needs Go 1.26 and some minutes.
set -eu

version=1.13.5
home=${XDG_CACHE_HOME:-$HOME/.cache}/openvisit/livekit-$version
program=$home/livekit-server
key=APIopenvisit
secret=a-secret-for-trying-it-on-loopback-only

say() { echo "livekit.sh: $*" >&2; }

# The module's program is called server; two that build at once must not disturb each other.
build() {
    if ! command -v go >/dev/null; then
        say 'it is built with Go, which is not installed: install Go 1.26 or newer'
        return 1
    fi
    mkdir -p "$home"
    building=$(mktemp -d "$home/building.XXXXXX")
    trap 'rm -rf "$building"' EXIT
    say "building LiveKit $version; this is done once"
    GOBIN=$building go install "github.com/livekit/livekit-server/cmd/server@v$version" >&2
    mv "$building/server" "$program"
    rm -rf "$building"
}

case ${1:-} in
path)
    [ -x "$program" ] || build
    echo "$program"
    ;;
run)
    [ -x "$program" ] || build
    callbacks=http://${OPENVISIT:-127.0.0.1:8086}/api/v1/providers/livekit/events
    cat >&2 <<EOF

  LiveKit at ws://127.0.0.1:7880 tells $callbacks what happens. OpenVisit's side:

    OPENVISIT_LIVEKIT_URL=ws://127.0.0.1:7880 OPENVISIT_LIVEKIT_API_KEY=$key \\
    OPENVISIT_LIVEKIT_API_SECRET=$secret make run

EOF
    exec "$program" --config-body "
port: 7880
bind_addresses: [127.0.0.1]
rtc: { tcp_port: 7881, udp_port: 7882, node_ip: 127.0.0.1, enable_loopback_candidate: true }
room: { auto_create: false }
keys: { $key: $secret }
webhook: { api_key: $key, urls: ['$callbacks'] }
"
    ;;
*)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
    exit 2
    ;;
esac

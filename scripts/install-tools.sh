#!/bin/sh
# Makes sure that the programs are there which the build, or the tests, call.
#
#   scripts/install-tools.sh build   a C compiler, besides Rust and Node
#   scripts/install-tools.sh test    that, Chromium, Firefox, PostgreSQL, RabbitMQ, coturn, nginx, Caddy, HAProxy, Python's requests and venv, and what the docs' commands call (curl, jq)
#
# On Debian it installs what is missing, as root or with sudo; elsewhere it says what to install.
set -eu

say() { echo "$*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }

need_by_hand() {
    has "$1" && return
    say "Missing: $1. $2"
    exit 1
}

# Adds a Debian package to the list of what is missing.
want() { packages="${packages:+$packages }$1"; }

rust_and_node() {
    need_by_hand cargo "Install Rust with rustup: https://rustup.rs"
    need_by_hand node "Install Node 20 or later: https://nodejs.org"
    need_by_hand npm "It comes with Node: https://nodejs.org"
    major=$(node -p 'process.versions.node.split(".")[0]')
    if [ "$major" -lt 20 ]; then
        say "Node $(node --version) is too old: 20 or later is needed."
        exit 1
    fi
}

install_packages() {
    if ! has apt-get; then
        say "Missing, named as in Debian: $packages. Please install them with your system's package manager."
        exit 1
    fi
    if [ "$(id -u)" = 0 ]; then as_root=""
    elif has sudo; then as_root="sudo"
    else
        say "Missing: $packages. As root: apt-get install $packages"
        exit 1
    fi
    say "Installing Debian's packages: $packages"
    # The tests run a PostgreSQL of their own; one that the package starts would take port 5432.
    # shellcheck disable=SC2016 # expands in the inner shell
    $as_root sh -c 'conf=/etc/postgresql-common/createcluster.conf
        [ -e $conf ] || { mkdir -p "${conf%/*}" && echo "create_main_cluster = false" >$conf; }'
    $as_root apt-get update -qq >&2
    case " $packages " in
    *" rabbitmq-server "* | *" coturn "* | *" nginx-light "* | *" caddy "* | *" haproxy "*) without_services ;;
    *) apt_install ;;
    esac
}

apt_install() {
    # shellcheck disable=SC2086 # both are lists
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >&2
}

# The packages of RabbitMQ, coturn and the proxies start a server, now and at every boot; the tests start their own.
without_services() {
    policy=/usr/sbin/policy-rc.d
    if [ -e $policy ]; then policy=""
    else $as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy"
    fi
    status=0
    apt_install || status=$?
    [ -z "$policy" ] || $as_root rm -f "$policy"
    if [ -d /run/systemd/system ]; then
        for service in rabbitmq-server.service epmd.service epmd.socket coturn.service nginx.service caddy.service haproxy.service; do
            $as_root systemctl -q disable "$service" >&2 || true
        done
    fi
    return $status
}

packages=""
case "${1:-}" in
build) ;;
test)
    has curl || want curl
    has jq || want jq
    has chromium || want chromium
    has firefox-esr || want firefox-esr
    has initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || want postgresql
    [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || want rabbitmq-server
    has turnserver || want coturn
    [ -x /usr/sbin/nginx ] || want nginx-light
    has caddy || want caddy
    [ -x /usr/sbin/haproxy ] || want haproxy
    [ -x /usr/sbin/nft ] || want nftables
    has systemd-analyze || want systemd
    has openssl || want openssl
    /usr/bin/python3 -c 'import pika' 2>/dev/null || want python3-pika
    /usr/bin/python3 -c 'import requests' 2>/dev/null || want python3-requests
    python3 -c 'import ensurepip' 2>/dev/null || want python3-venv
    ;;
*)
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
rust_and_node
has cc || { want gcc; want libc6-dev; }
[ -z "$packages" ] || install_packages

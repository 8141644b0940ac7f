#!/bin/sh
# A throw-away RabbitMQ for the tests, on loopback.
#
#   scripts/rabbitmq.sh start   starts it where it does not run yet, and prints its URL
#   scripts/rabbitmq.sh url     prints the URL; fails where none runs
#   scripts/rabbitmq.sh stop    stops it and deletes its data
#
# Ports, names and files are its own: it runs beside any other RabbitMQ, and beside that of another clone. TLS is three
# ports above, by the certificate in target/rabbitmq/certificate.pem. Besides guest there are `writer`, who may do nothing
# but publish to the exchanges of tests, and `booker`, who may publish bookings only to amq.topic.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
home=${CARGO_TARGET_DIR:-$root/target}/rabbitmq
programs=/usr/lib/rabbitmq/bin

say() { echo "rabbitmq.sh: $*" >&2; }

running() { [ -s "$home/url" ] && kill -0 "$(cat "$home/pid" 2>/dev/null)" 2>/dev/null; }

# The port mapper of its own goes with it.
end_it() {
    pid=$(cat "$home/pid" 2>/dev/null || true)
    if [ -n "$pid" ]; then
        kill "$pid" 2>/dev/null || true
        for _ in $(seq 100); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -9 "$pid" 2>/dev/null || true
    fi
    [ ! -s "$home/mapper" ] || epmd -port "$(cat "$home/mapper")" -kill >/dev/null 2>&1 || true
}

# Waits for the line that says it is up; fails when it dies before.
wait_for_it() {
    for _ in $(seq 300); do
        if grep -qs 'Server startup complete' "$home"/log/*.log; then return 0; fi
        if [ -s "$home/pid" ] && ! kill -0 "$(cat "$home/pid")" 2>/dev/null; then return 1; fi
        sleep 0.1
    done
    return 1
}

make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost \
        -config /dev/stdin -extensions own -keyout "$home/key.pem" -out "$home/certificate.pem" 2>"$home/openssl.log" <<-CONF
	[req]
	distinguished_name = name
	[name]
	[own]
	subjectAltName = DNS:localhost, IP:127.0.0.1
	basicConstraints = critical, CA:FALSE
	CONF
}

# Users with their passwords, and what they may do.
define_users() {
    cat >"$home/definitions.json" <<-'JSON'
	{
	  "vhosts": [{ "name": "/" }],
	  "users": [
	    { "name": "guest", "password": "guest", "tags": "administrator" },
	    { "name": "writer", "password": "writer", "tags": "" },
	    { "name": "booker", "password": "booker", "tags": "" }
	  ],
	  "permissions": [
	    { "user": "guest", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*" },
	    { "user": "writer", "vhost": "/", "configure": "^$", "write": "^test-", "read": "^$" },
	    { "user": "booker", "vhost": "/", "configure": "^$", "write": "^amq\\.topic$", "read": "^$" }
	  ],
	  "topic_permissions": [
	    { "user": "booker", "vhost": "/", "exchange": "amq.topic", "write": "^appointment\\.booked$", "read": "^$" }
	  ]
	}
	JSON
}

# start_on PORT: AMQP there; the two following ports are for Erlang, the third is AMQP by TLS.
start_on() {
    rm -rf "$home"
    mkdir -p "$home"
    echo $(($1 + 2)) >"$home/mapper"
    : >"$home/enabled_plugins"
    make_certificate
    define_users
    cat >"$home/rabbitmq.conf" <<-CONF
	listeners.tcp.1 = 127.0.0.1:$1
	listeners.ssl.1 = 127.0.0.1:$(($1 + 3))
	ssl_options.certfile = $home/certificate.pem
	ssl_options.keyfile = $home/key.pem
	load_definitions = $home/definitions.json
	disk_free_limit.absolute = 10MB
	vm_memory_high_watermark.absolute = 512MB
	CONF
    env -i PATH="$PATH" HOME="$home" LANG=C.UTF-8 \
        RABBITMQ_NODENAME="openvisit-$1@localhost" RABBITMQ_DIST_PORT=$(($1 + 1)) \
        ERL_EPMD_PORT=$(($1 + 2)) ERL_EPMD_ADDRESS=127.0.0.1 \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none' \
        RABBITMQ_CONF_ENV_FILE="$home/none" RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" \
        RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins" RABBITMQ_PID_FILE="$home/pid" \
        RABBITMQ_MNESIA_BASE="$home/data" RABBITMQ_LOG_BASE="$home/log" \
        "$programs/rabbitmq-server" -detached >"$home/start.log" 2>&1 &&
        wait_for_it &&
        echo "amqp://guest:guest@127.0.0.1:$1/%2f" >"$home/url"
}

start() {
    if [ ! -x "$programs/rabbitmq-server" ]; then
        say "RabbitMQ is missing: scripts/install-tools.sh test"
        exit 1
    fi
    if running; then
        cat "$home/url"
        return
    fi
    end_it
    for attempt in 1 2 3; do
        # Below the range that systems give out by themselves.
        port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
        if start_on "$port"; then
            cat "$home/url"
            return
        fi
        say "attempt $attempt to start on port $port failed"
        tail -n 20 "$home/start.log" "$home"/log/*.log >&2 || true
        end_it
    done
    exit 1
}

case "${1:-}" in
start) start ;;
stop)
    end_it
    rm -rf "$home"
    ;;
url)
    if ! running; then
        say "no RabbitMQ runs here: scripts/rabbitmq.sh start"
        exit 1
    fi
    cat "$home/url"
    ;;
*)
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

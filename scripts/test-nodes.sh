#!/usr/bin/env bash
# The journeys of a call against three nodes on one PostgreSQL behind HAProxy, each request to another node, with faults;
# and the API's tests on PostgreSQL with the client at another node than everybody else; then one of three nodes is killed in
# the middle of booking and ending, again and again.
#
#   scripts/test-nodes.sh           all of it; NODE_KILLS=200 kills as often, instead of 20 times
#   scripts/test-nodes.sh livekit   the journeys alone, on a real LiveKit
set -euo pipefail
cd "$(dirname "$0")/.."

trap 'scripts/postgres.sh stop; scripts/rabbitmq.sh stop' EXIT
postgres=$(scripts/postgres.sh start)
amqp=$(scripts/rabbitmq.sh start)
export OPENVISIT_TEST_POSTGRES=$postgres OPENVISIT_TEST_AMQP=$amqp

if [ "${1:-}" = livekit ]; then
    npm --prefix e2e run test-nodes-livekit
else
    OPENVISIT_TEST_NODES=1 cargo test --workspace --locked --test http -- postgres nodes:: homes:: apart::
    NODE_KILLS=${NODE_KILLS:-20} cargo test --workspace --locked --test process -- nodes_killed:: --nocapture
    npm --prefix e2e run test-nodes
fi

#!/bin/bash
# What is needed of systemctl to try a page of the docs: one service, as its unit says. Timers are not waited for.
set -eu
unit=/etc/systemd/system/openvisit.service
of_unit() { sed -n "s/^$1=//p" "$unit"; }
process=/var/lib/openvisit.pid

stop() {
    [ -f "$process" ] || return 0
    kill "$(cat "$process")"
    # Whose parent is gone may stay as a zombie.
    while grep -q '^State:.[^Z]' "/proc/$(cat "$process")/status" 2>/dev/null; do sleep 0.05; done
    rm "$process"
}

start() {
    # shellcheck disable=SC2046 # words, as systemd takes them
    env $(of_unit Environment) $(of_unit ExecStart) >/var/lib/openvisit.log 2>&1 </dev/null &
    echo $! >"$process"
}

case "$*" in
daemon-reload | *.timer) ;;
'stop openvisit') stop ;;
'start openvisit' | 'enable --now openvisit') start ;;
'restart openvisit') stop && start ;;
*) echo "systemctl $*: not known here" >&2 && exit 1 ;;
esac

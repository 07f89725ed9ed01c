# Ways to see failing calls, for the scenes that compare them.
# shellcheck shell=bash

# shellcheck disable=SC2034 # read by those that source this
declare -A without=([returns]='' [exits]='--without-hook bind' [counts]='--without-hook bind --without-hook calls')

until_waits() { # PID COMMAND...: until the command is true, for 60 s
	local pid=$1

	shift
	for _ in $(seq 600); do
		! "$@" || return 0
		[ -e "/proc/$pid" ] || return 1
		sleep 0.1
	done
	return 1
}

detach() { # what $watcher has attached
	kill -INT "$watcher"
	wait "$watcher"
}

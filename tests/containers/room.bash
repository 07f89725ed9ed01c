# A room: pid, mount and network namespaces of its own in which a container runtime works as on a host. What the runtime
# writes is on file systems of the room's, what it starts are processes of the room's, and its control groups are below one
# directory: room_close ends all of it, however the test went. Sourced by the bats files of this folder.
#
# Other tests go on beside it, and the kernel counts sockets for the whole machine: so no test here may want the coverage
# to be complete where all namespaces are in view.

# Control groups have no room of their own here: those that the room's runtime makes are below this one.
: "${room_cgroup:=/unfin-room-$$}"

export PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/podman # Debian's, not those of a version manager

room_open() {
	: "${UNFIN:=$ROOM_TESTS/../../build/unfin}"
	export UNFIN ROOM=$BATS_FILE_TMPDIR room_cgroup
	gcc -O1 -static -Wall -Wextra -Werror -o "$ROOM/guest" "$ROOM_TESTS/guest.c" || return
	unshare --pid --fork --kill-child --mount --mount-proc --net \
		"$ROOM_TESTS/room" "$ROOM" </dev/null >"$ROOM/room.log" 2>&1 3>&- &
	echo $! >"$ROOM/unshare"
	within 20 test -e "$ROOM/open" || { cat "$ROOM/room.log"; return 1; }
	ROOM_PID=$(pgrep -P "$(<"$ROOM/unshare")")
	export ROOM_PID
}

# The folder of this file: bats files of a folder below have another.
ROOM_TESTS=$(cd "${BASH_SOURCE[0]%/*}" && pwd)

# Runs a command there.
room() { nsenter --target "$ROOM_PID" --mount --pid --net -- "$@"; }

# The same in a folder: the way into the room leads to its root.
room_in() { # FOLDER COMMAND...
	# shellcheck disable=SC2016 # for the shell within
	room sh -c 'cd "$0" && exec "$@"' "$@"
}

room_background() { # LOG COMMAND...
	local log=$ROOM/$1
	shift
	room "$@" </dev/null >"$log" 2>&1 3>&- &
}

room_close() {
	[ -s "$ROOM/unshare" ] || return 0
	kill -KILL "$(<"$ROOM/unshare")"
	within 20 eval '! kill -0 "$ROOM_PID" 2>/dev/null' || return
	# A group can go only after the last process in it, which the kernel buries in its own time.
	within 20 room_has_no_groups
}

room_groups() { find /sys/fs/cgroup -depth -type d -path "*$room_cgroup*" 2>/dev/null; }
room_has_no_groups() {
	room_groups | xargs -r rmdir 2>/dev/null
	[ -z "$(room_groups)" ]
}

# within SECONDS COMMAND...
within() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || { echo "not within the limit: $*"; return 1; }
		sleep 0.05
	done
}

unfin() { room "$UNFIN" "$@"; }

# How many sockets match.
count() { unfin list -q -H "$1" "${@:2}" | wc -l; }
has() { [ "$(count "${@:2}")" = "$1" ]; } # COUNT EXPRESSION [OPTION...]

# The page as one line, so that no wrap stands between two words.
page() { unfin check -q --window 0 "$@" | tr -s ' \n' ' '; }

# What one look with --netns $1 finds, but for the leaks that are there: who is accused of what.
accused() {
	unfin check -q --json --window 0 --netns "$1" |
		jq -c '[.findings[] | select(.id != "never-closed") | {id, peer, who: .subject.cmdline}]'
}

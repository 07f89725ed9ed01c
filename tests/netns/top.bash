# What the tests of `unfin top` share: a terminal (tmux) of a size, keys into it, and waiting for what it shows.
# shellcheck shell=bash

need_top() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN
	unset TMUX
	[ -x "${UNFIN%/*}/unfin-top" ] || skip "unfin-top is not built (libncurses-dev is missing)"
	command -v tmux >/dev/null || skip "tmux is not installed"
}

term() { tmux -S "$BATS_TEST_TMPDIR/tmux" -f /dev/null -u "$@"; }

# open_term COLUMNSxROWS COMMAND: a shell in it runs the command, and stays for what is left behind
open_term() {
	printf 'PS1="ready\$ "\nexport UNFIN=%q\n' "$UNFIN" >"$BATS_TEST_TMPDIR/rc"
	term new-session -d -x "${1%x*}" -y "${1#*x}" bash --rcfile "$BATS_TEST_TMPDIR/rc" 3>&-
	term set-option -g status off
	term resize-window -x "${1%x*}" -y "${1#*x}"
	shows 'ready\$'
	term send-keys -l "$2"
	term send-keys Enter
}

close_term() { term kill-server 2>/dev/null || true; }

screen() { term capture-pane -p; }

key() { term send-keys "$@"; }
type_text() { term send-keys -l "$1"; }
# click ROW COLUMN, from 1, as xterm tells it: the button goes down, and up
click() {
	local button
	for button in 20 23; do
		term send-keys -H 1b 5b 4d "$button" "$(printf %x $((32 + $2)))" "$(printf %x $((32 + $1)))"
	done
}

# shows REGEX: within 15 s
shows() {
	local _
	for _ in $(seq 300); do
		screen | grep -qE -- "$1" && return 0
		sleep 0.05
	done
	echo "not on the screen: $1"
	screen
	return 1
}
shows_not() {
	local _
	for _ in $(seq 300); do
		screen | grep -qE -- "$1" || return 0
		sleep 0.05
	done
	echo "still on the screen: $1"
	screen
	return 1
}

# golden NAME: a kept moment as a file
golden() {
	[ -e "$BATS_FILE_TMPDIR/$1" ] || sqlite3 "$BATS_FILE_TMPDIR/$1" <"$BATS_TEST_DIRNAME/../golden/$1.sql"
	echo "$BATS_FILE_TMPDIR/$1"
}

# The pid of the process that has the terminal, within the shell that the terminal runs.
top_pid() { pgrep -P "$(term list-panes -F '#{pane_pid}')" -x unfin-top; }

# What the terminal's settings are, as the shell of the terminal sees them.
settings() { stty -a -F "$(term list-panes -F '#{pane_tty}')"; }

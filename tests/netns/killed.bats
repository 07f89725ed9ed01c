#!/usr/bin/env bats
# Nothing is pinned: whatever a process that watches had in the kernel ends with it, at whatever moment it is killed.
# KILLS=200 for as many.
# alone: what is loaded in the kernel is compared, before and after
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	: "${KILLS:=10}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
	command -v bpftool >/dev/null || skip "bpftool is not there"
	cd "$BATS_TEST_TMPDIR" || return
}

# held_by PID: "prog 17", "map 4", "link 9": what its descriptors hold in the kernel
held_by() {
	sed -n 's/^\(prog\|map\|link\)_id:\t\([0-9]*\)$/\1 \2/p' /proc/"$1"/fdinfo/* 2>/dev/null | sort -u
}

in_kernel() {
	local kind
	for kind in prog map link; do
		bpftool -j "$kind" | jq -r --arg kind "$kind" '.[] | "\($kind) \(.id)"'
	done | sort -u
}

# all_gone FILE: nothing of what it lists is in the kernel any more, which frees it a moment later
all_gone() {
	local end=$((SECONDS + 20))
	until [[ -z $(comm -12 "$1" <(in_kernel)) ]]; do
		((SECONDS < end)) || { comm -12 "$1" <(in_kernel); return 1; }
		sleep 0.1
	done
}

# attached PID: it waits for the window's end
attached() {
	local end=$((SECONDS + 20))
	until grep -q nanosleep "/proc/$1/wchan"; do
		((SECONDS < end)) && [[ -e /proc/$1 ]] || return 1
		sleep 0.05
	done
}

@test "killed at any moment, it leaves no program, map or link behind" {
	local pid commands=(check "watch -o jsonl") command
	for ((i = 0; i < KILLS; i++)); do
		# shellcheck disable=SC2206
		command=(${commands[i % 2]})
		"$UNFIN" "${command[@]}" --netns self --window 60s >/dev/null 2>&1 &
		pid=$!
		# the first when all is attached, the others at any moment
		if ((i == 0)); then attached "$pid"; else sleep "0.$(printf '%03d' $((RANDOM % 400)))"; fi
		# what it holds is read while it stands still
		kill -STOP "$pid"
		until grep -q '^State:.*[TZ]' "/proc/$pid/status"; do :; done
		held_by "$pid" >>held
		kill -KILL "$pid"
		wait "$pid" || true
	done
	sort -u -o held held
	grep -q ^prog held && grep -q ^map held && grep -q ^link held
	all_gone held
	echo "# $(wc -l <held) programs, maps and links of $KILLS processes, all gone" >&3
}

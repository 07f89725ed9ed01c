#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016 # bats sets stderr; commands for the shell inside
#
# The live sources agree with each other: what one of them cannot know is unknown, never different.
# alone: two looks must meet the same
bats_require_minimum_version 1.5.0
load list

setup() {
	need_namespace
}

# What both know of every socket; ages are told for the same states, within the time between the two looks.
both_know() {
	jq -c '.sockets[] | select(.state != "close")
		| [.state, .local_address, .local_port, .peer_address, .peer_port, .recv_q, .send_q, .unowned, .inode, .uid,
		.cookie, .netns, (.holders | map([.pid, .fd, .comm]) | sort)]' "$1" | sort
}

compare_looks() {
	both_know "$WORK/bpf" >"$WORK/bpf.rows"
	both_know "$WORK/sock_diag" >"$WORK/sock_diag.rows"
	[[ $(wc -l <"$WORK/bpf.rows") -ge $1 ]]
	diff "$WORK/bpf.rows" "$WORK/sock_diag.rows" | head -20
	cmp "$WORK/bpf.rows" "$WORK/sock_diag.rows"
	jq -e '.coverage.complete' "$WORK/bpf"
	# A process with more rights than ours may hide anything from /proc.
	jq -e '.coverage.gaps | map(select(.what | startswith("the descriptors of") | not)) == []' "$WORK/sock_diag"
}

@test "a mixed population of 1,000" {
	inside 1000 'for s in bpf sock_diag; do "$UNFIN" list --source $s --json >$WORK/$s; done'
	compare_looks 1000
	# A connection that died and is still held is in no list of the kernel's: found by its descriptor.
	for s in bpf sock_diag; do jq '[.sockets[] | select(.state == "close").holders[] | [.pid, .fd]] | sort' "$WORK/$s" >"$WORK/$s.close"; done
	cmp "$WORK/bpf.close" "$WORK/sock_diag.close"
	jq -e 'length > 0' "$WORK/bpf.close"
}

@test "an unknown source: the nearest right word, status 2" {
	run --separate-stderr "$UNFIN" list --source sock-diagg
	[[ $status == 2 && $stderr == *"did you mean 'sock_diag'"* ]]
}

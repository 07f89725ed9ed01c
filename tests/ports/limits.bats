#!/usr/bin/env bats
# unfin limits: each limit with its use, and the moment at which a steady rate reaches it.
bats_require_minimum_version 1.5.0

setup() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	unshare -n true 2>/dev/null || skip "network namespaces need root"
}

@test "descriptors of a server that ever more users stay with: the end comes within 20% or the interval" {
	# 5 to 60 users a second for 38 to 128 s: what is left at that rate is what the lab left.
	run --separate-stderr -0 "$UNFIN" lab fd-limit -q -- "$UNFIN" limits --json --window 6s
	jq -e '
		(.limits[] | select(.id == "descriptors" and (.subject | startswith("chat-server[")))) as $fd |
		.schema == "unfin.limits/1" and $fd.scope == "process" and $fd.process.comm == "chat-server" and
		$fd.used > 0 and $fd.used < $fd.limit and
		$fd.eta.low_s <= $fd.eta.s and $fd.eta.s <= $fd.eta.high_s and $fd.eta.s > 10 and $fd.eta.s < 200 and
		any(.limits[]; .id == "ports-connect" and .subject == "127.0.0.1 to 127.0.0.1:8080" and .used > 0) and
		any(.limits[]; .id == "listen-queue" and .subject == "127.0.0.1:8080" and .limit == 65) and
		any(.limits[]; .id == "files" and .scope == "host" and .setting == "fs.file-max") and
		any(.limits[]; .id == "time-wait-buckets" and .netns != null)
	' <<<"$output"
}

@test "one look: what is held has no end, and the window that gives it is named" {
	run --separate-stderr -0 unshare -n "$BATS_TEST_DIRNAME/leaking" "20000 20199" 100 "$UNFIN" limits --netns self --json
	jq -e '[.limits[] | select(.id == "ports-bind")] | length > 0 and
		all(.[]; .used == 100 and .limit == 200 and .eta == null and (.eta_why | test("--window")))' <<<"$output"
	jq -e '[.limits[] | .used / .limit] | . == (sort | reverse)' <<<"$output"
}

@test "the host's limits, from wherever they are to be seen" {
	run --separate-stderr "$UNFIN" limits --json
	jq -e 'any(.limits[]; .id == "files" and .used > 0) and
		(.limits | map(select(.id == "orphans" or .id == "tcp-memory") | .limit > 0) | all)' <<<"$output"
}

@test "the page for people" {
	run --separate-stderr -0 unshare -n "$BATS_TEST_DIRNAME/leaking" "20000 20199" 100 "$UNFIN" limits --netns self
	[[ ${lines[0]} == "Use"*"Limit of"*"Whose"*"Setting" && $output == *"50%"*"ports-bind"* ]]
	! grep -q ' $' <<<"$output"
}

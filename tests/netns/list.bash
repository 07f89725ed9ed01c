# What the tests of `list` share: a population of sockets with its ledger, and what ss and the ledger say about
# it in list's own words. Functions are exported, for they run inside the population's namespace.
# shellcheck shell=bash

need_namespace() {
	: "${UNFIN:=$BATS_TEST_DIRNAME/../../build/unfin}"
	export UNFIN WORK=$BATS_TEST_TMPDIR UNFIN_NETNS=self
	unshare -n true 2>/dev/null || skip "network namespaces need root"
}

# inside COUNT COMMAND...: runs it beside that many sockets
inside() {
	local count=$1
	shift
	"$UNFIN" lab population --quiet --ledger "$WORK/ledger" --count "$count" -- bash -euo pipefail -c "$@"
}

# "STATE LOCAL PEER" as the table of unfin writes it; ss writes * for any port, and for any address of both families
ss_rows() {
	ss -tanH | awk '{ print $1, $4, $5 }' | sed -E 's/ \*:/ [::]:/g; s/:\*( |$)/:0\1/g' | sort
}
list_rows() {
	"$UNFIN" list -H 'state != close' | awk '{ print $1, $4, $5 }' | sort
}

# "PID FD STATE LOCAL PEER" of every holder, and "- - …" of what nobody holds. A connection that died gave its
# port back, which the ledger cannot know.
ledger_holders() {
	jq -r '"\(.pid // "-") \(.fd // "-") \(.state) \(.local) \(.peer)"' "$WORK/ledger" | sed -E 's/( close .*):[0-9]+ ([^ ]*:[1-9])/\1:0 \2/' | sort
}
list_holders() {
	"$UNFIN" list --json | jq -r '
		def endpoint(a; p): if a | contains(":") then "[\(a)]:\(p)" else "\(a):\(p)" end;
		.sockets[] | "\(.state) \(endpoint(.local_address; .local_port)) \(endpoint(.peer_address; .peer_port))" as $rest
		| if .holders == [] then "- - \($rest)" else .holders[] | "\(.pid) \(.fd) \($rest)" end' | sort
}
export -f ss_rows list_rows ledger_holders list_holders

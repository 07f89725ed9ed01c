# $before, $other, $after: looks by bpf, sock_diag, bpf; $links: [pid, fd, inode] from /proc between the first two;
# $ledger: what the fault says it holds. A line for each disagreement.

def endpoint(a; p): if a | contains(":") then "[\(a)]:\(p)" else "\(a):\(p)" end;
def sockets($list): [$list[0].sockets[] | select(.cookie != 0)];
def by_cookie: map({key: (.cookie | tostring), value: .}) | from_entries;

# What both sources know. A dead connection has no name left to ask for; where a descriptor hides only BPF can tell.
def known:
	{state, inode, netns, holders: (.holders | map([.pid, .fd, .comm]) | sort),
	 unowned: (.unowned | if . == "in_flight" or . == "hidden" then "unknown" else . end)}
	+ if .state == "close" then {}
	  else {local: endpoint(.local_address; .local_port), peer: endpoint(.peer_address; .peer_port), uid} end;
def told: "\(.state) \(endpoint(.local_address; .local_port)) \(endpoint(.peer_address; .peer_port)) inode \(.inode)";

(sockets($before) | by_cookie) as $a | (sockets($other) | by_cookie) as $b | (sockets($after) | by_cookie) as $c
| [$a | to_entries[] | select($c[.key] and (.value | known) == ($c[.key] | known))] as $still
| ($still | length == ($a | length) and length == ($c | length)) as $all_still
| ($still[] | .key as $key | .value as $is
	| if $b[$key] | not then "sock_diag does not see \($is | told)"
	  elif ($is | known) != ($b[$key] | known) then "bpf says \($is | known | tojson), sock_diag \($b[$key] | known | tojson)"
	  else empty end),
  ($b | to_entries[] | select($all_still and ($a[.key] | not)) | "bpf does not see \(.value | told)"),

  # The ledger's word holds while the descriptor is still that socket.
  ($still | map(select(.value.inode != 0) | {key: (.value.inode | tostring), value}) | from_entries) as $by_inode
| ($links[0] | map({key: "\(.[0]) \(.[1])", value: .[2]}) | from_entries) as $link
| ($ledger[] | select(.pid) | . as $line | $link["\(.pid) \(.fd)"] // 0 | tostring | $by_inode[.] // empty
	| select(endpoint(.local_address; .local_port) == $line.local and endpoint(.peer_address; .peer_port) == $line.peer)
	| select([.holders[] | select(.pid == $line.pid and .fd == $line.fd)] == [])
	| "the ledger's \($line | tojson) is not among the holders of \(told)")

# rsh takes its source port below 1024, and sits on the number of a service that starts later
needs netkit-rsh haproxy python3
victim '*haproxy*' bind EADDRINUSE
undecidable_from_one_look

# The port and the pid of the first client that stands.
taken() { ss -tnpH state established dport = :514 | sed -nE 's/.*:([0-9]+) +[^ ]+:514 .*pid=([0-9]+).*/\1 \2/p' | head -1; }

scene() {
	local i port owner
	start rshd python rsh_server.py
	wait_port 514
	for ((i = 0; i < $(pick 2 5); i++)); do start "rsh$i" netkit-rsh -n 127.0.0.1 make all; done
	until_true 10 eval '[[ -n $(taken) ]]'
	read -r port owner <<<"$(taken)"
	root port-taken '*rsh*' pid="$owner"
	cat >"$tmp/haproxy.cfg" <<-CONF
		defaults
			mode tcp
			timeout connect 5s
			timeout client 50s
			timeout server 50s
		listen mail
			bind :$port
			server one 127.0.0.1:1143
	CONF
	start haproxy bash -c "while sleep 0.3; do haproxy -db -f '$tmp/haproxy.cfg'; done"
	wait_said haproxy 'cannot bind'
}

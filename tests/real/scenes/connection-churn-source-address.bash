# a client binds to its source address, closes first, and asks ten places in turn: TIME-WAIT eats bind(0) over all of them
needs python3
root connection-churn '*churn_source.py*'
effect ports-exhausted connection-churn
victim '*churn_source.py*' bind EADDRINUSE
allow bad-sysctl

scene() {
	local i
	port_range 50000 50299
	sysctl -qw net.ipv4.tcp_tw_reuse=1 net.ipv4.tcp_fin_timeout=10
	for i in {0..9}; do start "shard$i" python api_server.py $((9110 + i)); done
	for i in {0..9}; do wait_port $((9110 + i)); done
	start client python churn_source.py 127.0.0.2 9110 10 40
	wait_said client 'Address already in use'
	ripen 2
}

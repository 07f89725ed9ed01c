# requests without a Session: a new connection a call, TIME_WAIT eats the ports of one destination
needs python3 python3:requests
root connection-churn '*churn.py*'
effect ports-exhausted connection-churn

scene() {
	port_range 30000 30399
	sysctl -qw net.ipv4.tcp_tw_reuse=0
	start api python api_server.py 8080
	wait_port 8080
	start client python churn.py http://127.0.0.1:8080/ 40
	wait_count 300 state time-wait
	ripen 8
}

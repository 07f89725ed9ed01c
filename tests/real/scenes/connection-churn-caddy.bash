# Caddy in front of a backend that closes after each answer, and few ports between them
needs caddy python3 wrk
root connection-churn '*' candidates=ports-exhausted
effect ports-exhausted connection-churn
undecidable

scene() {
	port_range 30000 30299
	sysctl -qw net.ipv4.tcp_tw_reuse=0
	start back python api_server.py 8081
	wait_port 8081
	caddy_with 'transport http {' 'keepalive off' '}'
	start client python keepalive.py http://127.0.0.1:8080/ 20 0.3
	wait_count 250 state time-wait
	ripen 2
}

# a shell loop of curl processes: each closes properly, together they use up the ports
needs nginx curl
root connection-churn '*'
effect ports-exhausted connection-churn
undecidable

scene() {
	port_range 30000 30299
	sysctl -qw net.ipv4.tcp_tw_reuse=0
	nginx_with web <<<'server { listen 127.0.0.1:8080; location / { return 200 "hello\n"; } }'
	wait_port 8080
	start client bash -c 'while sleep 0.05; do curl -s http://127.0.0.1:8080/; done'
	wait_count 250 state time-wait
	ripen 2
}

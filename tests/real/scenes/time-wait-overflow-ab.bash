# tcp_max_tw_buckets is tiny: the kernel drops TIME_WAIT sockets of a busy client
needs ab nginx
root time-wait-overflow '*'
allow bad-sysctl connection-churn

scene() {
	sysctl -qw net.ipv4.tcp_max_tw_buckets=100
	nginx_with web <<<'server { listen 127.0.0.1:8080; location / { return 200 "hello\n"; } }'
	wait_port 8080
	start client bash -c 'while sleep 0.2; do ab -q -n 60 -c 2 http://127.0.0.1:8080/; done'
	wait_count 95 state time-wait
	ripen 5
}

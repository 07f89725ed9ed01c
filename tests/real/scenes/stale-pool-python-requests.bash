# a requests.Session pool of eight, used in bursts; nginx closes idle connections after 2 s
needs nginx python3 python3:requests
root stale-pool '*pool_burst.py*' candidates=never-closed

scene() {
	nginx_with web <<<'keepalive_timeout 2s; server { listen 127.0.0.1:8080; location / { return 200 "hello\n"; } }'
	wait_port 8080
	start client python pool_burst.py requests 8080 8 8
	wait_count 6 state close-wait dport = :8080
	ripen 31
	wait_count 3 state established dport = :8080
	until_true 20 at_most 0 state established dport = :8080
	wait_count 3 state close-wait dport = :8080
}

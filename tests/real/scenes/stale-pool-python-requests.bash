# a requests.Session pool of eight, used in bursts; nginx closes idle connections after 2 s
needs nginx python3 python3:requests
root stale-pool '*pool_burst.py*' candidates=never-closed

scene() {
	nginx_with web <<<'keepalive_timeout 2s; server { listen 127.0.0.1:8080; location / { return 200 "hello\n"; } }'
	wait_port 8080
	start client python pool_burst.py requests 8080 8 4.5
	wait_count 6 state close-wait dport = :8080
	ripen 33
	wait_count 6 state close-wait dport = :8080
}

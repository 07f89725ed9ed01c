# one burst, then silence: a pool or a leak, nobody can know from ten seconds
needs nginx python3 python3:requests
root stale-pool '*pool_burst.py*' candidates=never-closed
undecidable
steady

scene() {
	nginx_with web <<<'keepalive_timeout 2s; server { listen 127.0.0.1:8080; location / { return 200 "hello\n"; } }'
	wait_port 8080
	start client python pool_burst.py requests 8080 8 300
	wait_count 5 state close-wait dport = :8080
	ripen 10
}

# a requests.Session that is used more often than the server's idle timeout
needs nginx python3 python3:requests
healthy

scene() {
	nginx_with web <<<'keepalive_timeout 20s; server { listen 127.0.0.1:8080; location / { return 200 "hello\n"; } }'
	wait_port 8080
	start client python pool_burst.py requests 8080 8 1
	wait_count 4 state established dport = :8080
	ripen 4
}

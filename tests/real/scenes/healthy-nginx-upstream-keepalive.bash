# nginx in front of nginx, keep-alive to the upstream, wrk in front of both
needs nginx wrk
healthy

scene() {
	nginx_with back <<<'server { listen 127.0.0.1:8081; location / { return 200 "hello\n"; } }'
	nginx_with front <<-CONF
		upstream back { server 127.0.0.1:8081; keepalive 16; }
		server { listen 127.0.0.1:8080; location / { proxy_pass http://back; proxy_http_version 1.1; proxy_set_header Connection ""; } }
	CONF
	wait_port 8080
	wait_port 8081
	start load nice wrk -t1 -c12 -d60 --latency http://127.0.0.1:8080/
	wait_count 12 state established sport = :8080
	ripen 3
}

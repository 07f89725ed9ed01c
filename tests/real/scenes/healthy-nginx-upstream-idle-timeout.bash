# nginx keeps upstream connections longer than the upstream does, and notices every close at once
needs nginx python3
healthy

scene() {
	start back python api_server.py 8081 --keepalive 1
	wait_port 8081
	nginx_with front <<-CONF
		upstream back { server 127.0.0.1:8081; keepalive 16; }
		server { listen 127.0.0.1:8080; location / { proxy_pass http://back; proxy_http_version 1.1; proxy_set_header Connection ""; } }
	CONF
	wait_port 8080
	start client python burst.py http://127.0.0.1:8080/ 8 3
	wait_count 1 state time-wait
	ripen 8
}

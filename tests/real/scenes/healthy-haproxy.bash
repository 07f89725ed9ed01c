# HAProxy with idle backend connections that the backend closes
needs haproxy python3 wrk
healthy

scene() {
	start back python api_server.py 8081 --keepalive 1
	wait_port 8081
	cat >"$tmp/haproxy.cfg" <<-CONF
		defaults
			mode http
			timeout connect 2s
			timeout client 20s
			timeout server 20s
			http-reuse always
		frontend web
			bind 127.0.0.1:8080
			default_backend app
		backend app
			server one 127.0.0.1:8081
	CONF
	start haproxy haproxy -db -f "$tmp/haproxy.cfg"
	wait_port 8080
	start client python burst.py http://127.0.0.1:8080/ 8 2
	wait_count 4 state time-wait
	ripen 6
}

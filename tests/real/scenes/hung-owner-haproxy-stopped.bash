# HAProxy is stopped; the clients it has leave, the backend closes too
needs haproxy python3
root hung-owner '*haproxy*'
effect accept-queue hung-owner
effect listen-overflow hung-owner

scene() {
	cat >"$tmp/haproxy.cfg" <<-CONF
		defaults
			mode http
			timeout connect 2s
			timeout client 300s
			timeout server 300s
		listen web
			bind 127.0.0.1:8080
			server one 127.0.0.1:8081
	CONF
	start back python api_server.py 8081 --keepalive 2
	wait_port 8081
	start haproxy haproxy -db -f "$tmp/haproxy.cfg"
	wait_port 8080
	start clients python keepalive.py http://127.0.0.1:8080/ "$(pick 6 12)"
	wait_count 6 state established sport = :8080
	wait_said clients spoken
	kill -STOP "${pids[haproxy]}"
	kill "${pids[clients]}"
	wait_count 6 state close-wait sport = :8080
	ripen 2
}

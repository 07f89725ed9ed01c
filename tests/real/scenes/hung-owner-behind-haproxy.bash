# HAProxy waits for a backend that is stopped; its clients give up sooner than it does
needs haproxy python3
root hung-owner '*api_server.py*'
effect accept-queue hung-owner
effect listen-overflow hung-owner
innocent '*haproxy*'

scene() {
	start back python api_server.py 8081
	wait_port 8081
	cat >"$tmp/haproxy.cfg" <<-CONF
		defaults
			mode tcp
			timeout connect 2s
			timeout client 60s
			timeout server 60s
		listen app
			bind 127.0.0.1:8080
			server one 127.0.0.1:8081
	CONF
	start haproxy haproxy -db -f "$tmp/haproxy.cfg"
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 3 2
	ripen 2
	kill -STOP "${pids[back]}"
	wait_count 10 state close-wait sport = :8081
	ripen 6
}

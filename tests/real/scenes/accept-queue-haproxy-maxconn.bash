# HAProxy has reached its maxconn with patient clients and stops accepting; the others give up in the queue
needs haproxy python3
root accept-queue '*haproxy*'
effect listen-overflow accept-queue

scene() {
	cat >"$tmp/haproxy.cfg" <<-CONF
		global
			maxconn 6
		defaults
			mode tcp
			timeout connect 2s
			timeout client 300s
			timeout server 300s
		listen web
			bind 127.0.0.1:8080 backlog 100
			server one 127.0.0.1:9000
	CONF
	start echo python echo_server.py 9000
	wait_port 9000
	start haproxy haproxy -db -f "$tmp/haproxy.cfg"
	wait_port 8080
	start patient python hold.py 127.0.0.1 8080 6
	wait_count 6 state established dport = :9000
	start clients python impatient.py http://127.0.0.1:8080/ 3 1
	wait_count 8 state close-wait sport = :8080
	ripen 4
}

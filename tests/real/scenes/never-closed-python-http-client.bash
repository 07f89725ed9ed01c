# http.client keeps its connections; the server's keep-alive timeout closes them, and more come
needs python3
root never-closed '*leak.py*' candidates=stale-pool count='state close-wait dport = :8080'

scene() {
	start api python api_server.py 8080 --keepalive 2
	wait_port 8080
	start leak python leak.py 127.0.0.1 8080 "$(pick 3 8)"
	wait_count 10 state close-wait dport = :8080
	ripen 31
}

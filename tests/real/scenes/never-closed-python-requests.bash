# requests with stream=True, responses kept unread; the server closes after each
needs python3 python3:requests
root never-closed '*requests_leak.py*' count='state close-wait dport = :8080'

scene() {
	start api python api_server.py 8080 --close-silently
	wait_port 8080
	start leak python requests_leak.py http://127.0.0.1:8080/ "$(pick 2 6)"
	wait_count 10 state close-wait dport = :8080
	ripen 31
}

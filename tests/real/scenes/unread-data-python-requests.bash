# requests with stream=True on large bodies, nobody reads them
needs python3 python3:requests
root unread-data '*requests_leak.py*'
effect fd-limit unread-data

scene() {
	start api python api_server.py 8080 --close-silently --body 20000000
	wait_port 8080
	start leak python requests_leak.py http://127.0.0.1:8080/ 3
	wait_count 8 state established dport = :8080
	ripen 20
}

# Node: responses with large bodies stay paused
needs node python3
root unread-data '*unread.js*'
effect fd-limit unread-data

scene() {
	start api python api_server.py 8080 --close-silently --body 20000000
	wait_port 8080
	start leak node "$programs/unread.js" http://127.0.0.1:8080/ 3
	wait_count 8 state established dport = :8080
	ripen 20
}

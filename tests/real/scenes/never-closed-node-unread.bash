# a Node http agent whose responses nobody reads
needs node python3
root never-closed '*unread.js*' count='state close-wait dport = :8080'

scene() {
	start api python api_server.py 8080 --close-silently --body 100000
	wait_port 8080
	start leak node "$programs/unread.js" http://127.0.0.1:8080/ "$(pick 3 6)"
	wait_count 10 state close-wait dport = :8080
	ripen 31
}

# an asyncio server with many idle clients that speak every few seconds
needs python3
healthy

scene() {
	start server python echo_server.py 9000
	wait_port 9000
	start clients python hold.py 127.0.0.1 9000 "$(pick 100 300)" 2
	wait_count 100 state established sport = :9000
	ripen 3
}

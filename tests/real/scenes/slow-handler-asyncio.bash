# an asyncio handler that awaits something slow before it looks at its client again
needs python3
root slow-handler '*slow_asyncio.py*'

scene() {
	start server python slow_asyncio.py 9000 "$(pick 2 4)"
	wait_port 9000
	start clients python impatient.py http://127.0.0.1:9000/ 4 0.8
	wait_count 4 state close-wait sport = :9000
	ripen 10
}

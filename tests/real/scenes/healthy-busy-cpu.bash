# a Node server that computes half of the time, and serves every client in between
needs node python3
healthy

scene() {
	start server node "$programs/busy_server.js" 8080
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 4 10
	start idle python keepalive.py http://127.0.0.1:8080/ 5 1
	wait_count 5 state established sport = :8080
	ripen 4
}

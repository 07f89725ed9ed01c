# no fault in any request: 0.4 s each, one at a time, 6 a second arrive with 1 s of patience
needs python3
root accept-queue '*api_server.py*'
effect listen-overflow accept-queue
allow slow-handler

scene() {
	start server python api_server.py 8080 --single --delay 0.4 --backlog 100
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 6 1
	wait_count 8 state close-wait sport = :8080
	ripen 8
}

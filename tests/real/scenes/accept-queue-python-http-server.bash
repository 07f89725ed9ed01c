# a single-threaded http.server sits in one long request; the others give up in the queue
needs python3
root accept-queue '*api_server.py*' candidates=slow-handler
effect listen-overflow accept-queue

scene() {
	start server python api_server.py 8080 --single --delay 300 --backlog 128
	wait_port 8080
	start patient python impatient.py http://127.0.0.1:8080/ 0.001 300
	wait_count 1 state established sport = :8080
	start clients python impatient.py http://127.0.0.1:8080/ "$(pick 2 3)" 1
	wait_count 8 state close-wait sport = :8080
	ripen 4
}

# a single-threaded server runs a command with os.system and waits for it
needs python3 curl
root accept-queue '*run_report.py*' candidates=slow-handler,never-closed
effect listen-overflow accept-queue

scene() {
	start server python run_report.py 8080
	wait_port 8080
	start patient curl -s -m 200 http://127.0.0.1:8080/
	wait_count 1 state established sport = :8080
	start clients python impatient.py http://127.0.0.1:8080/ 3 1
	wait_count 8 state close-wait sport = :8080
	ripen 4
}

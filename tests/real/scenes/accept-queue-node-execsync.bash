# a Node server waits for a child in execSync: nothing is accepted meanwhile
needs node python3 curl
root accept-queue '*exec_sync.js*' candidates=never-closed,slow-handler,hung-owner
effect listen-overflow accept-queue

scene() {
	start server node "$programs/exec_sync.js" 8080
	wait_port 8080
	start patient curl -s -m 200 http://127.0.0.1:8080/
	wait_count 1 state established sport = :8080
	until_true 5 pgrep -P "${pids[server]}" -x sleep
	start clients python impatient.py http://127.0.0.1:8080/ 3 1
	wait_count 8 state close-wait sport = :8080
	ripen 4
}

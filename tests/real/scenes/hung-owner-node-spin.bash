# a Node server whose event loop never comes back from one request
needs node python3
root hung-owner '*spin_server.js*' candidates=never-closed,accept-queue
effect accept-queue hung-owner
effect listen-overflow hung-owner
effect never-closed hung-owner

scene() {
	start server node "$programs/spin_server.js" 8080
	wait_port 8080
	start clients python keepalive.py http://127.0.0.1:8080/ "$(pick 8 16)"
	wait_count 8 state established dport = :8080
	wait_said clients spoken
	start last curl -s -m 100 http://127.0.0.1:8080/spin
	ripen 1
	kill "${pids[clients]}"
	wait_count 8 state close-wait sport = :8080
}

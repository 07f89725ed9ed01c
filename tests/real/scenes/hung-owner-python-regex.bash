# a regular expression that backtracks for ever keeps the interpreter's lock: no other thread can close
needs python3
root hung-owner '*regex_server.py*' candidates=never-closed
effect accept-queue hung-owner
effect listen-overflow hung-owner
effect never-closed hung-owner

scene() {
	start server python regex_server.py 8080
	wait_port 8080
	start clients python keepalive.py http://127.0.0.1:8080/ "$(pick 8 16)"
	wait_count 8 state established dport = :8080
	wait_said clients spoken
	start last curl -s -m 100 http://127.0.0.1:8080/check
	ripen 1
	kill "${pids[clients]}"
	wait_count 8 state close-wait sport = :8080
}

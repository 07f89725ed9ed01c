# somebody pressed Ctrl-Z in a client: its connection is open on both sides, and nothing is unfinished
needs redis-server redis-cli python3
healthy

scene() {
	start redis redis-server --port 6379 --bind 127.0.0.1 --save ''
	wait_port 6379
	start client python hold.py 127.0.0.1 6379 1 1000
	wait_count 1 state established dport = :6379
	wait_said client spoken
	kill -STOP "${pids[client]}"
}

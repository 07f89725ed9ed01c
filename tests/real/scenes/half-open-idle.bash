# idle connections to a host that went away: nothing is sent, so nothing tells
needs redis-server python3
root half-open '*redis-server*'
undecidable

scene() {
	far_host
	start redis redis-server --port 6379 --bind 10.77.0.1 --protected-mode no --save '' --tcp-keepalive 0
	wait_port 6379
	start_far peers /usr/bin/python3 "$programs/hold.py" 10.77.0.1 6379 6 1000
	wait_count 6 state established sport = :6379
	ripen 2
	far_vanishes
	kill -KILL "${pids[peers]}"
	ripen 5
}

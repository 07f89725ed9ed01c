# a server pushes ticks to clients on a host that went away without a word: unacknowledged, backing off
needs python3
root half-open '*ticker.py*' candidates=peer-unreachable

scene() {
	far_host
	start server python ticker.py 10.77.0.1 9000
	wait_port 9000
	start_far peers /usr/bin/python3 "$programs/hold.py" 10.77.0.1 9000 6 1000
	wait_count 6 state established sport = :9000
	ripen 1
	far_vanishes
	ripen 20
}

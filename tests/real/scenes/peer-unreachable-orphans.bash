# the clients' host went away, then the server was stopped: its FINs are only retransmitted
needs python3
root peer-unreachable '-'

scene() {
	far_host
	start server python ticker.py 10.77.0.1 9000
	wait_port 9000
	start_far peers /usr/bin/python3 "$programs/hold.py" 10.77.0.1 9000 6 1000
	wait_count 6 state established sport = :9000
	ripen 1
	far_vanishes
	kill "${pids[server]}"
	wait_count 6 state fin-wait-1 sport = :9000
	ripen 15
}

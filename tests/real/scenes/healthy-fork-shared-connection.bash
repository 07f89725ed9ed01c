# a parent and its workers share connections across fork, all of them alive
needs python3
healthy

scene() {
	start server python echo_server.py 9000
	wait_port 9000
	start workers python fork_share.py 127.0.0.1 9000 4
	wait_count 4 state established dport = :9000
	ripen 3
}

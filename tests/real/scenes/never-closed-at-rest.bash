# a leak that has stopped growing: forty connections the server ended at once, all held, the program idle
needs python3
root never-closed '*leak.py*' count='state close-wait dport = :8080'
steady

scene() {
	start api python api_server.py 8080 --close-silently
	wait_port 8080
	start leak python leak.py 127.0.0.1 8080 10 40
	wait_count 40 state close-wait dport = :8080
	ripen 33
}

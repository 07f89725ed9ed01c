# a leak of one connection in two seconds
needs python3
root never-closed '*leak.py*' count='state close-wait dport = :8080'

scene() {
	start api python api_server.py 8080 --close-silently
	wait_port 8080
	start leak python leak.py 127.0.0.1 8080 0.5
	wait_count 5 state close-wait dport = :8080
	ripen 35
}

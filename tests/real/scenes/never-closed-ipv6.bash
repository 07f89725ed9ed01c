# the leak over IPv6
needs python3
root never-closed '*leak.py*' count='state close-wait dport = :8080'

scene() {
	start api python api_server.py 8080 --host ::1 --close-silently
	wait_port 8080
	start leak python leak.py ::1 8080 "$(pick 3 8)"
	wait_count 10 state close-wait dport = :8080
	ripen 31
}

# Tornado streams whose headers were read and whose body was not; the server has closed
needs python3 python3:tornado
root never-closed '*tornado_leak.py*' candidates=unread-data

scene() {
	start api python api_server.py 8080 --close-silently
	wait_port 8080
	start leak python tornado_leak.py 127.0.0.1 8080 "$(pick 2 5)"
	wait_count 12 state close-wait dport = :8080
	ripen 31
}

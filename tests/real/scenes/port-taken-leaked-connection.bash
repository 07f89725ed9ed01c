# a leaked client connection sits on the number the server wants: the leak is the cause
needs python3
root never-closed '*leak.py*'
effect port-taken never-closed
victim '*rebind.py*' bind EADDRINUSE

scene() {
	start api python api_server.py 9999 --close-silently
	wait_port 9999
	port_range 8075 8114
	start leak python leak.py 127.0.0.1 9999 5 30
	wait_count 30 state close-wait dport = :9999
	start new python rebind.py "$(ss -tnH state close-wait dport = :9999 | awk '{ sub(/.*:/, "", $3); print $3; exit }')"
	wait_said new 'Address already in use'
	ripen 31
}

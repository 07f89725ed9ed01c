# the decoy: a leak, ports enough, and a server that cannot bind because another listener has its port
needs python3
root never-closed '*leak.py*'
root port-taken '*http.server*'
victim '*rebind.py*' bind EADDRINUSE
undecidable_from_one_look

scene() {
	start old /usr/bin/python3 -m http.server -b 127.0.0.1 -d "$tmp" 8080
	start api python api_server.py 9999 --close-silently
	wait_port 8080
	wait_port 9999
	start leak python leak.py 127.0.0.1 9999 10
	wait_count 30 state close-wait dport = :9999
	start new python rebind.py 8080
	wait_said new 'Address already in use'
	ripen 31
}

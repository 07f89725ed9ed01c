# a Python server starts a helper without closing descriptors, after the client left; its own copy it closes
needs python3
root inherited-fd '*sleep 3220*'

scene() {
	start server python popen_server.py 9000
	wait_port 9000
	start client python line_client.py 127.0.0.1 9000 1
	wait_count 6 state close-wait sport = :9000
	ripen 8
}

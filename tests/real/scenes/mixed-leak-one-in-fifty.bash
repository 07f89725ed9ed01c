# a server closes most sessions at once, some late, and forgets one in fifty
needs python3
root never-closed '*mixed_server.py*'
effect fd-limit never-closed
allow slow-handler

scene() {
	start server python mixed_server.py 9000 50
	wait_port 9000
	start one python line_client.py 127.0.0.1 9000 40
	start two python line_client.py 127.0.0.1 9000 40
	wait_count 8 state close-wait sport = :9000
	ripen 31
}

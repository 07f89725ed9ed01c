# a server that tidies up for 50 ms after its client's FIN: there is always some CLOSE_WAIT, never an old one
needs python3
healthy

scene() {
	start server python tidy_server.py 9000 0.05
	wait_port 9000
	start clients python line_client.py 127.0.0.1 9000 40
	start more python line_client.py 127.0.0.1 9000 40
	wait_count 50 state time-wait dport = :9000
	ripen 4
}

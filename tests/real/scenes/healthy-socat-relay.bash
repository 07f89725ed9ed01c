# a socat relay in front of a server, short conversations through it
needs socat python3
healthy

scene() {
	start echo python echo_server.py 9001
	wait_port 9001
	start relay socat TCP-LISTEN:9000,bind=127.0.0.1,reuseaddr,fork TCP:127.0.0.1:9001
	wait_port 9000
	start clients python line_client.py 127.0.0.1 9000 5
	start idle python hold.py 127.0.0.1 9000 4 2
	wait_count 4 state established dport = :9000
	ripen 5
}

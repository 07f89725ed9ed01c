# accepted connections handed to a worker by SCM_RIGHTS; the worker is too busy to take them, the clients have left
needs python3
root ownerless '*'

scene() {
	start server python hand_over.py 9000
	wait_port 9000
	start client python line_client.py 127.0.0.1 9000 4
	wait_count 8 state close-wait sport = :9000
	ripen 4
}

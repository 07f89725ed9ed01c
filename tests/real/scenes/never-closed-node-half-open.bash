# a Node server with allowHalfOpen that never ends its side
needs node python3
root never-closed '*half_open_server.js*' count='state close-wait sport = :9000'

scene() {
	start server node "$programs/half_open_server.js" 9000
	wait_port 9000
	start client python line_client.py 127.0.0.1 9000 "$(pick 3 8)"
	wait_count 10 state close-wait sport = :9000
	ripen 31
}

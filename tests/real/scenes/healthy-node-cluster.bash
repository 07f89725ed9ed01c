# a Node cluster: the primary accepts and hands every connection to a worker
needs node python3
healthy

scene() {
	start server node "$programs/cluster.js" 8080 3
	wait_port 8080
	start keepalive python keepalive.py http://127.0.0.1:8080/ 6 1
	start short python impatient.py http://127.0.0.1:8080/ 10 5
	wait_said keepalive spoken
	ripen 4
}

# a Java server with more clients than threads: the queue is used, and every client is served in time
needs java javac python3
healthy

scene() {
	java_class SlowServer
	start server java_program SlowServer 8080 100 4
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 20 10
	wait_count 20 state time-wait
	ripen 4
}

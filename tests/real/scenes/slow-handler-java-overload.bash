# a pool of four threads takes 2 s a request, more come than that: accepted, queued inside, closed long after their clients left
needs java javac python3
root slow-handler '*SlowServer*'

scene() {
	java_class SlowServer
	start server java_program SlowServer 8080 2000 4
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 3 1.2
	wait_count 15 state close-wait sport = :8080
	ripen 8
}

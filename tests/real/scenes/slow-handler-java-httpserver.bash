# com.sun.net.httpserver with a thread pool: 3 s a request, patience 1 s
needs java javac python3
root slow-handler '*SlowServer*'

scene() {
	java_class SlowServer
	start server java_program SlowServer 8080 3000 64
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 5 1
	wait_count 4 state close-wait sport = :8080
	ripen 10
}

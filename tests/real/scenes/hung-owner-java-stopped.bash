# a JVM is stopped; the clients of its thread pool leave
needs java javac python3
root hung-owner '*SlowServer*'
effect accept-queue hung-owner
effect listen-overflow hung-owner

scene() {
	java_class SlowServer
	start server java_program SlowServer 8080 10 32
	wait_port 8080
	start clients python keepalive.py http://127.0.0.1:8080/ "$(pick 6 12)"
	wait_count 6 state established dport = :8080
	wait_said clients spoken
	kill -STOP "${pids[server]}"
	kill "${pids[clients]}"
	wait_count 6 state close-wait sport = :8080
}

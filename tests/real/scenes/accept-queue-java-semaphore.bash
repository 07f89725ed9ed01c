# a Java acceptor waits for a permit: all handlers are busy with patient clients
needs java javac python3
root accept-queue '*BusyServer*' candidates=slow-handler
effect listen-overflow accept-queue

scene() {
	java_class BusyServer
	start server java_program BusyServer 8080 4
	wait_port 8080
	start patient python hold.py 127.0.0.1 8080 4
	wait_count 4 state established sport = :8080
	start clients python impatient.py http://127.0.0.1:8080/ 3 1
	wait_count 8 state close-wait sport = :8080
	ripen 4
}

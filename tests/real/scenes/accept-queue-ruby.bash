# a Ruby TCPServer that serves one client after the other
needs ruby python3
root accept-queue '*one_by_one.rb*' candidates=slow-handler
effect listen-overflow accept-queue

scene() {
	start server ruby "$programs/one_by_one.rb" 8080
	wait_port 8080
	start patient curl -s -m 200 http://127.0.0.1:8080/
	wait_count 1 state established sport = :8080
	start clients python impatient.py http://127.0.0.1:8080/ 3 1
	wait_count 8 state close-wait sport = :8080
	ripen 4
}

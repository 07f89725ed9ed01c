# http.client, every connection closed
needs python3
healthy

scene() {
	start api python api_server.py 8080 --keepalive 2
	wait_port 8080
	start client python impatient.py http://127.0.0.1:8080/ 20 5
	wait_count 20 state time-wait
	ripen 5
}

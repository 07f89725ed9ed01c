# requests take 3 s and the clients wait for them
needs python3
healthy

scene() {
	start server python api_server.py 8080 --delay 3
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 4 20
	wait_count 8 state established sport = :8080
	ripen 5
}

# Caddy gives up with its clients; the backend works on
needs caddy python3
root slow-handler '*api_server.py*' candidates=never-closed
innocent '*caddy*'

scene() {
	start back python api_server.py 8081 --delay 4
	wait_port 8081
	caddy_with
	start clients python impatient.py http://127.0.0.1:8080/slow 4 1
	wait_count 6 state close-wait sport = :8081
	ripen 10
}

# a threading http.server answers after 3 s, its clients wait 1 s
needs python3
root slow-handler '*api_server.py*'

scene() {
	start server python api_server.py 8080 --delay 3
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ "$(pick 3 6)" 1
	wait_count 4 state close-wait sport = :8080
	ripen 8
}

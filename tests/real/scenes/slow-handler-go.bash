# a Go handler that does not look at its context: the server closes when it returns
needs go python3
root slow-handler '*slowserver*'

scene() {
	go_binary slowserver
	start server "$artefacts/slowserver" 127.0.0.1:8080 3
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 5 1
	wait_count 4 state close-wait sport = :8080
	ripen 10
}

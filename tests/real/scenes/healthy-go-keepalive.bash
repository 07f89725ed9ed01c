# Go's transport against a short idle timeout: it notices every close at once
needs go python3
healthy

scene() {
	go_binary politeclient
	start api python api_server.py 8080 --keepalive 1
	wait_port 8080
	start client "$artefacts/politeclient" http://127.0.0.1:8080/ 8 2500
	wait_count 4 state time-wait
	ripen 6
}

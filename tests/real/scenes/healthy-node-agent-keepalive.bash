# a Node agent with keepAlive against a short idle timeout: it notices every close at once
needs node python3
healthy

scene() {
	start api python api_server.py 8080 --keepalive 1
	wait_port 8080
	start client node "$programs/polite.js" http://127.0.0.1:8080/ 8 2500
	wait_count 4 state time-wait
	ripen 6
}

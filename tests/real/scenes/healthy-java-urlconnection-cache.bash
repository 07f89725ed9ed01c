# HttpURLConnection's keep-alive cache against a server that closes after 1 s: its own timer clears it
needs java javac python3
healthy
allow stale-pool

scene() {
	java_class UrlConnectionUse
	start api python api_server.py 8080 --keepalive 1
	wait_port 8080
	start client java_program UrlConnectionUse http://127.0.0.1:8080/ 3000
	wait_count 1 state listening sport = :8080
	ripen 8
}

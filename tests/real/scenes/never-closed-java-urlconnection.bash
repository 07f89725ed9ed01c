# HttpURLConnection streams taken and never closed
needs java javac python3
root never-closed '*UrlConnectionLeak*' count='state close-wait dport = :8080'

scene() {
	java_class UrlConnectionLeak
	start api python api_server.py 8080 --close-silently --body 2000
	wait_port 8080
	start leak java_program UrlConnectionLeak http://127.0.0.1:8080/ 250
	wait_count 10 state close-wait dport = :8080
	ripen 31
}

# java.net.http streams nobody reads, but small: the client takes them in and sees the server's close
needs java javac python3
healthy

scene() {
	java_class HttpClientUse
	start api python api_server.py 8080 --close-silently --body 500
	wait_port 8080
	start client java_program HttpClientUse leak http://127.0.0.1:8080/ 250
	wait_count 5 state time-wait
	ripen 6
}

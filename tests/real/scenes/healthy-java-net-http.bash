# java.net.http, bodies read, its pool against a short idle timeout
needs java javac python3
healthy

scene() {
	java_class HttpClientUse
	start api python api_server.py 8080 --keepalive 1
	wait_port 8080
	start client java_program HttpClientUse use http://127.0.0.1:8080/ 1500
	wait_count 2 state time-wait
	ripen 6
}

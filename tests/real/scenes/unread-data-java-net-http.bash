# java.net.http body streams that nobody reads: the data fills the buffers, the FIN cannot arrive
needs java javac python3
root unread-data '*HttpClientUse*leak*'
effect fd-limit unread-data

scene() {
	java_class HttpClientUse
	start api python api_server.py 8080 --close-silently --body 20000000
	wait_port 8080
	start leak java_program HttpClientUse leak http://127.0.0.1:8080/ 400
	wait_count 8 state established dport = :8080
	ripen 31
}

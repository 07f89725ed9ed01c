# Go: large bodies neither read nor closed
needs go python3
root unread-data '*bodyleak*'
effect fd-limit unread-data

scene() {
	go_binary bodyleak
	start api python api_server.py 8080 --close-silently --body 20000000
	wait_port 8080
	start leak "$artefacts/bodyleak" http://127.0.0.1:8080/ 3
	wait_count 8 state established dport = :8080
	ripen 20
}

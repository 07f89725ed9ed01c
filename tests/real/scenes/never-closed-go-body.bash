# Go: resp.Body.Close() forgotten
needs go python3
root never-closed '*bodyleak*' count='state close-wait dport = :8080'

scene() {
	go_binary bodyleak
	start api python api_server.py 8080 --close-silently --body 2000
	wait_port 8080
	start leak "$artefacts/bodyleak" http://127.0.0.1:8080/ "$(pick 3 6)"
	wait_count 10 state close-wait dport = :8080
	ripen 31
}

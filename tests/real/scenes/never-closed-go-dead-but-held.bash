# Go's keepalive meets a reset: the leaked sockets are dead, no tool lists them, the descriptors stay
needs go python3
root never-closed '*bodyleak*'

scene() {
	go_binary bodyleak
	sysctl -qw net.ipv4.tcp_fin_timeout=2
	start api python api_server.py 8080 --close-silently --body 2000
	wait_port 8080
	start leak "$artefacts/bodyleak" http://127.0.0.1:8080/ 20 1 30
	wait_count 20 state close-wait dport = :8080
	until_true 30 at_most 0 state close-wait dport = :8080
	ripen 10
}

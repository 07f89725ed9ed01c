# curl handles kept in a registry; the server's keep-alive timeout closes them
needs php python3
root never-closed '*leak.php*' candidates=stale-pool count='state close-wait dport = :8080'

scene() {
	start api python api_server.py 8080 --keepalive 1
	wait_port 8080
	start leak php "$programs/leak.php" http://127.0.0.1:8080/ "$(pick 3 6)"
	wait_count 10 state close-wait dport = :8080
	ripen 31
}

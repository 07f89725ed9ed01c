# a shell loop over /dev/tcp that never closes its descriptors (its sleep children inherit them for a moment)
needs python3
root never-closed '*leak.sh*' count='state close-wait dport = :8080'

scene() {
	start api python api_server.py 8080 --close-silently
	wait_port 8080
	start leak bash "$programs/leak.sh" 127.0.0.1 8080 0.3
	wait_count 10 state close-wait dport = :8080
	ripen 31
}

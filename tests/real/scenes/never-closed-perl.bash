# Net::HTTP objects kept in an array; the server's keep-alive timeout closes them
needs perl python3
root never-closed '*leak.pl*' candidates=stale-pool count='state close-wait dport = :8080'

scene() {
	start api python api_server.py 8080 --keepalive 1
	wait_port 8080
	start leak perl "$programs/leak.pl" 127.0.0.1:8080 "$(pick 3 6)"
	wait_count 10 state close-wait dport = :8080
	ripen 31
}

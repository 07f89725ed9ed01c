# the background job was there before the FIN: without a trace nobody can know who opened
needs python3
root inherited-fd '*sleep 3218*' candidates=never-closed
undecidable

scene() {
	start api python api_server.py 8080 --keepalive 3
	wait_port 8080
	start shell bash "$programs/spawn_early.sh" 127.0.0.1 8080 6
	wait_count 6 state close-wait dport = :8080
	ripen 31
}

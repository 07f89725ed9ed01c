# a server that leaks its sessions up to the descriptor limit: full queue and failing accept are its effects
needs python3
root never-closed '*forgetful_server.py*'
effect fd-limit never-closed
effect accept-queue
effect listen-overflow

scene() {
	start server bash -c "ulimit -n 100; exec /usr/bin/python3 -u $programs/forgetful_server.py 9000"
	wait_port 9000
	start client python line_client.py 127.0.0.1 9000 10
	wait_count 90 state close-wait sport = :9000
	ripen 31
}

# a shell starts a background job after the server's FIN, then closes its own descriptor: the job keeps the connection
needs python3
root inherited-fd '*sleep 3217*'

scene() {
	start api python api_server.py 8080 --close-silently
	wait_port 8080
	start shell bash "$programs/spawn_late.sh" 127.0.0.1 8080 "$(pick 5 9)"
	wait_count 5 state close-wait dport = :8080
	wait_said shell 'done'
}

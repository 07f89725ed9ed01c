# a shell starts its background job long after the server's FIN and closes its own copies then
needs python3
root inherited-fd '*sleep 3217*'

scene() {
	start api python api_server.py 8080 --close-silently
	wait_port 8080
	start shell bash "$programs/spawn_late.sh" 127.0.0.1 8080 "$(pick 5 9)" 12
	wait_count 5 state close-wait dport = :8080
	wait_said shell 'done'
	ripen 1
}

# PHP's exec() hands every open stream to the command; the script closes its own
needs php python3
root inherited-fd '*sleep 3221*'

scene() {
	start api python api_server.py 8080 --close-silently
	wait_port 8080
	start script php "$programs/exec_child.php" 127.0.0.1 8080 6
	wait_count 6 state close-wait dport = :8080
	wait_said script 'done'
}

# Ruby forks helpers, each with the connection that its parent closes a moment later
needs ruby python3
root inherited-fd '*report-helper*' candidates=never-closed
# Forked in the same moment: opened by it, or handed down, looks the same.
undecidable

scene() {
	start api python api_server.py 8080 --close-silently
	wait_port 8080
	start parent ruby "$programs/fork_helper.rb" 127.0.0.1 8080 6
	wait_count 6 state close-wait dport = :8080
	wait_said parent 'done'
	ripen 5
}

# Rust: every TcpStream goes into a Vec
needs rustc python3
root never-closed '*/leak 127.0.0.1*' count='state close-wait dport = :8080'

scene() {
	rust_binary leak
	start api python api_server.py 8080 --close-silently
	wait_port 8080
	start leak "$artefacts/leak" 127.0.0.1:8080 "$(pick 3 6)"
	wait_count 10 state close-wait dport = :8080
	ripen 31
}

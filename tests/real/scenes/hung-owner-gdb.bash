# somebody has a debugger on the server
needs gdb python3
root hung-owner '*api_server.py 8080*'
effect accept-queue hung-owner
effect listen-overflow hung-owner

scene() {
	start server python api_server.py 8080
	wait_port 8080
	start clients python keepalive.py http://127.0.0.1:8080/ "$(pick 8 16)"
	wait_count 8 state established dport = :8080
	wait_said clients spoken
	start debugger gdb -nx -batch -p "${pids[server]}" -ex 'shell sleep 300'
	until_true 20 grep -q '^State:.t ' "/proc/${pids[server]}/status"
	kill "${pids[clients]}"
	wait_count 8 state close-wait sport = :8080
}

# redis-server is stopped (Ctrl-Z, a debugger, an operator); its clients leave
needs redis-server python3
root hung-owner '*redis-server*'
effect accept-queue hung-owner
effect listen-overflow hung-owner

scene() {
	start redis redis-server --port 6379 --bind 127.0.0.1 --save ''
	wait_port 6379
	start clients python hold.py 127.0.0.1 6379 12 100
	wait_count 12 state established sport = :6379
	wait_said clients spoken
	kill -STOP "${pids[redis]}"
	kill "${pids[clients]}"
	wait_count 12 state close-wait sport = :6379
}

# two programs, two causes: a Python client leaks, Redis is stopped
needs python3 redis-server
root never-closed '*leak.py*'
root hung-owner '*redis-server*'
effect accept-queue hung-owner
effect listen-overflow hung-owner

scene() {
	start redis redis-server --port 6379 --bind 127.0.0.1 --save ''
	start api python api_server.py 8080 --close-silently
	wait_port 6379
	wait_port 8080
	start leak python leak.py 127.0.0.1 8080 4
	start clients python hold.py 127.0.0.1 6379 12 100
	wait_count 12 state established sport = :6379
	wait_said clients spoken
	kill -STOP "${pids[redis]}"
	kill "${pids[clients]}"
	wait_count 12 state close-wait sport = :6379
	ripen 31
}

# workers of a queue in Redis, each in a BLPOP without an end
needs redis-server python3
healthy

scene() {
	start redis redis-server --port 6379 --bind 127.0.0.1 --save ''
	wait_port 6379
	start workers python subscribe.py 6379 30 'BLPOP jobs 0'
	wait_count 30 state established sport = :6379
	ripen 12
}

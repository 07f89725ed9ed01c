# Redis clients that sit idle for long, both sides alive
needs redis-server redis-cli python3
healthy

scene() {
	start redis redis-server --port 6379 --bind 127.0.0.1 --save ''
	wait_port 6379
	start subscriber redis-cli -p 6379 subscribe news
	start client python hold.py 127.0.0.1 6379 20 1000
	wait_count 21 state established dport = :6379
	ripen 4
}

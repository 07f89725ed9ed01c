# a redis-py pool used in bursts, the server's timeout is 2 s
needs redis-server python3 python3:redis
root stale-pool '*pool_burst.py*' candidates=never-closed

scene() {
	start redis redis-server --port 6379 --bind 127.0.0.1 --save '' --timeout 2 --hz 100
	wait_port 6379
	start client python pool_burst.py redis 6379 8 8
	wait_count 6 state close-wait dport = :6379
	ripen 31
	wait_count 3 state established dport = :6379
	until_true 20 at_most 0 state established dport = :6379
	wait_count 3 state close-wait dport = :6379
}

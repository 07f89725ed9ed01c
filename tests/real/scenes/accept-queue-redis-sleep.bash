# Redis runs one long command (DEBUG SLEEP): new clients queue and give up
needs redis-server redis-cli python3
root accept-queue '*redis-server*' candidates=slow-handler
effect listen-overflow accept-queue

scene() {
	start redis redis-server --port 6379 --bind 127.0.0.1 --save '' --enable-debug-command yes --tcp-backlog 100
	wait_port 6379
	start admin redis-cli -p 6379 debug sleep 200
	wait_count 1 state established sport = :6379
	start clients python impatient.py http://127.0.0.1:6379/ 3 1
	wait_count 8 state close-wait sport = :6379
	ripen 4
}

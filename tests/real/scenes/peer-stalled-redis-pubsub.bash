# a Redis publisher, subscribers on another host that do not read
needs redis-server redis-cli python3
root peer-stalled '*redis-server*'

scene() {
	far_host
	start redis redis-server --port 6379 --bind 10.77.0.1 --protected-mode no --save '' --client-output-buffer-limit 'pubsub 0 0 0'
	wait_port 6379
	start_far peers /usr/bin/python3 "$programs/stalled_reader.py" 10.77.0.1 6379 5 'SUBSCRIBE news'
	wait_count 5 state established sport = :6379
	ripen 1
	start publisher bash -c "while sleep 0.2; do head -c 600000 /dev/zero | tr '\\0' x | redis-cli -h 10.77.0.1 -x publish news; done"
	ripen 18
}

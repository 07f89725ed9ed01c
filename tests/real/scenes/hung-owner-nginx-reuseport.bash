# nginx with SO_REUSEPORT, three workers, one is stopped: only its share of the clients suffers
needs nginx python3
root hung-owner '*nginx: worker*'
effect accept-queue hung-owner
effect listen-overflow hung-owner

scene() {
	nginx_with web 3 <<<'server { listen 127.0.0.1:8080 reuseport backlog=200; location / { return 200 "hello\n"; } }'
	wait_port 8080
	start clients python keepalive.py http://127.0.0.1:8080/ 24
	wait_said clients spoken
	kill -STOP "$(pgrep -P "${pids[web]}" | head -1)"
	kill "${pids[clients]}"
	start more python impatient.py http://127.0.0.1:8080/ 6 1
	wait_count 8 state close-wait sport = :8080
	ripen 4
}

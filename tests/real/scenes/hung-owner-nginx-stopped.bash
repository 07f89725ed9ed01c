# nginx: the only worker is stopped, its keep-alive clients leave
needs nginx python3
root hung-owner '*nginx: worker*'
effect accept-queue hung-owner
effect listen-overflow hung-owner

scene() {
	nginx_with web 1 <<<'server { listen 127.0.0.1:8080; location / { return 200 "hello\n"; } }'
	wait_port 8080
	start clients python keepalive.py http://127.0.0.1:8080/ "$(pick 10 30)"
	wait_count 10 state established dport = :8080
	wait_said clients spoken
	kill -STOP "$(pgrep -P "${pids[web]}")"
	kill "${pids[clients]}"
	wait_count 10 state close-wait sport = :8080
}

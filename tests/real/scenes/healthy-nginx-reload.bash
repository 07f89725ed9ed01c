# nginx is reloaded while clients are at work: old workers finish their connections
needs nginx python3
healthy

scene() {
	nginx_with web <<<'server { listen 127.0.0.1:8080; location / { return 200 "hello\n"; } }'
	wait_port 8080
	start keepalive python keepalive.py http://127.0.0.1:8080/ 10 1
	start short python impatient.py http://127.0.0.1:8080/ 10 5
	wait_said keepalive spoken
	start reload bash -c "while sleep 2; do kill -HUP ${pids[web]}; done"
	ripen 6
}

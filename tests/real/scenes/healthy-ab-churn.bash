# a benchmark without keep-alive leaves thousands of TIME_WAIT and a budget left
needs nginx ab
healthy

scene() {
	nginx_with web <<<'server { listen 127.0.0.1:8080; location / { return 200 "hello\n"; } }'
	wait_port 8080
	start load bash -c 'while sleep 0.5; do nice ab -q -n 150 -c 5 http://127.0.0.1:8080/; done'
	wait_count 900 state time-wait
}

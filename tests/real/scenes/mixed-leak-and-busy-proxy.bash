# a leak in one worker of many, beside a busy healthy proxy
needs python3 nginx ab gunicorn
root never-closed '*gunicorn*'

scene() {
	nginx_with web <<<'server { listen 127.0.0.1:8090; location / { return 200 "hello\n"; } }'
	start backend python api_server.py 8081 --close-silently
	wait_port 8081
	wait_port 8090
	BACKEND_PORT=8081 start app gunicorn --chdir "$programs" --bind 127.0.0.1:8080 --workers 4 wsgi_leak:application
	wait_port 8080
	start load bash -c 'while sleep 0.5; do nice ab -q -n 100 -c 5 http://127.0.0.1:8090/; done'
	start client python impatient.py http://127.0.0.1:8080/ 4 5
	wait_count 10 state close-wait dport = :8081
	ripen 31
}

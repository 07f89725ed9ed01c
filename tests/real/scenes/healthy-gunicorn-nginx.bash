# nginx in front of gunicorn, short requests, every one served
needs nginx gunicorn python3
healthy

scene() {
	DELAY=0.02 start app gunicorn --chdir "$programs" --bind 127.0.0.1:8081 --workers 2 wsgi_slow:application
	wait_port 8081
	nginx_with front <<<'server { listen 127.0.0.1:8080; location / { proxy_pass http://127.0.0.1:8081; } }'
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 15 3
	wait_count 20 state time-wait
	ripen 4
}

# a gunicorn worker whose application leaks a backend connection a request
needs gunicorn python3
root never-closed '*gunicorn*' count='state close-wait dport = :8081'

scene() {
	start backend python api_server.py 8081 --close-silently
	wait_port 8081
	BACKEND_PORT=8081 start app gunicorn --chdir "$programs" --bind 127.0.0.1:8080 --workers 2 --no-sendfile wsgi_leak:application
	wait_port 8080
	start client python impatient.py http://127.0.0.1:8080/ 6 5
	wait_count 10 state close-wait dport = :8081
	ripen 31
}

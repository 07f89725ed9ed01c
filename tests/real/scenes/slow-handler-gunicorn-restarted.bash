# a restart under load: every request takes 25 s and the proxy waits one; the first close is only due 25 s after the start
needs gunicorn python3
root slow-handler '*gunicorn*' candidates=never-closed
undecidable

scene() {
	DELAY=25 start app gunicorn --chdir "$programs" --bind 127.0.0.1:8080 --threads 200 --timeout 60 wsgi_slow:application
	wait_port 8080
	start proxy python impatient.py http://127.0.0.1:8080/ 4 1
	wait_count 25 state close-wait sport = :8080
}

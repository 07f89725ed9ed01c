# one sync gunicorn worker waits for a backend that does not answer
needs gunicorn python3
root accept-queue '*gunicorn*' candidates=slow-handler
effect listen-overflow accept-queue

scene() {
	DELAY=200 start app gunicorn --chdir "$programs" --bind 127.0.0.1:8080 --workers 1 --timeout 300 --backlog 100 wsgi_slow:application
	wait_port 8080
	start patient curl -s -m 200 http://127.0.0.1:8080/
	wait_count 1 state established sport = :8080
	start clients python impatient.py http://127.0.0.1:8080/ 3 1
	wait_count 8 state close-wait sport = :8080
	ripen 4
}

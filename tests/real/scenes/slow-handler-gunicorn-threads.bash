# gunicorn threads sleep longer than the clients wait
needs gunicorn python3
root slow-handler '*gunicorn*'

scene() {
	DELAY=3 start app gunicorn --chdir "$programs" --bind 127.0.0.1:8080 --threads 40 --timeout 60 wsgi_slow:application
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 5 1
	wait_count 4 state close-wait sport = :8080
	ripen 10
}

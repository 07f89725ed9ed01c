# Waitress with more waiting than threads, its clients hang up after a second
needs waitress-serve python3
root slow-handler '*waitress*' candidates=never-closed,accept-queue

scene() {
	start app env DELAY=3 PYTHONPATH="$programs" waitress-serve --listen=127.0.0.1:8080 --threads=8 wsgi_slow:application
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 2 1
	wait_count 3 state close-wait sport = :8080
	ripen 10
}

# four sync workers, each in a slow request of a patient client; everybody else gives up in the queue
needs gunicorn python3 curl
root accept-queue '*gunicorn*' candidates=slow-handler
effect listen-overflow accept-queue

scene() {
	DELAY=200 start app gunicorn --chdir "$programs" --bind 127.0.0.1:8080 --workers 4 --timeout 300 --backlog 100 wsgi_slow:application
	wait_port 8080
	local i
	for i in 1 2 3 4; do start "patient$i" curl -s -m 200 http://127.0.0.1:8080/; done
	wait_count 4 state established sport = :8080
	start clients python impatient.py http://127.0.0.1:8080/ 3 1
	wait_count 8 state close-wait sport = :8080
	ripen 4
}

# a sync gunicorn worker takes a lock it holds: it waits on a futex, and the queue behind it dies
needs gunicorn python3
root hung-owner '*gunicorn*' candidates=never-closed,accept-queue
effect accept-queue hung-owner
effect listen-overflow hung-owner
effect never-closed hung-owner

scene() {
	HANG=lock start app gunicorn --chdir "$programs" --bind 127.0.0.1:8080 --workers 1 --timeout 300 --backlog 100 wsgi_hang:application
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 2 1
	wait_count 6 state close-wait sport = :8080
	ripen 2
}

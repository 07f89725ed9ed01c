# a uwsgi worker waits for a file lock that another process keeps
needs uwsgi /usr/lib/uwsgi/plugins/python3_plugin.so python3 flock
root hung-owner '*uwsgi*' candidates=never-closed,accept-queue
effect accept-queue hung-owner
effect listen-overflow hung-owner
effect never-closed hung-owner

scene() {
	start keeper flock "$tmp/lock" sleep 300
	HANG=flock LOCK=$tmp/lock start app uwsgi --plugin /usr/lib/uwsgi/plugins/python3_plugin.so --http-socket 127.0.0.1:8080 \
		--listen 100 --processes 1 --pythonpath "$programs" --module wsgi_hang --need-app
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 2 1
	wait_count 6 state close-wait sport = :8080
	ripen 2
}

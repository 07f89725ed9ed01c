# one uwsgi process behind a slow request
needs uwsgi /usr/lib/uwsgi/plugins/python3_plugin.so python3
root accept-queue '*uwsgi*' candidates=slow-handler
effect listen-overflow accept-queue

scene() {
	DELAY=200 start app uwsgi --plugin /usr/lib/uwsgi/plugins/python3_plugin.so --http-socket 127.0.0.1:8080 --listen 100 \
		--processes 1 --pythonpath "$programs" --module wsgi_slow --need-app
	wait_port 8080
	start patient curl -s -m 200 http://127.0.0.1:8080/
	wait_count 1 state established sport = :8080
	start clients python impatient.py http://127.0.0.1:8080/ 3 1
	wait_count 8 state close-wait sport = :8080
	ripen 4
}

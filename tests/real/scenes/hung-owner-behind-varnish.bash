# Varnish's backend is stopped; clients give up, Varnish waits for its backend
needs varnishd python3
root hung-owner '*api_server.py*'
effect accept-queue hung-owner
effect listen-overflow hung-owner
innocent '*varnish*' '*cache-main*'

scene() {
	start back python api_server.py 8081
	wait_port 8081
	varnish_with '.first_byte_timeout = 4s;'
	start clients python impatient.py http://127.0.0.1:8080/ 4 2
	ripen 2
	kill -STOP "${pids[back]}"
	wait_count 10 state close-wait sport = :8081
	ripen 6
}

# Varnish keeps connections to a backend that ends them after a second
needs varnishd python3
healthy

scene() {
	start back python api_server.py 8081 --keepalive 1
	wait_port 8081
	varnish_with
	start client python burst.py http://127.0.0.1:8080/ 8 2
	wait_count 4 state time-wait
	ripen 6
}

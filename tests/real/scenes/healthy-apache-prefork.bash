# Apache prefork with workers enough, keep-alive clients and short ones
needs apache2 python3
healthy

scene() {
	apache_prefork web 8080 20 <<<''
	wait_port 8080
	echo hello >"$tmp/web/index"
	chmod -R a+rX "$tmp"
	start keepalive python keepalive.py http://127.0.0.1:8080/index 6 1
	start short python impatient.py http://127.0.0.1:8080/index 10 3
	wait_count 10 state time-wait
	ripen 4
}

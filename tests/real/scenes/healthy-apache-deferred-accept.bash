# a proxy connects in advance; Apache defers accept() until data comes: SYN-RECV here, ESTABLISHED there, as designed
needs apache2 python3
healthy

scene() {
	apache_prefork web 8080 6 </dev/null
	wait_port 8080
	start proxy python preconnect.py 127.0.0.1 8080 40 3
	wait_count 20 state syn-recv sport = :8080
	ripen 12
}

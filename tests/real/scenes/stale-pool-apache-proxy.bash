# Apache's mod_proxy keeps a backend connection in every child; the backend closes idle ones after 1.5 s
needs apache2 python3
root stale-pool '*apache2*' candidates=never-closed

scene() {
	start backend python api_server.py 8081 --keepalive 1.5
	wait_port 8081
	apache_prefork web 8080 6 <<-CONF
		LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
		LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
		ProxyPass / http://127.0.0.1:8081/
	CONF
	wait_port 8080
	start client python burst.py http://127.0.0.1:8080/ 6 8
	wait_count 4 state close-wait dport = :8081
	ripen 31
	wait_count 3 state established dport = :8081
	until_true 20 at_most 0 state established dport = :8081
	wait_count 3 state close-wait dport = :8081
}

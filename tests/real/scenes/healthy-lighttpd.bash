# lighttpd with keep-alive and short clients
needs lighttpd python3
healthy

scene() {
	mkdir -p "$tmp/www" && echo hello >"$tmp/www/index.html" && chmod -R a+rX "$tmp"
	printf 'server.document-root = "%s"\nserver.port = 8080\nserver.bind = "127.0.0.1"\n' "$tmp/www" >"$tmp/lighttpd.conf"
	start web lighttpd -D -f "$tmp/lighttpd.conf"
	wait_port 8080
	start keepalive python keepalive.py http://127.0.0.1:8080/index.html 6 1
	start short python impatient.py http://127.0.0.1:8080/index.html 8 3
	wait_count 6 state established sport = :8080
	ripen 4
}

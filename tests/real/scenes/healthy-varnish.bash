# Varnish keeps connections to a backend that ends them after a second
needs varnishd python3
healthy

scene() {
	start back python api_server.py 8081 --keepalive 1
	wait_port 8081
	chmod 755 "$tmp"
	printf 'vcl 4.1;\nbackend default { .host = "127.0.0.1"; .port = "8081"; }\nsub vcl_recv { return (pass); }\n' >"$tmp/default.vcl"
	start varnish varnishd -F -n "$tmp/varnish" -a 127.0.0.1:8080 -f "$tmp/default.vcl" -s default,16m -j none
	wait_port 8080
	start client python burst.py http://127.0.0.1:8080/ 8 2
	wait_count 4 state time-wait
	ripen 6
}

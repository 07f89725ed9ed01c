# Varnish's backend is stopped; clients give up, Varnish waits for its backend
needs varnishd python3
root hung-owner '*api_server.py*'
effect accept-queue hung-owner
effect listen-overflow hung-owner
innocent '*varnish*' '*cache-main*'

scene() {
	start back python api_server.py 8081
	wait_port 8081
	chmod 755 "$tmp"
	printf 'vcl 4.1;\nbackend default { .host = "127.0.0.1"; .port = "8081"; .first_byte_timeout = 4s; }\nsub vcl_recv { return (pass); }\n' >"$tmp/default.vcl"
	start varnish varnishd -F -n "$tmp/varnish" -a 127.0.0.1:8080 -f "$tmp/default.vcl" -s default,16m -j none
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 4 2
	ripen 2
	kill -STOP "${pids[back]}"
	wait_count 10 state close-wait sport = :8081
	ripen 6
}

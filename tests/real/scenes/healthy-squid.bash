# Squid in front of a server that ends idle connections after a second
needs squid python3
healthy

scene() {
	start back python api_server.py 8081 --keepalive 1
	wait_port 8081
	chmod 777 "$tmp"
	printf 'http_port 127.0.0.1:3128\nhttp_access allow all\ncache deny all\npid_filename none\naccess_log none\ncache_log /dev/stderr\ncache_store_log none\nicp_port 0\npinger_enable off\nshutdown_lifetime 1 seconds\ncoredump_dir %s\n' "$tmp" >"$tmp/squid.conf"
	start squid squid -N -f "$tmp/squid.conf"
	wait_port 3128
	start client bash -c 'while sleep 0.3; do curl -s -x http://127.0.0.1:3128 http://127.0.0.1:8081/fast; done'
	wait_count 6 state time-wait
	ripen 10
}

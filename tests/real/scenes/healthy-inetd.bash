# inetd starts a short service for every connection
needs inetd python3
healthy

scene() {
	printf '#!/bin/sh\nread -r line\necho started\n' >"$tmp/service"
	chmod 755 "$tmp" "$tmp/service"
	echo "127.0.0.1:9000 stream tcp nowait root $tmp/service service" >"$tmp/inetd.conf"
	start inetd inetd -i "$tmp/inetd.conf"
	wait_port 9000
	start client python line_client.py 127.0.0.1 9000 0.9
	wait_count 5 state time-wait
	ripen 4
}

# an inetd service starts a daemon that keeps the client's connection as its standard output
needs inetd python3
root inherited-fd '*sleep 3219*' candidates=never-closed
undecidable

scene() {
	printf '#!/bin/sh\nread -r line\necho started\nsleep 3219 &\n' >"$tmp/service"
	chmod 755 "$tmp" "$tmp/service"
	echo "127.0.0.1:9000 stream tcp nowait root $tmp/service service" >"$tmp/inetd.conf"
	start inetd inetd -i "$tmp/inetd.conf"
	wait_port 9000
	start client python line_client.py 127.0.0.1 9000 1
	wait_count 6 state close-wait sport = :9000
	ripen 31
}

# a program that never closes talks to its server through stunnel, which has closed its half
needs stunnel4 openssl python3
root never-closed '*leak.py*' count='state close-wait dport = :8443'
innocent '*stunnel*'

scene() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "$tmp/key" -out "$tmp/cert" 2>/dev/null
	start api python api_server.py 8080 --close-silently
	wait_port 8080
	printf 'foreground = yes\npid =\n[out]\naccept = 127.0.0.1:9443\nconnect = 127.0.0.1:8080\ncert = %s\nkey = %s\n' "$tmp/cert" "$tmp/key" >"$tmp/server.conf"
	printf 'foreground = yes\npid =\n[in]\nclient = yes\naccept = 127.0.0.1:8443\nconnect = 127.0.0.1:9443\n' >"$tmp/client.conf"
	start stunnel-server stunnel4 "$tmp/server.conf"
	start stunnel-client stunnel4 "$tmp/client.conf"
	wait_port 9443
	wait_port 8443
	start leak python leak.py 127.0.0.1 8443 "$(pick 2 5)"
	wait_count 15 state close-wait dport = :8443
	ripen 31
}

# stunnel in front of a server that has closed, the clients on another host have not: only they can end it
needs stunnel4 openssl python3
healthy
allow never-closed

scene() {
	far_host
	start api python api_server.py 8080 --close-silently
	wait_port 8080
	stunnel_configs 10.77.0.1
	start stunnel-server stunnel4 "$tmp/server.conf"
	wait_port 9443
	start_far stunnel-client stunnel4 "$tmp/client.conf"
	until_true 10 eval 'in_far ss -tlnH sport = :8443 | grep -q .'
	start_far leak /usr/bin/python3 -u "$programs/leak.py" 127.0.0.1 8443 "$(pick 3 5)" 60
	wait_count 60 state close-wait dport = :8080
	ripen 31
}

# a program that never closes talks to its server through stunnel, which has closed its half
needs stunnel4 openssl python3
root never-closed '*leak.py*' count='state close-wait dport = :8443'
innocent '*stunnel*'

scene() {
	start api python api_server.py 8080 --close-silently
	wait_port 8080
	stunnel_configs 127.0.0.1
	start stunnel-server stunnel4 "$tmp/server.conf"
	start stunnel-client stunnel4 "$tmp/client.conf"
	wait_port 9443
	wait_port 8443
	start leak python leak.py 127.0.0.1 8443 "$(pick 2 5)"
	wait_count 15 state close-wait dport = :8443
	ripen 31
}

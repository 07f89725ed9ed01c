# questions to dnsmasq over TCP, one connection each
needs dnsmasq python3
healthy

scene() {
	start dns dnsmasq -k -C /dev/null -u root -p 5353 -i lo --bind-interfaces --no-resolv --no-hosts --address=/example.test/192.0.2.1 --pid-file=
	wait_port 5353
	start clients python dns_tcp.py 127.0.0.1 5353 20
	wait_count 30 state time-wait
	ripen 6
}

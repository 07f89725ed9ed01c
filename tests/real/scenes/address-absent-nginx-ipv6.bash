# nginx proxies to [::1], and this host has no IPv6 address: connect() says EADDRNOTAVAIL, with ports in plenty
needs nginx python3
root address-absent '*nginx*'
victim '*nginx*' connect EADDRNOTAVAIL
undecidable_from_one_look

scene() {
	sysctl -qw net.ipv6.conf.lo.disable_ipv6=1
	nginx_with front 1 <<-CONF
		upstream back { server [::1]:9100 max_fails=0; }
		server { listen 127.0.0.1:8080; location / { proxy_pass http://back; } location /fast { return 200 "ok\n"; } }
	CONF
	wait_port 8080
	start decoy python impatient.py http://127.0.0.1:8080/fast 20 5
	start client python impatient.py http://127.0.0.1:8080/ 5 5
	wait_said front '(99: '
	wait_count 20 state time-wait
}

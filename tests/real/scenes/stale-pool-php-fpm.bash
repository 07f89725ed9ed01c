# php-fpm workers with persistent sockets (pfsockopen) to a backend that closes after 1.5 s
needs nginx php-fpm8.2 python3
root stale-pool '*php-fpm*' candidates=never-closed

scene() {
	chmod 755 "$tmp"
	cp "$programs/persistent.php" "$tmp/index.php"
	start backend python api_server.py 8081 --keepalive 1.5
	wait_port 8081
	printf '[global]\nerror_log = /dev/stderr\n[www]\nuser = www-data\nlisten = 127.0.0.1:9000\npm = static\npm.max_children = 5\n' >"$tmp/fpm.conf"
	start fpm php-fpm8.2 -F -y "$tmp/fpm.conf"
	wait_port 9000
	nginx_with front <<-CONF
		server { listen 127.0.0.1:8080; location / { include /etc/nginx/fastcgi_params;
			fastcgi_param SCRIPT_FILENAME $tmp/index.php; fastcgi_pass 127.0.0.1:9000; } }
	CONF
	wait_port 8080
	start client python burst.py http://127.0.0.1:8080/ 5 8
	wait_count 3 state close-wait dport = :8081
	ripen 31
	wait_count 3 state established dport = :8081
	until_true 20 at_most 0 state established dport = :8081
	wait_count 3 state close-wait dport = :8081
}

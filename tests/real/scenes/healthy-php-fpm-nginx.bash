# nginx and php-fpm over TCP, short requests
needs nginx php-fpm8.2 python3
healthy

scene() {
	chmod 755 "$tmp"
	echo '<?php echo "hello\n";' >"$tmp/index.php"
	printf '[global]\nerror_log = /dev/stderr\n[www]\nuser = www-data\nlisten = 127.0.0.1:9000\npm = static\npm.max_children = 4\n' >"$tmp/fpm.conf"
	start fpm php-fpm8.2 -F -y "$tmp/fpm.conf"
	wait_port 9000
	nginx_with front <<-CONF
		server { listen 127.0.0.1:8080; location / { include /etc/nginx/fastcgi_params;
			fastcgi_param SCRIPT_FILENAME $tmp/index.php; fastcgi_pass 127.0.0.1:9000; } }
	CONF
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 15 3
	wait_count 20 state time-wait
	ripen 4
}

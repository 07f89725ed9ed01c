# all php-fpm children wait for a local service that is stopped; nginx gives up, and PHP is blamed
needs php-fpm8.2 nginx python3
root hung-owner '*api_server.py*'
innocent '*php-fpm*' '*nginx*'

scene() {
	chmod 755 "$tmp"
	start back python api_server.py 8081
	wait_port 8081
	echo '<?php echo file_get_contents("http://127.0.0.1:8081/");' >"$tmp/price.php"
	cat >"$tmp/fpm.conf" <<-CONF
		[global]
		error_log = /dev/stderr
		daemonize = no
		[www]
		user = www-data
		group = www-data
		listen = 127.0.0.1:9000
		listen.backlog = 64
		pm = static
		pm.max_children = 3
	CONF
	start fpm php-fpm8.2 -R -F -n -y "$tmp/fpm.conf"
	wait_port 9000
	nginx_with front 1 <<-CONF
		server { listen 127.0.0.1:8080; location / { fastcgi_pass 127.0.0.1:9000; fastcgi_read_timeout 2s;
			fastcgi_param SCRIPT_FILENAME $tmp/price.php; fastcgi_param REQUEST_METHOD GET; fastcgi_param SCRIPT_NAME /price.php; } }
	CONF
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 4 10
	ripen 2
	kill -STOP "${pids[back]}"
	wait_count 15 state close-wait sport = :9000
}

# nginx in front of a slow PHP built-in server with workers: nginx gives up after 1 s, PHP closes later
needs nginx php python3
root slow-handler '*php -S*'

scene() {
	# shellcheck disable=SC2016
	echo '<?php usleep(2500000); echo "late\n";' >"$tmp/index.php"
	PHP_CLI_SERVER_WORKERS=24 start php php -S 127.0.0.1:9000 "$tmp/index.php"
	wait_port 9000
	nginx_with front <<-CONF
		server { listen 127.0.0.1:8080; location / { proxy_pass http://127.0.0.1:9000; proxy_read_timeout 1s; } }
	CONF
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 4 5
	wait_count 3 state close-wait sport = :9000
	ripen 10
}

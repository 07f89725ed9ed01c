# PHP's built-in server has one process, and it sleeps in a request
needs php python3
root accept-queue '*php -S*' candidates=slow-handler
effect listen-overflow accept-queue

scene() {
	# shellcheck disable=SC2016
	echo '<?php sleep(200);' >"$tmp/index.php"
	start php php -S 127.0.0.1:8080 "$tmp/index.php"
	wait_port 8080
	start patient curl -s -m 200 http://127.0.0.1:8080/
	wait_count 1 state established sport = :8080
	start clients python impatient.py http://127.0.0.1:8080/ 3 1
	wait_count 8 state close-wait sport = :8080
	ripen 4
}

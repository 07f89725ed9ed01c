# Puma's threads sleep longer than the clients wait
needs puma python3
root slow-handler '*puma*' candidates=never-closed,accept-queue

scene() {
	echo 'run ->(env) { sleep 3; [200, {"Content-Type" => "text/plain"}, ["done\n"]] }' >"$tmp/config.ru"
	start app env HOME="$tmp" puma -C - -t 16:16 -b tcp://127.0.0.1:8080 --dir "$tmp" config.ru
	wait_port 8080
	start clients python impatient.py http://127.0.0.1:8080/ 3 1
	wait_count 4 state close-wait sport = :8080
	ripen 10
}

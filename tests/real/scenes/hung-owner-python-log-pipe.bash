# a server that logs into a pipe nobody reads any more: blocked in write()
needs python3
root hung-owner '*chatty_server.py*' candidates=never-closed,accept-queue
effect accept-queue hung-owner
effect listen-overflow hung-owner
effect never-closed hung-owner

scene() {
	mkfifo "$tmp/log"
	start reader sleep 300
	exec 9<>"$tmp/log"
	start server bash -c "exec /usr/bin/python3 -u $programs/chatty_server.py 8080 2>$tmp/log"
	wait_port 8080
	start clients python impatient.py "http://127.0.0.1:8080/$(printf 'x%.0s' {1..4000})" 20 1
	wait_count 6 state close-wait sport = :8080
	ripen 2
}
